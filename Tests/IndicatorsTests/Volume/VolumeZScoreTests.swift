import Foundation
import Indicators
import Testing

@Suite struct VolumeZScoreTests {
  @Test func `scores the logarithm within the window`() {
    // ln(1 + v) = 0, 1, 2 with mean 1 and deviation sqrt(2/3).
    let column = VolumeZScore.column([0, M_E - 1, M_E * M_E - 1], period: 3)
    #expect(abs(column[2] - 1 / (2.0 / 3).squareRoot()) < 1e-14)
    #expect(column[..<2].allSatisfy { $0.isNaN })
  }

  @Test(arguments: [0, 1, 12345.678])
  func `equal volumes score zero`(volume: Double) {
    let column = VolumeZScore.column(Array(repeating: volume, count: 100))
    #expect(column[19...].allSatisfy { $0 == 0 })
  }

  @Test func `one burst after silence has the greatest score there is`() {
    var volumes = Array(repeating: 0.0, count: 60)
    volumes[40] = 1e15
    let column = VolumeZScore.column(volumes)
    #expect(abs(column[40] - 19.0.squareRoot()) < 1e-12)
    #expect(column[60 - 1] < 0)
    #expect(column[39] == 0)
  }

  @Test func `silence after the burst scores zero again`() {
    var volumes = Array(repeating: 3.0, count: 100)
    volumes[40] = 1e9
    #expect(VolumeZScore.column(volumes)[60...].allSatisfy { $0 == 0 })
  }
}
