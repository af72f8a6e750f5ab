import Foundation

/// Where and when the numbers were taken.
enum Machine {
  static var description: String {
    let information = ProcessInfo.processInfo
    let day = ISO8601DateFormatter().string(from: Date()).prefix(10)
    return "\(processor), \(information.processorCount) cores, "
      + "\(information.operatingSystemVersionString), load \(load), \(day)"
  }

  private static var processor: String {
    text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
      .map { $0.drop { $0 != ":" }.dropFirst(2) }.map(String.init) ?? "unknown processor"
  }

  /// Mean number of running processes in the last minute.
  private static var load: String {
    text("/proc/loadavg").split(separator: " ").first.map(String.init) ?? "unknown"
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}
