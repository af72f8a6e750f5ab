import Market

extension Timeframe {
  /// The timeframe that a user named.
  static func named(_ name: String) throws -> Timeframe {
    guard let timeframe = Timeframe(name) else {
      throw Failure(
        "\(name): no such timeframe; there are "
          + Timeframe.all.map(\.name).joined(separator: " "))
    }
    return timeframe
  }
}
