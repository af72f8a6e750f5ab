import Allocation
import Foundation
import Market
import Models
import PortfolioFile
import Research
import Signals
import Testing
import Trading

/// What a key takes and what it refuses.
struct KeyCase: Sendable, CustomTestStringConvertible {
  let path: String
  /// A value that is not the default, and how the resolved file prints it.
  let good: String
  let printed: String
  /// Impossible values: the borders of the range, wrong types, near misses.
  let bad: [String]
  /// Another key, without which the value would be refused: `limits.throttle.halt=0.4`.
  let beside: String?

  init(
    _ path: String, _ good: String, printed: String? = nil, bad: [String], beside: String? = nil
  ) {
    self.path = path
    self.good = good
    self.printed = printed ?? good
    self.bad = bad
    self.beside = beside
  }

  /// What `--set` must say beside the key.
  var others: [String] { beside.map { [$0] } ?? [] }

  var testDescription: String { path }

  static let notNumbers = ["wide", "[1]", "{a: 1}", "''", "nan", "inf", "0x10", "_1", "1 2"]

  static func fraction(
    _ path: String, _ good: String, bad: [String], beside: String? = nil
  ) -> KeyCase {
    KeyCase(path, good, bad: bad + notNumbers + ["20%"], beside: beside)
  }

  static func number(
    _ path: String, _ good: String, bad: [String], beside: String? = nil
  ) -> KeyCase {
    KeyCase(path, good, bad: bad + notNumbers, beside: beside)
  }

  static func integer(
    _ path: String, _ good: String, bad: [String], beside: String? = nil
  ) -> KeyCase {
    KeyCase(path, good, bad: bad + notNumbers + ["1.5", "1e1"], beside: beside)
  }

  static let all: [KeyCase] = [
    KeyCase("profile", "aggressive", bad: ["Balanced", "bold", "[balanced]", "''"]),
    KeyCase("market", "equities", bad: ["stocks", "none", "{}"]),
    KeyCase(
      "symbols", "[XRP, NO]", printed: #"["NO", XRP]"#,
      bad: ["BTC", "[]", "{BTC: 1}", "[BTC, '']", "[BTC, [ETH]]", "[BTC, BTC]", ""]),
    KeyCase(
      "timeframes", "{1d: 2, 1h: 1}", printed: "{1h: 1, 1d: 2}",
      bad: [
        "1h", "[1h, 1d]", "{}", "{1h: 0, 1d: 0}", "{1h: -1, 1d: 2}", "{3h: 1}", "{1h: much}",
        "{8h: 1, 12h: 1}", "{[1h]: 1}", "",
      ]),
    KeyCase("primary", "1h", bad: ["4h", "15m", "3h", "[1h]", "fast", ""]),
    KeyCase("benchmark", "SPY", bad: ["[SPY]", "{SPY: 1}", "''"]),
    .number("capital.cash", "2500.5", bad: ["0", "-1", "1e16"]),
    KeyCase("capital.currency", "EUR", bad: ["", "[EUR]", "{a: b}"]),
    .fraction("capital.cash_rate", "0.03", bad: ["-0.21", "1.01", "3"]),
    .fraction("capital.debit_rate", "0.08", bad: ["-0.01", "1.01", "8"]),
    .number("capital.lot", "1", bad: ["-1", "1e10"]),
    .number("capital.leverage", "3", bad: ["0.5", "101"]),
    .fraction("capital.maintenance", "0.25", bad: ["-0.1", "1", "25"]),
    KeyCase("capital.delist_after", "7d", bad: ["0", "-1", "0d", "long", "[1]", ""]),
    .fraction("capital.delist_loss", "0.3", bad: ["-0.1", "1.1", "30"]),
    KeyCase("capital.splits", "split", bad: ["[a]", "{a: b}", ""]),
    .fraction("costs.commission", "0.0025", bad: ["-0.001", "0.11"]),
    .number("costs.minimum", "1.5", bad: ["-1", "1e7"]),
    .fraction("costs.slippage", "0.0001", bad: ["-0.001", "0.11"]),
    .fraction("costs.half_spread", "0.0002", bad: ["-0.001", "0.11"]),
    .fraction("costs.impact", "0.05", bad: ["-0.001", "0.51"]),
    .fraction("costs.participation", "0.1", bad: ["0", "-0.1", "1.1"]),
    KeyCase("costs.remainder", "cancel", bad: ["waits", "none", "[wait]", ""]),
    .fraction("costs.borrow", "0.03", bad: ["-0.1", "10.1"]),
    .fraction("costs.funding", "-0.05", bad: ["-10.1", "10.1"]),
    KeyCase(
      "regime.states", "2..5",
      bad: ["0", "9", "1.5", "1e1", "wide", "[2]", "{a: 1}", "''", "2...5", "5..2", "0..3", "2..9"]),
    KeyCase(
      "regime.observations", "[log_return, atr_14]",
      bad: [
        "volatile", "log_return", "[]", "[log_retrun]", "[atr_14, atr_14]", "{a: 1}", "[[a]]", "",
      ]),
    KeyCase("regime.covariance", "tied", bad: ["diag", "[full]", "none", ""]),
    KeyCase("regime.order", "mean", bad: ["return", "[mean]", ""]),
    .integer("regime.restarts", "7", bad: ["0", "1001"]),
    .integer("regime.iterations", "50", bad: ["0", "100001"]),
    .number("regime.enter", "0.7", bad: ["0", "1.1"]),
    KeyCase(
      "regime.size", "[1, 0.5, 0]",
      bad: [
        "1", "[]", "taught", "[1, 1]", "[1, 1, 1, 1]", "[1, 1, 1.1]", "[1, -0.1, 1]", "[1, x, 1]",
        "",
      ]),
    KeyCase(
      "regime.weights", "{1d: 0.8, 4h: 0.2}", printed: "{4h: 0.2, 1d: 0.8}",
      bad: ["{1w: 1}", "{2d: 1}", "{1d: 0}", "{1d: -1}", "1d", "[1d]", ""]),
    KeyCase(
      "features", "[rsi_14, close, return_1]",
      bad: ["orignal", "none", "[]", "[rsi_15]", "[rsi_14, rsi_14]", "rsi_14", "{rsi_14: 1}", ""]),
    KeyCase("forecast.scope", "node", bad: ["nodes", "symbol", ""]),
    KeyCase("forecast.mode", "windowed", bad: ["window", "[dense]", ""]),
    KeyCase("forecast.gate", "off", bad: ["closed", "0", ""]),
    .integer("forecast.hidden", "32", bad: ["0", "257"]),
    .integer("forecast.layers", "2", bad: ["0", "4"]),
    .fraction("forecast.dropout", "0", bad: ["-0.1", "1"]),
    KeyCase("forecast.loss", "huber", bad: ["hubert", "0", ""]),
    .number("forecast.huber", "0.5", bad: ["0", "101"]),
    KeyCase("forecast.optimiser", "adamw", bad: ["adamm", "sgd", ""]),
    .number("forecast.weight_decay", "0.001", bad: ["-1", "1.5"]),
    .number("forecast.rate", "0.003", bad: ["0", "1.5"]),
    KeyCase("forecast.schedule", "plateau", bad: ["plateaus", "cosine", ""]),
    .fraction("forecast.plateau_factor", "0.25", bad: ["0", "1"]),
    .integer("forecast.plateau_patience", "5", bad: ["-1", "100001"]),
    .fraction("forecast.plateau_threshold", "0.01", bad: ["-0.1", "1"]),
    .integer("forecast.plateau_cooldown", "1", bad: ["-1", "100001"]),
    .number("forecast.plateau_min_rate", "0.0001", bad: ["-1", "1.5"]),
    .number("forecast.clip", "0.5", bad: ["0", "-1"]),
    .integer("forecast.epochs", "5", bad: ["0", "100001"]),
    .integer("forecast.patience", "3", bad: ["0", "100001"]),
    KeyCase("forecast.warm_start", "true", bad: ["maybe", "1", ""]),
    .integer("forecast.batch", "64", bad: ["0", "65537"]),
    .integer("forecast.chunk", "60", bad: ["1", "20", "100001"]),
    .integer("forecast.burn_in", "10", bad: ["-1", "80"]),
    .integer("forecast.window", "30", bad: ["1", "100001"]),
    .integer("forecast.seeds", "1", bad: ["0", "101"]),
    .number("forecast.target_clip", "3", bad: ["0", "101"]),
    KeyCase("forecast.ridge", "false", bad: ["maybe", "0", "[true]", ""]),
    .integer("forecast.min_bars", "500", bad: ["-1"]),
    .integer("head.hidden", "0", bad: ["-1", "1025"]),
    KeyCase("variance.method", "har", bad: ["garch", ""]),
    .integer("variance.hidden", "16", bad: ["0", "257"]),
    .integer("variance.head", "0", bad: ["-1", "1025"]),
    .fraction("variance.dropout", "0.3", bad: ["-0.1", "1"]),
    .number("variance.weight_decay", "0.001", bad: ["-1", "1.1"]),
    .number("variance.rate", "0.001", bad: ["0", "1.1"]),
    .number("variance.clip", "0.5", bad: ["0", "-1"]),
    .integer("variance.epochs", "10", bad: ["0", "100001"]),
    .integer("variance.patience", "7", bad: ["0", "100001"]),
    .integer("variance.batch", "32", bad: ["0", "65537"]),
    .integer("variance.chunk", "120", bad: ["1", "100001", "20"]),
    .integer("variance.burn_in", "10", bad: ["-1", "80", "100001"]),
    .integer("variance.seeds", "2", bad: ["0", "101"]),
    .integer("variance.network_bars", "600", bad: ["-1"]),
    .integer("variance.regression_bars", "250", bad: ["1"]),
    KeyCase("model.seed", "18446744073709551615", bad: ["-1", "1.5", "x", "18446744073709551616"]),
    KeyCase("model.on_missing", "exclude", bad: ["skip", ""]),
    .integer("model.max_gap", "0", bad: ["-1", "1001"]),
    .integer("model.min_bars", "200", bad: ["1", "-5"]),
    KeyCase("split.walk_forward", "rolling", bad: ["sliding", "true", ""]),
    KeyCase("split.window", "365d", bad: ["0", "-1", "0d", "long", "none", "[1]", ""]),
    KeyCase("split.anchor", "2017-01-01", bad: ["2017-13-01", "early", "[2017-01-01]", ""]),
    KeyCase(
      "split.start", "2018-04-01", bad: ["2018-02-30", "April", "1522540800", "[2018-04-01]", ""]),
    KeyCase("split.end", "2019-01-01T12:00Z", bad: ["2018-13-01", "01.02.2018", ""]),
    .integer("split.folds", "8", bad: ["0", "1001"]),
    KeyCase(
      "split.every", "91d", bad: ["0", "91", "0d", "-1d", "36h", "long", "[91d]", ""],
      beside: "split.start=2018-04-01"),
    .integer("split.inner_folds", "2", bad: ["-1", "101"]),
    .fraction("split.early_stopping", "0.2", bad: ["0", "1"]),
    .integer("split.embargo", "24", bad: ["0", "-1", "100001"]),
    .integer("split.cpcv_groups", "6", bad: ["1", "2", "101"]),
    .integer("split.cpcv_test_groups", "3", bad: ["0", "100"]),
    .integer("inference.every", "4", bad: ["0", "10001"]),
    KeyCase("combine.method", "consensus", bad: ["best", "[vote]", ""]),
    .fraction("combine.consensus", "0.75", bad: ["-0.1", "1.1"]),
    .fraction("combine.aligned", "0.8", bad: ["-0.1", "1.1", "0.3"]),
    .fraction("combine.partial", "0.5", bad: ["-0.1", "1.1", "0.71"]),
    .number("combine.size.aligned", "1.5", bad: ["-1", "11"]),
    .number("combine.size.partial", "0.75", bad: ["-1", "11"]),
    .number("combine.size.conflicted", "0", bad: ["-1", "11"]),
    KeyCase(
      "entry.threshold", "0.001",
      bad: [
        "0", "-0.1", "1", "0s", "-1s", "101s", "s", "2sigma", "", "{}", "{1h: 0.1}", "[0.1]",
        "{1h: 0.1, 4h: 0, 1d: 1s}", "{1h: 0.1, 4h: 1s, 1d: 1s, 1w: 1s}", "{1h: 0.1, 3h: 0.1}",
      ]),
    .number("entry.cap", "4", bad: ["1", "0", "1001"]),
    KeyCase(
      "entry.confidence", "0.9",
      bad: [
        "-0.1", "1.1", "wide", "20%", "", "{}", "{1h: 0.5, 4h: 0.5}", "{1h: 0.5, 4h: 2, 1d: 0}",
      ]),
    .fraction("entry.confirm", "0.6", bad: ["-0.1", "1.1"]),
    .number("entry.volume_ratio", "1.2", bad: ["-0.1", "21"]),
    KeyCase("entry.signal", "go", bad: ["[go]", "{a: b}", ""]),
    KeyCase("entry.short", "true", bad: ["1", "short", ""]),
    KeyCase(
      "entry.sides", "[short, none, long]",
      bad: ["short", "[]", "[short, long]", "[short, long, up]", "[both, both, both, both]", ""]),
    KeyCase(
      "entry.size", "[0.8, 0.6, 1.2]",
      bad: ["1", "[]", "[1, 1]", "[1, 1, -1]", "[1, 1, 11]", "[1, 1, x]", ""]),
    KeyCase("entry.by", "mixture", bad: ["state", "[mixture]", ""], beside: "regime.order=mean"),
    KeyCase(
      "entry.regimes", "{1h: [none, both, long], 1d: [short, both, both]}",
      bad: [
        "long", "[long]", "{}", "{4h: long}", "{4h: [long, both]}", "{4h: [up, both, both]}",
        "{1w: [both, both, both]}", "{3h: [both, both, both]}", "",
      ]),
    KeyCase(
      "entry.averages", "[10, 20]",
      bad: ["10", "[10]", "[20, 10]", "[10, 10]", "[0, 10]", "[1.5, 3]", "[1, 2, 3]", "{}", ""]),
    .number("entry.rsi", "30", bad: ["0", "100", "-1"]),
    .integer("entry.rsi_period", "21", bad: ["1", "10001"], beside: "entry.rsi=30"),
    .number("entry.bollinger", "2.5", bad: ["0", "-1", "21"]),
    .integer("entry.bollinger_period", "30", bad: ["1", "10001"], beside: "entry.bollinger=2"),
    KeyCase("entry.extremes", "any", bad: ["both", "[any]", ""]),
    .fraction("entry.kelly", "0.25", bad: ["0", "-0.1", "1.1"]),
    .fraction("exit.target", "0.02", bad: ["0", "-0.1", "11"]),
    KeyCase(
      "exit.atr_targets", "{1: 0.5, 2.5: 0.25}",
      bad: [
        "1", "[1, 2]", "{}", "{1: 0}", "{0: 0.5}", "{1: 0.6, 2: 0.5}", "{1: 0.5, 1.0: 0.5}",
        "{wide: 0.5}", "",
      ]),
    .fraction("exit.stop", "0.01", bad: ["0", "-0.1", "1"]),
    .fraction("exit.trailing", "0.005", bad: ["0", "-0.1", "1"]),
    .fraction(
      "exit.trailing_after", "0.03", bad: ["0", "-0.1", "11"],
      beside: "exit.trailing=0.05"),
    .number("exit.atr_stop", "2.5", bad: ["0", "-1", "1001"]),
    KeyCase("exit.atr_timeframe", "1d", bad: ["1w", "3h", "[4h]", ""], beside: "exit.atr_stop=2"),
    .number("exit.atr_trailing", "2", bad: ["0", "-1", "1001"]),
    .number("exit.breakeven", "1", bad: ["0", "-1", "1001"]),
    .number("exit.breakeven_offset", "0.3", bad: ["-0.1", "1001"], beside: "exit.breakeven=1"),
    .integer("exit.atr_period", "20", bad: ["0", "10001"]),
    .number("exit.sigma_stop", "4", bad: ["0", "-1", "1001"]),
    KeyCase(
      "exit.max_bars", "[24, 48, 36]",
      bad: ["0", "-1", "1.5", "[]", "[24, 48]", "[24, 48, 0]", "[24, 48, 36, 1]", "long", ""]),
    .fraction("exit.regime_change", "0.7", bad: ["-0.1", "1.1"]),
    .integer("exit.confirm", "3", bad: ["0", "1001"], beside: "exit.regime_change=0.7"),
    KeyCase("exit.reversal", "entry", bad: ["0", "-0.1", "entries", "0s", "[entry]", ""]),
    .fraction("exit.low_confidence", "0.3", bad: ["-0.1", "1.1"]),
    KeyCase(
      "exit.averages", "[5, 50]",
      bad: ["10", "[10]", "[20, 10]", "[10, 10]", "[0, 10]", "[1, 2, 3]", ""]),
    .number("exit.rsi", "70", bad: ["0", "100", "-1"]),
    .integer("exit.rsi_period", "21", bad: ["1", "10001"], beside: "exit.rsi=70"),
    .number("exit.bollinger", "2.5", bad: ["0", "-1", "21"]),
    .integer("exit.bollinger_period", "30", bad: ["1", "10001"], beside: "exit.bollinger=2"),
    KeyCase("exit.extremes", "all", bad: ["both", "[all]", ""]),
    .fraction("exit.breakdown", "0.002", bad: ["-0.1", "1"]),
    .fraction("exit.macd_breakdown", "0.002", bad: ["-0.1", "1"]),
    .fraction("exit.rejection", "0.005", bad: ["-0.1", "1"]),
    .number("exit.rejection_rsi", "70", bad: ["49", "100"], beside: "exit.rejection=0.01"),
    .integer("exit.level_reach", "3", bad: ["0", "1001"], beside: "exit.rejection=0.01"),
    .integer("exit.ease_period", "20", bad: ["0", "10001"], beside: "exit.breakdown=0.01"),
    .integer("exit.volume_period", "30", bad: ["1", "10001"], beside: "exit.breakdown=0.01"),
    KeyCase("exit.by", "mixture", bad: ["state", "[mixture]", ""], beside: "regime.order=mean"),
    KeyCase("exit.intrabar", "true", bad: ["1", "close", ""], beside: "exit.stop=0.1"),
    KeyCase(
      "sizing.rule", "notional", bad: ["notionals", "[fixed]", ""]),
    .number("sizing.notional", "2500", bad: ["0", "-1", "1e16"]),
    .fraction("sizing.base", "0.15", bad: ["0", "-0.1", "11"]),
    .fraction("sizing.min", "0.02", bad: ["-0.1", "11", "0.21"]),
    .fraction("sizing.max", "0.25", bad: ["0", "-0.1", "11", "0.04"]),
    .number("sizing.weight", "0.5", bad: ["0", "-1", "1000001"]),
    KeyCase("allocation.mode", "in_out", bad: ["inout", "in-out", ""]),
    KeyCase("allocation.prior", "inverse_vol", bad: ["erc", "[equal]", "conviction", ""]),
    KeyCase("allocation.method", "equal", bad: ["min_var", ""]),
    KeyCase("allocation.linkage", "ward", bad: ["complete", ""]),
    .fraction("allocation.weight.min", "0.02", bad: ["-0.1", "1.1"]),
    .fraction("allocation.weight.max", "0.4", bad: ["0", "1.1"]),
    .number("allocation.risk_aversion", "4", bad: ["0", "-1", "1001"]),
    .number("allocation.view_tau", "0.1", bad: ["0", "11"]),
    .fraction("allocation.kelly", "0.25", bad: ["0", "0.51"]),
    KeyCase(
      "allocation.every", "12h",
      bad: ["0", "-1", "90m", "0d", "1.5", "1y", "1.5d", "d", "soon", "[1d]", ""]),
    .fraction("allocation.volatility_target", "0.15", bad: ["0", "-0.2", "5.1", "20"]),
    KeyCase("allocation.variance", "model", bad: ["garch", ""]),
    .fraction("allocation.band", "0.1", bad: ["-0.1", "1", "25"]),
    .number("allocation.tilt.sharpe", "0.4", bad: ["0", "11"]),
    .number("allocation.tilt.max", "1.2", bad: ["0.9", "11"]),
    KeyCase(
      "allocation.trend.averages", "[25, 50, 100, 200]",
      bad: ["50", "[]", "[1]", "[1.5]", "[a]", ""]),
    .fraction("allocation.trend.floor", "0.25", bad: ["-0.1", "1.1"]),
    KeyCase("allocation.half_life.volatility", "10d", bad: ["0", "-1", "0d", "long", "[1]", ""]),
    KeyCase("allocation.half_life.correlation", "120d", bad: ["0", "-1", "0d", "long", "[1]", ""]),
    KeyCase("allocation.covariance", "ledoit_wolf", bad: ["lw", ""]),
    .integer("allocation.window", "120", bad: ["1", "-1"]),
    KeyCase("allocation.lag_one", "true", bad: ["maybe", "1", ""]),
    .integer("allocation.min_observations", "40", bad: ["1", "-1"]),
    .number("limits.gross", "0.8", bad: ["0", "-1", "11"]),
    .number("limits.net", "0.5", bad: ["0", "-1", "11"]),
    .number("limits.leverage", "1.5", bad: ["0.9", "-1", "11"]),
    .fraction("limits.volatility", "0.2", bad: ["0", "-0.1", "10.5"]),
    .number("limits.per_symbol", "0.3", bad: ["0", "-1", "11"]),
    .integer("limits.positions", "3", bad: ["0", "-1", "100001"]),
    .number("limits.turnover", "0.2", bad: ["0", "-1", "21"]),
    KeyCase(
      "limits.groups", "{x: {max: 0.5, symbols: [ETH, BTC]}, a: {symbols: [BTC], max: 1}}",
      printed: "{a: {symbols: [BTC], max: 1}, x: {symbols: [BTC, ETH], max: 0.5}}",
      bad: [
        "0.5", "[BTC]", "{x: 0.5}", "{x: [BTC]}", "{x: {}}", "{x: {symbols: [BTC]}}",
        "{x: {max: 0.5}}", "{x: {symbols: [], max: 0.5}}", "{x: {symbols: BTC, max: 0.5}}",
        "{x: {symbols: [BTC, BTC], max: 0.5}}", "{x: {symbols: [BTC], max: 0}}",
        "{x: {symbols: [BTC], max: 11}}", "{x: {symbols: [BTC], max: wide}}",
        "{x: {symbols: [BTC], maxx: 0.5}}", "{x: {symbols: [XRP], max: 0.5}}",
        "{'': {symbols: [BTC], max: 0.5}}", "{[x]: {symbols: [BTC], max: 0.5}}", "",
      ]),
    KeyCase(
      "limits.labels", "{s: {max: 0.5, z: [ETH], x: {symbols: [BTC], max: 0.2}}}",
      printed: "{s: {max: 0.5, x: {symbols: [BTC], max: 0.2}, z: [ETH]}}",
      bad: [
        "0.5", "[BTC]", "{s: 0.5}", "{s: {y: [BTC]}}", "{s: {max: 0, y: [BTC]}}",
        "{s: {max: 0.5, y: [XRP]}}", "{s: {max: 0.5, y: []}}", "{s: {max: 0.5, y: BTC}}", "",
      ]),
    .number("limits.effective_bets", "1.5", bad: ["0.9", "-1"]),
    .number("limits.average_correlation", "0.6", bad: ["-1", "1"]),
    .fraction("limits.liquidity", "0.1", bad: ["0", "-0.1", "1.1"]),
    .number("limits.lot", "0.01", bad: ["0", "-1"]),
    .number("limits.min_notional", "10", bad: ["0", "-1"]),
    .number("limits.cluster.max", "0.3", bad: ["0", "-1", "11"]),
    .number("limits.cluster.rho", "0.8", bad: ["0", "-0.5", "1.1"]),
    .integer("limits.cluster.from", "5", bad: ["1", "-1"]),
    .number("limits.pair.soft", "0.6", bad: ["-0.1", "1"]),
    .number("limits.pair.hard", "0.9", bad: ["0", "1.1"]),
    KeyCase(
      "limits.throttle.reduce", "0.2", bad: KeyCase.notNumbers + ["-0.1", "1", "0.4", "20%"],
      beside: "limits.throttle.halt=0.4"),
    .fraction("limits.throttle.halt", "0.3", bad: ["0", "1.1", "30"]),
    .fraction("limits.throttle.floor", "0", bad: ["-0.1", "1.1"]),
    KeyCase(
      "limits.throttle.window", "126d", bad: ["0", "-1", "0d", "long", "none", "[1]", ""]),
    KeyCase(
      "limits.throttle.resume_after", "20d", bad: ["0", "-1", "0d", "long", "[1]", ""]),
  ]
}

@Suite struct SettingKeyTests {
  @Test func `every key of the table has a case here, once, in the table's order`() {
    #expect(KeyCase.all.map(\.path) == SettingKey.all.map(\.path))
  }

  @Test(arguments: KeyCase.all)
  func `a good value is taken from the file, with its line as origin`(row: KeyCase) throws {
    let text = file(writing: row.path, row.good)
    let resolved = try resolve(text, row.others)
    let key = try #require(SettingKey.all.first { $0.path == row.path })
    #expect(key.text(in: resolved.portfolio) == row.printed)
    let line = text.split(separator: "\n").count
    #expect(resolved.origins[row.path] == .file(line: line))
  }

  @Test(arguments: KeyCase.all)
  func `the same value by --set gives the same portfolio`(row: KeyCase) throws {
    let written = try resolve(file(writing: row.path, row.good), row.others)
    let set = try resolve(threeLines, ["\(row.path)=\(row.good)"] + row.others)
    #expect(set.portfolio == written.portfolio)
    #expect(set.origins[row.path] == .set)
  }

  @Test(arguments: KeyCase.all)
  func `a good value changes the portfolio`(row: KeyCase) throws {
    // The primary that the timeframes imply.
    guard row.path != "primary" else { return }
    #expect(
      try resolve(file(writing: row.path, row.good), row.others).portfolio
        != resolve(threeLines, row.others).portfolio)
  }

  @Test(arguments: KeyCase.all)
  func `an impossible value is refused where it stands, in the file and by --set`(row: KeyCase) {
    for bad in row.bad {
      let text = file(writing: row.path, bad)
      let refused = refusal(text, row.others)
      let line = text.split(separator: "\n").count
      #expect(refused.hasPrefix("portfolios/x.yaml:\(line):"), "\(row.path): \(bad): \(refused)")
      let last = row.path.split(separator: ".").last ?? ""
      #expect(refused.contains(last) || refused.contains("timeframe '"), "\(bad): \(refused)")
      #expect(!refused.contains("\n"))
      let argument = "\(row.path)=\(bad)"
      let set = refusal(threeLines, [argument] + row.others)
      #expect(set.hasPrefix("--set \(argument): "), "\(row.path): \(bad): \(set)")
    }
  }

  @Test func `every field of the portfolio has a key that changes it`() throws {
    let plain = leaves(of: try resolve(threeLines).portfolio)
    var unchanged = Set(plain.keys)
    for row in KeyCase.all {
      let changed = leaves(
        of: try resolve(file(writing: row.path, row.good), row.others).portfolio)
      for (path, value) in changed where plain[path] != value { unchanged.remove(path) }
    }
    // A word in the place of the list.
    let learned = leaves(
      of: try resolve(threeLines + "regime: {size: learned, states: 2}\n").portfolio)
    #expect(learned["regime.learnsSize"] != plain["regime.learnsSize"])
    unchanged.remove("regime.learnsSize")
    // The file's name; the overrides of single symbols, timeframes and states, which have tests of
    // their own; rules in Swift; the primary, which the timeframes imply; the tilt's cost, which only
    // the probing run of `verify` changes, and the weight of confidence, which only an ablation does.
    let expected: Set = [
      "name", "symbolEntry", "symbolExit", "symbolSizing", "limits.perSymbolOverrides",
      "primary", "entry.timeframeThresholds", "entry.timeframeConfidences",
      "tiltCost", "combine.weighsConfidence", "exit.byState", "entry.own", "exit.own",
    ]
    #expect(unchanged == expected)
  }

  /// The fields of a portfolio and of its groups, as text.
  private func leaves(of portfolio: Portfolio) -> [String: String] {
    var leaves: [String: String] = [:]
    for field in Mirror(reflecting: portfolio).children {
      let name = field.label ?? ""
      if "\(type(of: field.value))".hasSuffix("Settings") {
        for inner in Mirror(reflecting: field.value).children {
          leaves["\(name).\(inner.label ?? "")"] = "\(inner.value)"
        }
      } else {
        leaves[name] = "\(field.value)"
      }
    }
    return leaves
  }

  @Test func `a column that opens positions can differ by symbol, and each has one`() throws {
    let both = try resolve(
      threeLines + "entry: {signal: on}\nsymbol: {ETH: {entry: {signal: go}}}\n"
    ).portfolio
    #expect(both.entry(for: "BTC").signal == "on" && both.entry(for: "ETH").signal == "go")
  }

  @Test(
    arguments: SettingKey.all.filter { $0.isPerSymbol && $0.path != "entry.signal" }.map(\.path))
  func `a key of the groups entry, exit and limits can differ by symbol`(path: String) throws {
    let row = try #require(KeyCase.all.first { $0.path == path })
    let nested = path.split(separator: ".")
    let text = threeLines + "symbol:\n  ETH:\n    \(nested[0]):\n      \(nested[1]): \(row.good)\n"
    let written = try resolve(text, row.others)
    #expect(written.origins["symbol.ETH.\(path)"] == .symbol(line: 7))
    #expect(written.origins[path] == (try resolve(threeLines, row.others)).origins[path])
    let set = try resolve(threeLines, ["symbol.ETH.\(path)=\(row.good)"] + row.others)
    #expect(set.portfolio == written.portfolio)
    #expect(set.origins["symbol.ETH.\(path)"] == .set)
    #expect(try written.portfolio != resolve(threeLines, row.others).portfolio)
    for bad in row.bad {
      let text =
        threeLines + "symbol:\n  ETH:\n    \(nested[0]):\n      \(nested[1]): \(bad)\n"
      #expect(refusal(text).hasPrefix("portfolios/x.yaml:7:"), "\(bad): \(refusal(text))")
    }
  }

  @Test func `what sizes must fit together`() {
    let crossed = ["allocation.weight.min=0.5", "allocation.weight.max=0.4"]
    #expect(throws: PortfolioFileError.self) { try resolve(threeLines, crossed) }
    let short = ["allocation.covariance=oas", "allocation.window=30"]
    #expect(throws: PortfolioFileError.self) { try resolve(threeLines, short) }
    // The window is no matter of an estimate with weights, and fewer returns may be asked for.
    #expect(throws: Never.self) { try resolve(threeLines, ["allocation.window=30"]) }
    #expect(throws: Never.self) {
      try resolve(threeLines, short + ["allocation.min_observations=30"])
    }
  }

  @Test
  func `per-symbol keys are those of entry, exit and sizing, and the cap and the lot of a symbol`()
  {
    let expected = SettingKey.all.map(\.path).filter {
      $0.hasPrefix("entry.") || $0.hasPrefix("exit.") || $0.hasPrefix("sizing.")
        || $0 == "limits.per_symbol" || $0 == "limits.lot"
    }.filter { !["sizing.rule", "sizing.notional"].contains($0) }
    #expect(SettingKey.all.filter(\.isPerSymbol).map(\.path) == expected)
  }

  @Test func `thresholds and confidences may differ by timeframe, and by symbol`() throws {
    let thresholds = "{1h: 0.001, 4h: 0.5s, 1d: 0.01}"
    let written = try resolve(file(writing: "entry.threshold", thresholds))
    #expect(written.portfolio.entry.threshold(of: .h1) == .logReturn(0.001))
    #expect(written.portfolio.entry.threshold(of: .h4) == .deviations(0.5))
    #expect(written.portfolio.entry.threshold(of: .d1) == .logReturn(0.01))
    #expect(written.effectiveYAML().contains("threshold: \(thresholds)"))
    let confidences = "{1h: 0.7, 4h: 0.6, 1d: 0.5}"
    let both = try resolve(
      file(writing: "entry.threshold", thresholds), ["symbol.ETH.entry.confidence=\(confidences)"]
    ).portfolio
    #expect(both.entry.confidence(of: .d1) == 0.65)
    #expect(both.entry(for: "ETH").confidence(of: .d1) == 0.5)
    #expect(both.entry(for: "ETH").threshold(of: .h4) == .deviations(0.5))
    // One value for all takes the place of several.
    let set = try resolve(file(writing: "entry.threshold", thresholds), ["entry.threshold=1s"])
    #expect(set.portfolio.entry.threshold(of: .h1) == .deviations(1))
    #expect(
      refusal(file(writing: "entry.threshold", "{1h: 0.001, 4h: 0.002}")).contains(
        "'entry.threshold' has no value for the timeframe '1d'"))
  }

  @Test func `a time limit and a reversal have a short form and a long one`() throws {
    #expect(try resolve(file(writing: "exit.max_bars", "36")).portfolio.exit.maxBars == .all(36))
    #expect(
      try resolve(file(writing: "exit.max_bars", "[24, 48, 36]")).portfolio.exit.maxBars
        == .byState([24, 48, 36]))
    #expect(
      try resolve(file(writing: "exit.reversal", "0.25s")).portfolio.exit.reversal
        == .threshold(.deviations(0.25)))
    #expect(try resolve(file(writing: "exit.reversal", "none")).portfolio.exit.reversal == nil)
    // Without a rule written, nothing is on.
    let plain = try resolve(threeLines).portfolio
    #expect(plain.exit.isOff && plain.entry.sides == nil && plain.entry.size == nil)
    #expect(plain.entry.confirm == 0 && plain.entry.volumeRatio == 0)
    #expect(plain.combine.method == .weighted && plain.sizing.weight == 1)
  }

  @Test func `each key says what it does and what it may be, in half a line`() {
    for key in SettingKey.all {
      #expect(!key.documentation.isEmpty && key.documentation.count <= 100, "\(key.path)")
      #expect(!key.documentation.hasSuffix("."), "\(key.path)")
      #expect(!key.allowed.isEmpty, "\(key.path)")
    }
  }

  @Test(arguments: [
    ("none", nil), ("null", nil), ("~", nil), ("0.3", 0.3), ("3e-1", 0.3), ("'0.3'", 0.3),
    ("+.3", 0.3),
  ])
  func `a number or none is read from its text`(written: String, target: Double?) throws {
    let text = file(writing: "allocation.volatility_target", written)
    #expect(try resolve(text).portfolio.allocation.volatilityTarget == target)
  }

  @Test func `underscores group digits`() throws {
    #expect(try resolve(file(writing: "capital.cash", "250_000")).portfolio.capital.cash == 250_000)
    #expect(try resolve(file(writing: "model.seed", "1_000")).portfolio.seed == 1000)
  }

  @Test(arguments: [("true", true), ("yes", true), ("on", true), ("false", false), ("off", false)])
  func `a flag may be any of YAML's words`(word: String, value: Bool) throws {
    #expect(try resolve(file(writing: "entry.short", word)).portfolio.entry.short == value)
  }

  @Test(arguments: [
    ("24", Int64(24 * 3_600_000)), ("1d", 86_400_000), ("1w", 604_800_000), ("120m", 7_200_000),
    ("6h", 21_600_000),
  ])
  func `decisions count bars of the primary unless a unit is written`(every: String, time: Int64)
    throws
  {
    #expect(try resolve(file(writing: "allocation.every", every)).portfolio.decisionEvery == time)
  }

  @Test func `half-lives count bars of the covariance estimate, whatever the primary`() throws {
    for (written, primary) in [("20", "1h"), ("20d", "1h"), ("480h", "1h"), ("140d", "1w")] {
      let text =
        "symbols: [A]\ntimeframes: {\(primary): 1}\n"
        + "allocation: {half_life: {volatility: \(written)}}\n"
      #expect(try resolve(text).portfolio.allocation.volatilityHalfLife == 20, "\(written)")
    }
  }
}
