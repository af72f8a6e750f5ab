import Foundation
import Indicators
import Models
import PortfolioFile
import Research
import Testing

@Suite struct PortfolioFileErrorTests {
  @Test func `an unknown key names the nearest one in its group`() {
    #expect(
      refusal(threeLines + "\nentry:\n  tresholds: 0.1\n")
        == "portfolios/x.yaml:6:3: unknown key 'tresholds' in 'entry'; did you mean 'threshold'?")
  }

  @Test(arguments: [
    ("simbols: [A]", "4:1: unknown key 'simbols'; did you mean 'symbols'?"),
    ("time_frames: {1h: 1}", "4:1: unknown key 'time_frames'; did you mean 'timeframes'?"),
    ("alloaction: {band: 0.1}", "4:1: unknown key 'alloaction'; did you mean 'allocation'?"),
    // A swap of neighbours is one edit, so 'stpo' means 'stop'.
    ("exit: {stpo: 0.1}", "4:8: unknown key 'stpo' in 'exit'; did you mean 'stop'?"),
    ("EXIT: {stop: 0.1}", "4:1: unknown key 'EXIT'; did you mean 'exit'?"),
    (
      "allocation:\n  tilt:\n    maxx: 2",
      "6:5: unknown key 'maxx' in 'allocation.tilt'; did you mean 'max'?"
    ),
    (
      "volatility_target: 0.2",
      "4:1: unknown key 'volatility_target'; did you mean 'allocation.volatility_target'?"
    ),
    (
      "exit: {threshold: 1}",
      "4:8: unknown key 'threshold' in 'exit'; did you mean 'entry.threshold'?"
    ),
    (
      "exit: {zzz: 1}",
      "4:8: unknown key 'zzz' in 'exit'; there stand target, atr_targets, stop, trailing"
    ),
    ("exit.stopp: 1", "4:1: unknown key 'stopp' in 'exit'; did you mean 'stop'?"),
    ("<<: {stop: 1}", "4:1: unknown key '<<'; there are profile, market, symbols, timeframes,"),
  ])
  func `an unknown key is refused at its place`(line: String, message: String) {
    #expect(refusal(threeLines + line + "\n").hasPrefix("portfolios/x.yaml:" + message))
  }

  @Test(arguments: [
    ("exit: none", "4:7: 'exit' is a group of keys (target, atr_targets, stop, trailing,"),
    (
      "exit: [0.1]", "4:7: 'exit' is a group of keys (target, atr_targets, stop, trailing, tra"
    ),
    ("exit: {stop: wide}", "4:14: 'exit.stop' must be a fraction above 0 and below 1, or none, or"),
    ("exit: {stop: }", "4:14: 'exit.stop' must be a fraction above 0 and below 1, or none, or a"),
    (
      "exit:\n  stop: 2",
      "5:9: 'exit.stop' must be a fraction above 0 and below 1, or none, or a list with one for each"
        + " state at entry, not 2; 2 % is 0.02"
    ),
    (
      "exit: {stop: 2 %}",
      "4:14: 'exit.stop' must be a fraction above 0 and below 1, or none, or a list with one for each"
        + " state at entry, not '2 %'; write 0.02"
    ),
    (
      "entry:\n  cap: 0.5",
      "5:8: 'entry.cap' must be a number above 1 and at most 1000, not 0.5"
    ),
    (
      "forecast: {layers: 7}", "4:20: 'forecast.layers' must be a whole number from 1 to 3, not 7"
    ),
    (
      "allocation: {mode: inout}",
      "4:20: 'allocation.mode' must be one of prior_tilt, in_out, not 'inout';"
        + " did you mean 'in_out'?"
    ),
    ("split: {start: 2018-02-30}", "4:16: 'split.start' must be a date such as 2018-04-01, or no"),
    (
      "regime: {size: [1, 1,\n  1.5]}",
      "5:3: 'regime.size' must be a list of fractions from 0 to 1, or learned, not 1.5"
    ),
    (
      "regime: {size: [1, 1]}",
      "4:16: 'regime.size' must have an entry for each of the 3 states, not 2"
    ),
    (
      "regime: {weights: {1d: 1, 1w: 1}}",
      "4:27: 'regime.weights' names '1w', which is none of the timeframes (1h, 4h, 1d)"
    ),
    (
      "regime: {weights: {1d: 0}}",
      "4:19: 'regime.weights': all weights are 0; at least one must be above"
    ),
    (
      "split:\n  start: 2019-01-01\n  end: 2018-01-01",
      "6:8: 'split.end' (2018-01-01) must be after 'split.start' (2019-01-01)"
    ),
    (
      "split: {cpcv_groups: 3, cpcv_test_groups: 3}",
      "4:43: 'split.cpcv_test_groups' (3) must be below 'split.cpcv_groups' (3)"
    ),
    (
      "split: {cpcv_groups: 20, cpcv_test_groups: 4}",
      "4:22: 'split.cpcv_groups' (20) with 'split.cpcv_test_groups' (4) asks for more than 1000 trainings"
    ),
    (
      "split: {walk_forward: anchored, anchor: 2018-05-01, start: 2018-04-01}",
      "4:41: 'split.anchor' (2018-05-01) must be before 'split.start' (2018-04-01)"
    ),
    (
      "split: {start: 2018-04-01, every: 91d, folds: 4}",
      "4:47: 'split.folds' and 'split.every' both say how test windows are cut; take one of them out"
        + " (split.folds: none)"
    ),
    (
      "split: {every: 91d}",
      "4:16: 'split.every' counts test windows from 'split.start'; write that too, for without it the"
        + " first window would move with the end of the bars"
    ),
    (
      "split: {start: 2018-04-01, every: 36h}",
      "4:35: 'split.every' must be a number of days such as 91d, or none, not '36h'"
    ),
    (
      "split: {folds: none}",
      "4:16: 'split.folds' may be none only where 'split.every' cuts test windows"
    ),
    ("benchmark: [SPY]", "4:12: 'benchmark' must be a symbol such as BTC, or none, not a list"),
    (
      "forecast:\n  chunk: 20",
      "5:10: 'forecast.burn_in' (20) must be below 'forecast.chunk' (20), or no step carries a loss"
    ),
    (
      "forecast:\n  warm_start: true\nregime: {states: auto}",
      "5:15: 'forecast.warm_start' needs a fixed number of 'regime.states', not 'auto': networks of"
        + " another fold may have another shape"
    ),
    (
      "forecast: {schedule: plateau, plateau_min_rate: 0.01}",
      "4:49: 'forecast.plateau_min_rate' (0.01) must not be above 'forecast.rate' (0.002)"
    ),
    (
      "regime: {observations: [log_return, atr_ratio]}",
      "4:37: 'regime.observations': unknown feature 'atr_ratio'; the nearest name is 'atr_14'"
    ),
    (
      "regime:\n  observations:\n    - log_return\n    - log_retrun",
      "7:7: 'regime.observations': unknown feature 'log_retrun'; the nearest name is 'log_return'"
    ),
    (
      "features: [return_1, rsi_14, return_1]",
      "4:30: 'features': feature 'return_1' is listed twice; name it once"
    ),
    (
      "features: orignal",
      "4:11: 'features' must be stationary, original, or a list of features such as"
        + " [return_1, rsi_14], not 'orignal'; did you mean 'original'?"
    ),
    (
      "features: rsi_14",
      "4:11: 'features' must be stationary, original, or a list of features such as"
        + " [return_1, rsi_14], not 'rsi_14'; write [rsi_14]"
    ),
    (
      "features: []",
      "4:11: 'features': the list of features is empty; name at least one, such as 'return_1'"
    ),
    (
      "regime: {states: 2..9}",
      "4:18: 'regime.states' must be a whole number from 1 to 8, auto, or a range such as 2..5,"
        + " not '2..9'"
    ),
    (
      "combine: {partial: 0.9}",
      "4:20: 'combine.partial' (0.9) must not be above 'combine.aligned' (0.7)"
    ),
    (
      "allocation: {every: 90m}",
      "4:21: 'allocation.every' (90m) must be a whole number of bars of the primary timeframe '1h'"
    ),
    (
      "allocation: {every: 1e-9}",
      "4:21: 'allocation.every': 1e-09 is shorter than a bar of 1h; write 1 or more"
    ),
    (
      "allocation: {every: 1000000w}",
      "4:21: 'allocation.every': 7000000d is longer than 100 years; write 36525d or less"
    ),
    (
      "split: {window: 1_000_000}",
      "4:17: 'split.window': 1000000 is longer than 100 years; write 36525d or less"
    ),
    (
      "split: {start: 2018-04-01, every: 36526d}",
      "4:35: 'split.every': 36526d is longer than 100 years; write 36525d or less"
    ),
    (
      "limits: {throttle: {window: 1e-9}}",
      "4:29: 'limits.throttle.window': 1e-09 is shorter than a bar of 1h; write 1 or more"
    ),
    (
      "limits: {throttle: {resume_after: 59m}}",
      "4:35: 'limits.throttle.resume_after': 59m is shorter than a bar of 1h; write 1 or more"
    ),
    (
      "capital: {delist_after: 0.5}",
      "4:25: 'capital.delist_after': 0.5 is shorter than a bar of 1h; write 1 or more"
    ),
    (
      "allocation: {half_life: {volatility: 1h}}",
      "4:38: 'allocation.half_life.volatility': 1h is shorter than a bar of 1d; write 1 or more"
    ),
    (
      "allocation: {weight: {min: 0.6}}",
      "4:28: 'allocation.weight.min' (0.6) of each of 2 symbols is more than there is; write 0.5 or"
        + " less"
    ),
    ("primary: 4h", "4:10: timeframe '1h' is not a multiple of the primary timeframe '4h'"),
    ("primary: 15m", "4:10: 'primary' must be one of the timeframes (1h, 4h, 1d), not '15m'"),
    ("[a]: 1", "4:1: a key must be a word, not a list"),
  ])
  func `an impossible value is refused at its place`(line: String, message: String) {
    let refused = refusal(threeLines + line + "\n")
    #expect(refused.hasPrefix("portfolios/x.yaml:" + message), "\(refused)")
  }

  @Test(arguments: [
    (
      "timeframes: {2d: 1}",
      "2:14: 'timeframes': unknown timeframe '2d'; there are 1m, 5m, 15m, 30m, 1h, 2h"
    ),
    (
      "timeframes: {daily: 1}",
      "2:14: 'timeframes': unknown timeframe 'daily'; there are 1m, 5m, 15m, 30m, 1h,"
    ),
    (
      "timeframes: {1h: 1}\nallocation: {variance: model}",
      "3:24: 'allocation.variance: model' sizes by the forecast variance of a bar of 1d, which is"
        + " none of the timeframes; add it (a weight of 0 gives it no forecast of returns)"
    ),
    (
      "timeframes: {8h: 1, 12h: 1}",
      "2:21: timeframe '12h' is not a multiple of the primary timeframe '8h'"
    ),
    (
      "timeframes: {1h: 0, 1d: 0}",
      "2:13: 'timeframes': all weights are 0; at least one must be above"
    ),
    (
      "timeframes: {1h: -1, 1d: 2}",
      "2:18: 'timeframes': the weight of '1h' must be a number from 0 to 1000000, not -1"
    ),
    (
      "timeframes: [1h]",
      "2:13: 'timeframes' must be a weight for each timeframe, such as"
        + " {1h: 0.6, 4h: 0.3, 1d: 0.1}, not a list"
    ),
    ("", "1:1: missing key 'timeframes': a weight for each timeframe, such as"),
  ])
  func `timeframes are checked`(line: String, message: String) {
    let refused = refusal("symbols: [A]\n\(line)\n")
    #expect(refused.hasPrefix("portfolios/x.yaml:" + message), "\(refused)")
  }

  @Test(arguments: [
    ("symbols: []", "2:10: 'symbols': the list is empty; name at least one"),
    ("symbols: [A, '']", "2:14: 'symbols': a symbol is empty"),
    ("symbols:\n  - A\n  - B\n  - A", "5:5: 'symbols': 'A' stands twice"),
    ("symbols: A", "2:10: 'symbols' must be a list of symbols such as [BTC, ETH], not 'A'"),
    (
      "symbols:\n  - A: 0.5",
      "3:5: 'symbols' must be a list of symbols such as [BTC, ETH], not a group of keys"
    ),
    ("", "1:1: missing key 'symbols': a list of symbols such as [BTC, ETH]"),
  ])
  func `symbols are checked`(line: String, message: String) {
    #expect(refusal("timeframes: {1h: 1}\n\(line)\n") == "portfolios/x.yaml:" + message)
  }

  @Test(arguments: [
    (
      "symbol:\n  BTX:\n    exit: {stop: 0.1}",
      "5:3: unknown symbol 'BTX' under 'symbol'; did you mean 'BTC'?"
    ),
    ("symbol: {DOGE: {}}", "4:10: unknown symbol 'DOGE' under 'symbol'; 'symbols' does not name"),
    (
      "symbol: [BTC, ETH]",
      "4:9: 'symbol' holds what differs for single symbols; the list of symbols is 'symbols'"
    ),
    (
      "symbol: {BTC: {exit: {stpo: 0.1}}}",
      "4:23: unknown key 'stpo' in 'exit'; did you mean 'stop'?"
    ),
    ("symbol: {BTC: {exit: 0.1}}", "4:22: 'exit' is a group of keys (target, atr_targets, stop,"),
    ("symbol: {BTC: 0.1}", "4:15: 'symbol.BTC' is a group of keys, not 0.1"),
    (
      "symbol: {BTC: {costs: {commission: 0.1}}}",
      "4:16: 'costs' holds for all symbols; for a single one there are entry.threshold, entry.cap,"
    ),
    (
      "symbol: {BTC: {limits: {gross: 0.1}}}",
      "4:25: 'limits.gross' holds for all symbols; for a single one there are entry.threshold,"
    ),
    (
      "symbol: {BTC: {limits: {per_symbol: -1}}}",
      "4:37: 'limits.per_symbol' must be a number above 0 and at most 10, or none, not -1"
    ),
  ])
  func `what is written for one symbol is checked`(line: String, message: String) {
    let refused = refusal(threeLines + line + "\n")
    #expect(refused.hasPrefix("portfolios/x.yaml:" + message), "\(refused)")
  }

  @Test(arguments: [
    ("exit:\n  stop: 0.1\n  stop: 0.2", "5:3: duplicate key 'stop': it first stands here"),
    ("exit: {stop: 0.1}\nexit: {target: 0.2}", "4:1: duplicate key 'exit': it first stands here"),
    ("regime: {weights: {1h: 1, 1h: 2}}", "4:20: duplicate key '1h': it first stands here"),
    ("regime: {weights: {1h: 1, '1h': 2}}", "4:20: duplicate key '1h': it first stands here"),
    ("exit: {stop: 0.1}\nexit.stop: 0.2", "5:1: duplicate key 'exit.stop'"),
    (
      "symbol: {BTC: {exit: {stop: 0.1}, exit.stop: 0.2}}",
      "4:35: duplicate key 'exit.stop' of 'BTC'"
    ),
  ])
  func `a key that stands twice is refused`(lines: String, message: String) {
    #expect(refusal(threeLines + lines + "\n") == "portfolios/x.yaml:" + message)
  }

  @Test(arguments: [
    ("", "1:1: the file is empty; 'symbols' and 'timeframes' make a portfolio"),
    ("# nothing yet\n", "1:1: the file is empty; 'symbols' and 'timeframes' make a portfolio"),
    ("---\n...\n", "1:1: the file is empty; 'symbols' and 'timeframes' make a portfolio"),
    ("BTC", "1:1: a portfolio file holds 'key: value' lines, not 'BTC'"),
    ("- BTC\n- ETH\n", "1:1: a portfolio file holds 'key: value' lines, not a list"),
    ("symbols: [BTC\n", "2:1: bad YAML: while parsing a flow sequence, did not find expected"),
    ("symbols: [A]\nexit:\n\tstop: 1\n", "3:1: bad YAML: while scanning for the next token, found"),
    (
      "symbols: [A]\n  exit: 1\n",
      "2:3: bad YAML: while parsing a block mapping, did not find expected key"
    ),
    ("symbols: *list\n", "1:10: bad YAML: found undefined alias"),
    ("a: 1\n---\na: 2\n", "2:1: bad YAML: expected a single document in the stream, but found an"),
    ("symbols: [A\u{1}]\n", "1:12: bad YAML: control characters are not allowed"),
  ])
  func `a file that is no mapping of keys is refused`(text: String, message: String) {
    let refused = refusal(text)
    #expect(refused.hasPrefix("portfolios/x.yaml:" + message), "\(refused)")
    #expect(!refused.contains("\n"))
  }

  @Test func `lines end as they do on Windows, too, and a byte order mark has no width`() {
    let text = "\u{FEFF}symbols: [A]\r\nexit:\r\n  stpo: 1\r\n"
    #expect(refusal(text).hasPrefix("portfolios/x.yaml:3:3: unknown key 'stpo' in 'exit'"))
    let broken = refusal("symbols: [A]\r\nexit:\r\n\tstop: 1\r\n")
    #expect(broken.hasPrefix("portfolios/x.yaml:3:1: bad YAML"))
    #expect(broken.hasSuffix("not tabs"))
    #expect(refusal("a: b\r\nsymbols: [A\r\n").hasPrefix("portfolios/x.yaml:3:1: bad YAML"))
    #expect(refusal("\u{FEFF}a: \u{1}\r\n").hasPrefix("portfolios/x.yaml:1:4: bad YAML"))
  }

  @Test func `a tab gets a hint`() {
    #expect(
      refusal("symbols: [A]\nexit:\n\tstop: 1\n").hasSuffix("; indent with spaces, not tabs"))
  }

  @Test(arguments: [
    ("allocation.band", "--set allocation.band: write key=value, such as allocation.band=0.3"),
    ("=1", "--set =1: write key=value, such as allocation.band=0.3"),
    (
      "allocation.bend=1",
      "--set allocation.bend=1: unknown key 'bend' in 'allocation'; did you mean 'band'?"
    ),
    (
      "allocation.band=2",
      "--set allocation.band=2: 'allocation.band' must be a fraction of at least 0 and below 1,"
        + " not 2; 2 % is 0.02"
    ),
    (
      "allocation.band=",
      "--set allocation.band=: 'allocation.band' must be a fraction of at least 0 and below 1,"
        + " not empty"
    ),
    (
      "symbol.XYZ.exit.stop=0.1",
      "--set symbol.XYZ.exit.stop=0.1: unknown symbol 'XYZ' under 'symbol'; 'symbols' does not name"
        + " it"
    ),
    ("timeframes={1h: 1", "--set timeframes={1h: 1: bad YAML: while parsing a flow mapping, did"),
    ("primary=4h", "--set primary=4h: timeframe '1h' is not a multiple of the primary timeframe"),
  ])
  func `a --set is refused without a line`(argument: String, message: String) {
    let refused = refusal(threeLines, [argument])
    #expect(refused.hasPrefix(message), "\(refused)")
  }

  @Test func `with other states than the profile sizes, sizes that are not all 1 must be written`()
    throws
  {
    let equities = threeLines + "market: equities\nregime:\n  states: 2\n"
    #expect(
      refusal(equities)
        == "portfolios/x.yaml:6:11: 'regime.states' is 2, but profile balanced sizes 3 states;"
        + " write 'regime.size' too, such as [1, 1]")
    #expect(try resolve(equities + "  size: [1, 0.5]\n").portfolio.regime.size == [1, 0.5])
    let crypto = try resolve(file(writing: "regime.states", "4"))
    #expect(crypto.portfolio.regime.size == [1, 1, 1, 1])
  }

  @Test func `a regime model observes at most 32 features`() {
    func observing(_ names: some Sequence<String>) -> String {
      refusal(threeLines + "regime: {observations: [\(names.joined(separator: ", "))]}\n")
    }
    let names = FeatureColumn.names
    #expect(names.count > 32)
    #expect(observing(names.prefix(32)).hasPrefix("accepted"))
    #expect(
      observing(names)
        == "portfolios/x.yaml:4:24: 'regime.observations': \(names.count) features, a regime model"
        + " takes at most 32")
  }

  @Test func `where training chooses the states, sizes of any count are a curve`() throws {
    let equities = threeLines + "market: equities\nregime:\n  states: auto\n"
    let profile = try resolve(equities).portfolio.regime
    #expect(profile.states == .automatic(1...8) && profile.size == [1, 0.75, 0.5])
    let own = try resolve(equities + "  size: [1, 0.2]\n").portfolio.regime
    #expect(own.size == [1, 0.2])
    // Of a range with one number the size still has to fit.
    #expect(
      refusal(threeLines + "regime: {states: 2, size: [1, 0.5, 0]}\n").contains("each of the 2"))
  }

  @Test func `a missing file, a directory and bytes that are no text are refused`() throws {
    func refused(_ path: String) -> String {
      do throws(PortfolioFileError) {
        return "accepted: \(try PortfolioFile.load(path: path))"
      } catch {
        return error.description
      }
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let missing = folder.appendingPathComponent("none.yaml").path
    #expect(refused(missing) == "\(missing): no such file; 'regimefolio init' writes one")
    #expect(refused(folder.path) == "\(folder.path): this is a directory, not a portfolio file")
    let binary = folder.appendingPathComponent("binary.yaml")
    try Data([0x73, 0xFF, 0xFE]).write(to: binary)
    #expect(refused(binary.path) == "\(binary.path): the file is not UTF-8 text")
    try FileManager.default.removeItem(at: folder)
  }

  @Test(arguments: [
    (
      "exit: {trailing_after: 0.05}",
      "4:24: 'exit.trailing_after' does nothing without 'exit.trailing'"
    ),
    (
      "exit: {intrabar: true}",
      "4:18: 'exit.intrabar' does nothing without a stop, trail or target"
    ),
    ("exit: {confirm: 3}", "4:17: 'exit.confirm' does nothing without 'exit.regime_change'"),
    (
      "symbol: {ETH: {exit: {atr_timeframe: 4h}}}",
      "4:38: 'exit.atr_timeframe' does nothing without 'exit.atr_stop'"
    ),
    ("entry: {rsi_period: 5}", "4:21: 'entry.rsi_period' does nothing without 'entry.rsi'"),
  ])
  func `a key that looks like protection and is none is refused`(line: String, message: String) {
    #expect(refusal(threeLines + line + "\n").hasPrefix("portfolios/x.yaml:" + message))
  }

  @Test func `a key for all may be there for the sake of one symbol`() throws {
    _ = try resolve(
      threeLines + "exit: {trailing_after: 0.05}\nsymbol: {ETH: {exit: {trailing: 0.1}}}\n")
  }

  @Test(arguments: [
    ("entry: {signal: go, rsi: 30}", "4:26: 'entry.rsi' does nothing beside 'entry.signal'"),
    ("entry: {signal: go}\nlimits: {positions: 1}", "5:21: 'limits.positions' does nothing beside"),
    (
      "entry: {signal: go}\nsymbol: {ETH: {entry: {volume_ratio: 2}}}",
      "5:38: 'entry.volume_ratio' does nothing beside"
    ),
    (
      "symbol: {BTC: {entry: {signal: go}}}",
      "4:32: 'entry.signal' names a column for BTC but none for ETH; name one for every symbol"
    ),
    (
      "entry: {signal: go}\nsymbol: {ETH: {entry: {signal: none}}}",
      "5:32: 'entry.signal' names a column for BTC but none for ETH"
    ),
  ])
  func `what a column that opens positions does not ask is refused`(text: String, message: String) {
    #expect(refusal(threeLines + text + "\n").hasPrefix("portfolios/x.yaml:" + message))
  }

  @Test func `a resolved file that opens by a column is accepted again`() throws {
    let text = threeLines + "entry: {signal: go, short: true}\n"
    let resolved = try resolve(text)
    #expect(try resolve(resolved.effectiveYAML()).portfolio == resolved.portfolio)
  }
}
