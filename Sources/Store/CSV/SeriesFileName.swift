import Foundation
import Market

/// What a file's name says about its series: `BTC-1h.csv`, `BTCUSDT_4h.csv`,
/// `BTCUSDT-1h-2023-01.csv`, `ETH.csv`.
struct SeriesFileName: Equatable {
  /// What stands before the timeframe, or the whole name without its ending; empty for a stream.
  let symbol: String
  let timeframe: Timeframe?

  init(path: String) {
    guard !SeriesFileName.isStream(path) else {
      (symbol, timeframe) = ("", nil)
      return
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let stem =
      name.lastIndex(of: ".").map { $0 == name.startIndex ? name[...] : name[..<$0] }
      ?? name[...]
    var start = stem.startIndex
    var previousEnd: String.Index?
    while true {
      let end = stem[start...].firstIndex { $0 == "-" || $0 == "_" || $0 == " " } ?? stem.endIndex
      if let previousEnd, let timeframe = SeriesFileName.timeframe(stem[start..<end]) {
        symbol = String(stem[..<previousEnd])
        self.timeframe = timeframe
        return
      }
      guard end < stem.endIndex else { break }
      previousEnd = previousEnd == nil && end == stem.startIndex ? nil : end
      start = stem.index(after: end)
    }
    symbol = String(stem)
    timeframe = nil
  }

  /// Whether the path is one that the system gives to what flows in, such as `/dev/stdin` or
  /// `/dev/fd/63`: it names no series, and is gone once it is read. A file in `/dev/shm` is none.
  static func isStream(_ path: String) -> Bool {
    guard path.hasPrefix("/dev/") || path.hasPrefix("/proc/") else { return false }
    // Of the path itself: `/dev/stdin` is a link, to a file too where one is read from.
    var status = stat()
    return lstat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
  }

  /// `1H` and `1D` are read as well; `1M` is a month, not a minute.
  private static func timeframe(_ text: Substring) -> Timeframe? {
    if let exact = Timeframe(text) { return exact }
    return text.hasSuffix("M") ? nil : Timeframe(text.lowercased())
  }
}
