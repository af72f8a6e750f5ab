import Market
public import Research

/// Who set a value. Later ones take precedence, but for `instruments`, which stands with `builtIn`.
public enum Origin: Sendable, Equatable {
  case builtIn
  /// Taken from the calendars and asset classes of the instruments.
  case instruments
  /// The profile, for the portfolio's kind of market.
  case profile
  case file(line: Int)
  /// Written for one symbol.
  case symbol(line: Int)
  /// `--set key=value`, or a profile asked for beside the file.
  case set
}

extension Origin: CustomStringConvertible {
  public var description: String {
    switch self {
    case .builtIn: "built-in"
    case .instruments: "instruments"
    case .profile: "profile"
    case .file(let line): "line \(line)"
    case .symbol(let line): "symbol, line \(line)"
    case .set: "--set"
    }
  }
}

/// A portfolio with the origin of each of its values.
public struct ResolvedPortfolio: Sendable, Equatable {
  public let portfolio: Portfolio
  /// By key (`allocation.band`), and `symbol.BTC.exit.stop` for what is written for one symbol.
  public let origins: [String: Origin]
  let source: String

  /// The same file with other values: a variation that no file says.
  public func with(_ portfolio: Portfolio) -> ResolvedPortfolio {
    ResolvedPortfolio(portfolio: portfolio, origins: origins, source: source)
  }

  /// The values that differ from those of a portfolio that sets nothing, and by symbol those that differ from
  /// the common ones, as `symbol.BTC.exit.stop`; symbols and timeframes in any case. What they say of a file
  /// is the same for a program that knows more keys.
  public var ownSettings: [(key: String, text: String)] {
    let bare = Portfolio(
      name: portfolio.name, symbols: portfolio.symbols, timeframes: portfolio.timeframes)
    var settings: [(key: String, text: String)] = []
    for key in SettingKey.all {
      let text = key.text(in: portfolio)
      if ["symbols", "timeframes"].contains(key.path) || text != key.text(in: bare) {
        settings.append((key.path, text))
      }
    }
    for symbol in portfolio.symbols {
      for key in SettingKey.perSymbol {
        guard let text = key.scope.map({ key.text(in: $0.view(portfolio, symbol)) }),
          text != key.text(in: portfolio)
        else { continue }
        settings.append(("symbol.\(symbol).\(key.path)", text))
      }
    }
    return settings
  }

  /// Every key with its value and, as a comment, its origin; a file that resolves to the same
  /// portfolio, given the same name.
  public func effectiveYAML() -> String {
    var printer = GroupPrinter()
    printer.line("# \(source) with every value and its origin")
    for key in SettingKey.all {
      printer.setting(
        key.path.split(separator: ".").map(String.init), key.text(in: portfolio),
        origins[key.path] ?? .builtIn)
    }
    for symbol in portfolio.symbols {
      for key in SettingKey.perSymbol {
        guard let scope = key.scope, let origin = origins["symbol.\(symbol).\(key.path)"] else {
          continue
        }
        let path =
          ["symbol", YAMLText.string(symbol.name)] + key.path.split(separator: ".").map(String.init)
        printer.setting(path, key.text(in: scope.view(portfolio, symbol)), origin)
      }
    }
    return printer.text
  }
}

/// Prints settings one by one and opens the groups that lead to them.
private struct GroupPrinter {
  private(set) var text = ""
  private var open: [String] = []

  mutating func line(_ line: String) {
    text += line + "\n"
  }

  mutating func setting(_ path: [String], _ value: String, _ origin: Origin) {
    let groups = path.dropLast()
    let shared = zip(open, groups).prefix { $0 == $1 }.count
    for depth in shared..<groups.count {
      line(indent(depth) + groups[depth] + ":")
    }
    open = Array(groups)
    line(indent(groups.count) + "\(path[groups.count]): \(value)  # \(origin)")
  }

  private func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}
