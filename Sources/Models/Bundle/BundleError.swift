/// What keeps a model bundle from being written, read or used; each names the file and what mends
/// it.
public enum BundleError: Error, Equatable {
  /// There is no such bundle or file.
  case missing(file: String)
  /// The system refused to read or write.
  case inaccessible(file: String, reason: String)
  /// The content is not what was written: cut short, changed or never a bundle's.
  case damaged(file: String, reason: String)
  /// The file's layout is of another version of the software.
  case unsupportedSchema(file: String, found: Int, supported: Int)
  /// The file is intact but belongs to another bundle.
  case mismatch(file: String, field: String, expected: String, found: String)
  /// A tensor of the model is absent or not of its kind, or its numbers are no model.
  case unusableTensor(name: String, reason: String)
  /// A figure that a manifest cannot hold.
  case notFinite(figure: String)
  /// The text names no bundle: an id is 1 to 64 lower-case hexadecimal digits.
  case invalidID(String)
}

extension BundleError: CustomStringConvertible {
  private static let mend = "`regimefolio train PORTFOLIO` makes it again"

  public var description: String {
    switch self {
    case .missing(let file):
      return "\(file): there is no such model; \(BundleError.mend)"
    case .inaccessible(let file, let reason):
      return "\(file): \(reason); check the folder's owner, permissions and free space, "
        + "then run `regimefolio train PORTFOLIO`"
    case .damaged(let file, let reason):
      return "\(file): damaged, \(reason); \(BundleError.mend)"
    case .unsupportedSchema(let file, let found, let supported):
      return "\(file): schema version \(found), this program reads \(supported); use the program "
        + "that wrote it, or \(BundleError.mend)"
    case .mismatch(let file, let field, let expected, let found):
      return "\(file): \(field) is \(found), expected \(expected); \(BundleError.mend)"
    case .unusableTensor(let name, let reason):
      return "tensor \(name): \(reason); \(BundleError.mend)"
    case .notFinite(let figure):
      return "\(figure) is not finite and cannot stand in a model's manifest; "
        + "look at the bars with `regimefolio data check`, then run `regimefolio train PORTFOLIO`"
    case .invalidID(let text):
      return "\"\(text)\" is no model id (1 to 64 digits 0-9 a-f); "
        + "`regimefolio models list` shows them"
    }
  }
}
