import Market
import Yams

/// A value as it was written, and where.
struct WrittenValue {
  var node: Node
  /// Where the value begins.
  var place: Place
  var origin: Origin
}

/// All that a file or the `--set` arguments say, by key. Keys are known to exist; values are not
/// interpreted yet.
struct WrittenSettings {
  private(set) var common: [String: WrittenValue] = [:]
  private(set) var bySymbol: [Symbol: [String: WrittenValue]] = [:]
  /// Every name that stands under `symbol`, in the order in which they were written.
  private(set) var namedSymbols: [(symbol: Symbol, place: Place)] = []

  /// Reads a whole file.
  init(file root: Node, _ place: Place) throws(PortfolioFileError) {
    guard case .mapping(let mapping) = root else {
      throw place.at(root.mark).error(
        "a portfolio file holds 'key: value' lines, not \(ValueProblem(found: root).found)")
    }
    try addGroup(mapping, "", place)
  }

  /// Reads one `key=value` of a `--set`. The value is YAML: `0.2`, `none`, `[BTC, ETH]`.
  init(override argument: String) throws(PortfolioFileError) {
    let place = Place(file: "--set \(argument)")
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw place.error("write key=value, such as allocation.band=0.3")
    }
    let node = try YAMLDocument.compose(String(parts[1]), at: place) ?? Node("")
    try add(node, at: String(parts[0]), place)
  }

  /// Lays overrides over a file. What is set for all symbols also replaces what the file says of
  /// single ones; of two overrides of a key the later counts.
  mutating func overlay(_ overrides: [WrittenSettings]) {
    for override in overrides {
      for (path, value) in override.common {
        common[path] = value
        for symbol in bySymbol.keys {
          bySymbol[symbol]?[path] = nil
        }
      }
    }
    for override in overrides {
      namedSymbols += override.namedSymbols
      for (symbol, values) in override.bySymbol {
        bySymbol[symbol, default: [:]].merge(values) { $1 }
      }
    }
  }

  private mutating func add(_ node: Node, at path: String, _ place: Place)
    throws(PortfolioFileError)
  {
    if SettingKey.named(path) != nil {
      guard common[path] == nil else { throw place.error("duplicate key '\(path)'") }
      let origin: Origin = place.line.map { .file(line: $0) } ?? .set
      common[path] = WrittenValue(node: node, place: place.at(node.mark), origin: origin)
    } else if path == "symbol" {
      try addSymbols(node, place)
    } else if let (symbol, key) = WrittenSettings.symbolAndKey(path) {
      namedSymbols.append((symbol, place))
      try add(node, key, symbol, place)
    } else if !SettingKey.names(in: path).isEmpty {
      try addGroup(try mapping(node, path, place), path, place)
    } else {
      throw place.error(SettingKey.unknown(path))
    }
  }

  private mutating func addGroup(_ mapping: Node.Mapping, _ path: String, _ place: Place)
    throws(PortfolioFileError)
  {
    for (key, value) in mapping {
      let here = place.at(key.mark)
      try add(value, at: join(path, try word(key, here)), here)
    }
  }

  // MARK: Single symbols

  private mutating func addSymbols(_ node: Node, _ place: Place) throws(PortfolioFileError) {
    if case .sequence = node {
      throw place.at(node.mark).error(
        "'symbol' holds what differs for single symbols; the list of symbols is 'symbols'")
    }
    for (key, value) in try mapping(node, "symbol", place) {
      let here = place.at(key.mark)
      let name = try word(key, here)
      namedSymbols.append((Symbol(name), here))
      try addSymbolGroup(try mapping(value, "symbol.\(name)", here), "", Symbol(name), here)
    }
  }

  private mutating func addSymbolGroup(
    _ mapping: Node.Mapping, _ group: String, _ symbol: Symbol, _ place: Place
  ) throws(PortfolioFileError) {
    for (name, node) in mapping {
      let here = place.at(name.mark)
      let path = join(group, try word(name, here))
      if let key = SettingKey.named(path), key.isPerSymbol {
        try add(node, key, symbol, here)
      } else if SettingKey.perSymbol.contains(where: { $0.path.hasPrefix(path + ".") }) {
        try addSymbolGroup(try self.mapping(node, path, here), path, symbol, here)
      } else if SettingKey.named(path) != nil || !SettingKey.names(in: path).isEmpty {
        let allowed = SettingKey.perSymbol.map(\.path).joined(separator: ", ")
        throw here.error(
          "'\(path)' holds for all symbols; for a single one there are \(allowed)")
      } else {
        throw here.error(SettingKey.unknown(path))
      }
    }
  }

  private mutating func add(_ node: Node, _ key: SettingKey, _ symbol: Symbol, _ place: Place)
    throws(PortfolioFileError)
  {
    guard bySymbol[symbol]?[key.path] == nil else {
      throw place.error("duplicate key '\(key.path)' of '\(symbol)'")
    }
    let origin: Origin = place.line.map { .symbol(line: $0) } ?? .set
    bySymbol[symbol, default: [:]][key.path] = WrittenValue(
      node: node, place: place.at(node.mark), origin: origin)
  }

  /// `symbol.BRK.B.exit.stop`: a symbol may hold points, so the key is found from the end.
  private static func symbolAndKey(_ path: String) -> (Symbol, SettingKey)? {
    guard path.hasPrefix("symbol.") else { return nil }
    let rest = path.dropFirst("symbol.".count)
    for key in SettingKey.perSymbol where rest.hasSuffix("." + key.path) {
      return (Symbol(String(rest.dropLast(key.path.count + 1))), key)
    }
    return nil
  }

  // MARK: Nodes

  private func mapping(_ node: Node, _ path: String, _ place: Place)
    throws(PortfolioFileError) -> Node.Mapping
  {
    if case .mapping(let mapping) = node { return mapping }
    // A group whose keys are all commented out.
    if node.isEmptyScalar { return Node.Mapping([]) }
    let names = SettingKey.names(in: path)
    let keys = names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
    throw place.at(node.mark).error(
      "'\(path)' is a group of keys\(keys), not \(ValueProblem(found: node).found)")
  }

  private func word(_ key: Node, _ place: Place) throws(PortfolioFileError) -> String {
    guard let text = key.text, !text.isEmpty else {
      throw place.error("a key must be a word, not \(ValueProblem(found: key).found)")
    }
    return text
  }

  private func join(_ group: String, _ name: String) -> String {
    group.isEmpty ? name : "\(group).\(name)"
  }
}

extension SettingKey {
  /// What to say of a key that does not exist: the nearest name in its group, else the same name in
  /// another group, else the group's names.
  static func unknown(_ path: String) -> String {
    var group = ""
    var name = path
    // The longest part of the path that is a group: the rest is what nobody knows.
    for part in path.split(separator: ".").map(String.init) {
      let next = group.isEmpty ? part : "\(group).\(part)"
      guard !names(in: next).isEmpty, next != path else { break }
      group = next
      name = String(path.dropFirst(group.count + 1))
    }
    let inGroup = group.isEmpty ? "" : " in '\(group)'"
    let said = "unknown key '\(name)'\(inGroup)"
    if let nearest = NearestName.of(name, among: names(in: group)) {
      return "\(said); did you mean '\(nearest)'?"
    }
    let leaf = name.split(separator: ".").last.map(String.init) ?? name
    let namesake = all.first { $0.path.hasSuffix(".\(leaf)") }?.path
    if let elsewhere = namesake ?? NearestName.of(path, among: all.map(\.path)) {
      return "\(said); did you mean '\(elsewhere)'?"
    }
    let names = names(in: group).joined(separator: ", ")
    return "\(said); there \(group.isEmpty ? "are" : "stand") \(names)"
  }
}
