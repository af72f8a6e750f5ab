import Allocation
import Market
public import Research
import Yams

/// One key of the portfolio file: where it stands, what it may be, which field of `Portfolio` it is.
///
/// `SettingKey.all` is the one list of keys. Reading, range checks, `--set`, overrides of a symbol
/// and the print of the resolved file all run over it.
public struct SettingKey: Sendable {
  /// The key with its groups: `allocation.volatility_target`.
  public let path: String
  /// What the value may be, as it completes "must be ...": `a fraction from 0 to 1`.
  public let allowed: String
  /// What the value does, in one sentence without its full stop.
  public let documentation: String
  /// Whether `symbol: {BTC: ...}` may hold another value for one symbol.
  public var isPerSymbol: Bool { scope != nil }

  let scope: SymbolScope?
  let assign: @Sendable (Node, inout Portfolio) throws(ValueProblem) -> Void
  let render: @Sendable (Portfolio) -> String

  /// The portfolio's value as flow YAML on one line.
  public func text(in portfolio: Portfolio) -> String { render(portfolio) }

  /// - Parameters:
  ///   - get, set: the field; `set` may refuse what only the rest of the portfolio makes impossible.
  init<Value>(
    _ path: String, _ kind: SettingKind<Value>, _ documentation: String,
    scope: SymbolScope? = nil,
    get: @escaping @Sendable (Portfolio) -> Value,
    set: @escaping @Sendable (inout Portfolio, Value) throws(ValueProblem) -> Void
  ) {
    self.path = path
    self.allowed = kind.allowed
    self.documentation = documentation
    self.scope = scope
    self.assign = { node, portfolio throws(ValueProblem) in
      try set(&portfolio, try kind.read(node))
    }
    self.render = { kind.write(get($0)) }
  }

  init<Value>(
    _ path: String, _ kind: SettingKind<Value>,
    _ field: any WritableKeyPath<Portfolio, Value> & Sendable,
    _ documentation: String, scope: SymbolScope? = nil
  ) {
    self.init(
      path, kind, documentation, scope: scope,
      get: { $0[keyPath: field] }, set: { $0[keyPath: field] = $1 })
  }
}

/// How a group of settings differs by symbol: the portfolio as one symbol sees it, and back.
///
/// A key reads and writes the portfolio's own field; through its scope the same definition serves a
/// single symbol.
struct SymbolScope: Sendable {
  /// The portfolio with the symbol's values in place of the common ones.
  let view: @Sendable (Portfolio, Symbol) -> Portfolio
  /// Takes the group of a changed view as the symbol's own.
  let store: @Sendable (inout Portfolio, Symbol, Portfolio) -> Void

  static let entry = SymbolScope(
    view: { portfolio, symbol in
      var view = portfolio
      view.entry = portfolio.entry(for: symbol)
      return view
    },
    store: { $0.symbolEntry[$1] = $2.entry })

  static let exit = SymbolScope(
    view: { portfolio, symbol in
      var view = portfolio
      view.exit = portfolio.exit(for: symbol)
      return view
    },
    store: { $0.symbolExit[$1] = $2.exit })

  static let sizing = SymbolScope(
    view: { portfolio, symbol in
      var view = portfolio
      view.sizing = portfolio.sizing(for: symbol)
      return view
    },
    store: { $0.symbolSizing[$1] = $2.sizing })

  static let lots = SymbolScope(
    view: { portfolio, symbol in
      var view = portfolio
      let own = portfolio.limits.trading.lotOverrides[symbol]
      view.limits.trading.lot = own.map { $0 > 0 ? $0 : nil } ?? portfolio.limits.trading.lot
      return view
    },
    store: { portfolio, symbol, view in
      // No lot of its own is any amount.
      portfolio.limits.trading.lotOverrides[symbol] = view.limits.trading.lot ?? 0
    })

  static let limits = SymbolScope(
    view: { portfolio, symbol in
      var view = portfolio
      view.limits.perSymbol = portfolio.limits.cap(on: symbol)
      return view
    },
    store: { portfolio, symbol, view in
      // No limit of its own leaves a symbol the limit of the whole.
      portfolio.limits.perSymbolOverrides[symbol] = view.limits.perSymbol ?? portfolio.limits.gross
    })
}

extension SettingKey {
  /// Every key, in the order in which the resolved file is printed. A key that others depend on
  /// (`primary`) stands before them.
  public static let all: [SettingKey] =
    top + account + regime + forecast + variance + training + inference + combining + entry + exit
    + sizing + allocating + limits

  static func named(_ path: String) -> SettingKey? { byPath[path] }

  private static let byPath: [String: SettingKey] = Dictionary(
    uniqueKeysWithValues: all.map { ($0.path, $0) })

  static let perSymbol: [SettingKey] = all.filter(\.isPerSymbol)

  /// The names directly below a group (`""` is the top), in table order; empty if there is no such
  /// group.
  static func names(in group: String) -> [String] { children[group] ?? [] }

  private static let children: [String: [String]] = {
    var children: [String: [String]] = [:]
    for key in all {
      var group = ""
      for part in key.path.split(separator: ".").map(String.init) {
        if !children[group, default: []].contains(part) {
          children[group, default: []].append(part)
        }
        group = group.isEmpty ? part : "\(group).\(part)"
      }
    }
    children["", default: []].append("symbol")
    return children
  }()
}
