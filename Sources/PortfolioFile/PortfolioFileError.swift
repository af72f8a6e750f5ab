/// Why a portfolio file, or a `--set`, cannot be used; one line, with the place to mend.
public struct PortfolioFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as it was named, or `--set key=value`.
  public let file: String
  /// Counts from 1; nil where no line is to blame (a missing file, a `--set`).
  public let line: Int?
  /// Counts Unicode scalars from 1; nil together with `line`.
  public let column: Int?
  public let message: String

  public init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// `portfolios/x.yaml:7:3: unknown key 'tresholds' in 'entry'; did you mean 'threshold'?`
  public var description: String {
    guard let line, let column else { return "\(file): \(message)" }
    return "\(file):\(line):\(column): \(message)"
  }
}

/// Where something was written: the front of an error line.
struct Place: Equatable, Sendable {
  var file: String
  var line: Int? = nil
  var column: Int? = nil

  func error(_ message: String) -> PortfolioFileError {
    PortfolioFileError(file: file, line: line, column: column, message: message)
  }
}
