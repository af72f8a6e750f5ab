import Foundation

/// JSON that stands as text in a column of the database, where any SQLite client can read it.
public enum JSONColumn {
  /// The keys are sorted: equal values are equal texts, by which rows can be found.
  public static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// - Throws: `DecodingError` where the text is no JSON, or not of that type.
  public static func value<Value: Decodable>(_ type: Value.Type, of text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}
