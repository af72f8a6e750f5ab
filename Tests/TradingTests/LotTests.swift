import Kernels
import Testing
import Trading

@Suite struct LotTests {
  private func lots(of lot: Double) -> CapitalSettings {
    var capital = CapitalSettings()
    capital.lot = lot
    return capital
  }

  @Test func `quantities are rounded towards zero`() {
    #expect(lots(of: 1).inLots(3.99) == 3 && lots(of: 1).inLots(-3.99) == -3)
    #expect(lots(of: 100).inLots(250) == 200 && lots(of: 0.25).inLots(0.6) == 0.5)
    #expect(lots(of: 0).inLots(3.99) == 3.99)
    #expect(lots(of: 1).inLots(1e300) == 1e300)
  }

  @Test func `a weight that is held is its quantity again`() {
    var random = CounterRandom(seed: 1, path: ["lots"])
    for _ in 0..<10_000 {
      let lot = random.uniform() < 0.5 ? 1.0 : 0.001
      let held = Double(random.below(1_000_000)) * lot
      let (price, equity) = (1 + 500 * random.uniform(), 1e6 * (0.5 + random.uniform()))
      #expect(lots(of: lot).inLots(held * price / equity * equity / price) == held)
    }
  }
}
