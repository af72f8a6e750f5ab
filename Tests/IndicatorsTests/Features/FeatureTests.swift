import Foundation
import Indicators
import Kernels
import Market
import Testing

@Suite struct FeatureTests {
  @Test(arguments: Feature.allCases)
  func `agrees with its formula computed afresh`(feature: Feature) throws {
    let bars = GeneratedBars.gappy.bars(count: 400)
    let reference = FeatureReference(bars)
    var stream = FeatureStream(try FeatureSpec(names: [feature.rawValue]), .h1)
    var compared = 0
    for (t, bar) in bars.enumerated() {
      guard let values = stream.update(bar) else { continue }
      // Two orders of summation over 400 bars, and two logarithms: far below 1e-10.
      #expect(abs(values[0] - reference.value(feature, at: t)) < 1e-10, "bar \(t)")
      compared += 1
    }
    #expect(compared >= 400 - 33)
  }

  @Test func `each needs no more bars than its formula`() throws {
    let bars = GeneratedBars.walk.bars(count: 60)
    let warmUps = try Feature.allCases.map { feature in
      var stream = FeatureStream(try FeatureSpec(names: [feature.rawValue]), .h1)
      return bars.firstIndex { stream.update($0) != nil }
    }
    #expect(
      warmUps == [20, 20, 20, 20, 20, 14, 19, 19, 14, 33, 33, 20, 14, 0, 19, 0, 0, 0, 0])
  }

  /// The bounds that the documentation states, on bars of every kind.
  @Test(arguments: GeneratedBars.allCases)
  func `stays within its stated bounds`(kind: GeneratedBars) throws {
    let bounds: [Feature: Double] = [
      .return1: 4.09, .return2: 4.3, .return5: 4.8, .return10: 5.5, .return20: 7.4,
      .bollingerPosition: 1.1, .rsi: 0.5, .range: 14.01, .closeLocation: 1.0001,
      .volumeScore: 4.36, .hourSine: 1, .hourCosine: 1, .weekdaySine: 1, .weekdayCosine: 1,
    ]
    let features = Feature.allCases.filter { bounds[$0] != nil }
    let spec = try FeatureSpec(names: features.map(\.rawValue))
    let table = FeatureTable(series: kind.series(count: 3000), spec: spec)
    for (column, feature) in features.enumerated() {
      let bound = try #require(bounds[feature])
      for row in table.firstValid..<3000 {
        #expect(abs(table.values[row, column]) <= bound, "\(feature) in row \(row)")
      }
    }
  }

  @Test func `flat prices without volume are zero but for the calendar`() throws {
    let spec = FeatureSpec.stationary(for: .w1)
    let table = FeatureTable(series: GeneratedBars.flat.series(count: 100, .w1), spec: spec)
    #expect(table.firstValid == 33)
    #expect(table.values.elements[(33 * spec.count)...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: Feature.allCases)
  func `does not depend on the unit of the price`(feature: Feature) throws {
    let spec = try FeatureSpec(names: [feature.rawValue])
    let bars = GeneratedBars.walk.bars(count: 300)
    // A power of two scales every price and range without rounding; logarithms round anew.
    let scaled = bars.map { bar in
      Bar(
        time: bar.time, open: bar.open / 1024, high: bar.high / 1024, low: bar.low / 1024,
        close: bar.close / 1024, volume: bar.volume)
    }
    var (plain, small) = (FeatureStream(spec, .h1), FeatureStream(spec, .h1))
    for (bar, other) in zip(bars, scaled) {
      let (a, b) = (plain.update(bar), small.update(other))
      #expect((a == nil) == (b == nil))
      if let a, let b { #expect(abs(a[0] - b[0]) < 1e-12) }
    }
  }
}
