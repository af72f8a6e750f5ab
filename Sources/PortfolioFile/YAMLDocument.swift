import Yams

/// YAML text as a tree whose nodes know their line and column.
enum YAMLDocument {
  /// Reads one document; nil if the text holds none.
  ///
  /// - Parameter place: the file that errors name. Without a line the error is given none: the text
  ///   is the value of a `--set`.
  static func compose(_ text: String, at place: Place) throws(PortfolioFileError) -> Node? {
    // libyaml takes a byte order mark for a character once it is told the encoding.
    let text = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
    do {
      // Yams keeps a pointer into the string beyond the call that lends it. A string on the heap
      // stays where it is; one of up to 15 bytes is stored inline, and nothing promises that the
      // pointer holds. Blank lines at the end put every text on the heap.
      let padded = text + String(repeating: "\n", count: 16)
      return try Yams.compose(yaml: padded, .default, .default, .utf8)
    } catch let error as YamlError {
      throw explain(error, text, place)
    } catch {
      throw place.error("bad YAML: \(error)")
    }
  }

  private static func explain(_ error: YamlError, _ text: String, _ place: Place)
    -> PortfolioFileError
  {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let tab = character(at: mark, of: text) == "\t" ? "; indent with spaces, not tabs" : ""
      let doing = context.map { $0.text.isEmpty ? "" : "\($0.text), " } ?? ""
      let position = isBeyond(mark, text) ? end(of: text, place) : place.at(mark)
      return position.error("bad YAML: \(doing)\(problem)\(tab)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let name = duplicates.first ?? ""
      return place.at(context.mark).error("duplicate key '\(name)': it first stands here")
    case .reader(let problem, let offset, _, _):
      return position(of: offset ?? 0, in: text, place).error("bad YAML: \(problem)")
    default:
      return place.error("bad YAML: \(error)")
    }
  }

  private static func character(at mark: Mark, of text: String) -> Character? {
    let lines = lines(of: text)
    guard mark.line <= lines.count else { return nil }
    return lines[mark.line - 1].dropFirst(mark.column - 1).first
  }

  /// Whether a mark lies in the blank lines that were added.
  private static func isBeyond(_ mark: Mark, _ text: String) -> Bool {
    mark.line > lines(of: text).count
  }

  private static func end(of text: String, _ place: Place) -> Place {
    position(of: text.count, in: text, place)
  }

  private static func position(of offset: Int, in text: String, _ place: Place) -> Place {
    guard place.line != nil else { return place }
    let lines = lines(of: String(text.prefix(offset)))
    let column = (lines.last?.unicodeScalars.count ?? 0) + 1
    return Place(file: place.file, line: lines.count, column: column)
  }

  private static func lines(of text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }
}

extension Place {
  /// The same file at a node's position. The value of a `--set` has no lines to point to.
  func at(_ mark: Mark?) -> Place {
    guard line != nil, let mark else { return self }
    return Place(file: file, line: mark.line, column: mark.column)
  }
}
