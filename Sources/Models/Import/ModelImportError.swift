/// Why weights or parameters of another program cannot be taken over; each names the file, the tensor
/// and what mends it.
public enum ModelImportError: Error, Equatable {
  /// A pickle: reading it runs whatever code it holds.
  case pickle(file: String)
  /// Not a safetensors file, or one of other types than float32 and float64.
  case unreadable(file: String, reason: String)
  case missing(file: String, tensor: String, hint: String)
  case shape(file: String, tensor: String, found: [Int], expected: String)
  case type(file: String, tensor: String, found: String, expected: String)
  /// Rows of a recurrent weight that are not four gates.
  case gates(file: String, tensor: String, rows: Int, units: Int)
  /// A tensor that has no place here.
  case unexpected(file: String, tensor: String, hint: String)
  case notFinite(file: String, tensor: String)
  /// Numbers of the right shape that are no model.
  case noModel(file: String, reason: String)
  /// A model that is not what the portfolio asks for.
  case misfit(file: String, what: String, found: String, expected: String, key: String)
  /// A part of a node that neither the files nor a bundle give.
  case lacking(part: String, mend: String)
}

extension ModelImportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .pickle(let file):
      "\(file): a pickle, as torch.save and joblib write, runs code when it is read and is refused; "
        + "save weights as data: safetensors.torch.save_file(model.state_dict(), FILE), or "
        + "Benchmarks/peers/export_hmmlearn.py for hmmlearn"
    case .unreadable(let file, let reason):
      "\(file): no usable safetensors file: \(reason)"
    case .missing(let file, let tensor, let hint):
      "\(file): tensor \(tensor) is missing; \(hint)"
    case .shape(let file, let tensor, let found, let expected):
      "\(file): tensor \(tensor) has shape \(found), expected \(expected)"
    case .type(let file, let tensor, let found, let expected):
      "\(file): tensor \(tensor) is \(found), expected \(expected)"
        + (expected == "float32" ? "; save model.float().state_dict()" : "")
    case .gates(let file, let tensor, let rows, let units):
      "\(file): tensor \(tensor) has \(rows) rows for \(units) units, an LSTM has 4 x \(units) = "
        + "\(4 * units) (gates i, f, g, o)"
        + (rows == 3 * units ? "; this is a GRU" : rows == units ? "; this is a plain RNN" : "")
    case .unexpected(let file, let tensor, let hint):
      "\(file): tensor \(tensor) has no place here; \(hint)"
    case .notFinite(let file, let tensor):
      "\(file): tensor \(tensor) holds a number that is not finite; train the model again"
    case .noModel(let file, let reason):
      "\(file): \(reason)"
    case .misfit(let file, let what, let found, let expected, let key):
      "\(file): \(what): \(found), the portfolio says \(expected); change `\(key)` or the model"
    case .lacking(let part, let mend):
      "nothing gives \(part); \(mend)"
    }
  }
}
