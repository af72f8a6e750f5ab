import Foundation

/// TA-Lib's values of further functions on the bars of `TALibFixture`, with opens and volumes; see
/// Fixtures/README.md.
struct TALibMoreFixture: Decodable {
  let bars: TALibFixture
  let open: [Double]
  let volume: [Double]

  private enum Key: CodingKey {
    case open, volume
  }

  init(from decoder: any Decoder) throws {
    bars = try TALibFixture(from: decoder)
    let container = try decoder.container(keyedBy: Key.self)
    open = try container.decode([Double].self, forKey: .open)
    volume = try container.decode([Double].self, forKey: .volume)
  }

  static let shared = Result {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/talib-more.json")
    return try JSONDecoder().decode(TALibMoreFixture.self, from: Data(contentsOf: file))
  }
}
