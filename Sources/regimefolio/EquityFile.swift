import Engine
import Market

/// An equity curve as a CSV: `ts_open,equity`, epoch seconds of the bar's open, equity at its close.
enum EquityFile {
  static func write(_ run: EngineRun, to file: String) throws {
    var text = "ts_open,equity\n"
    for (time, equity) in zip(run.times, run.equity) {
      text += "\(time.milliseconds / 1000),\(equity)\n"
    }
    try TextFile.write(text, to: file)
  }
}
