import Kernels
import Market
import Report
import Testing

@Suite struct AxisTickTests {
  @Test func `round ticks are multiples of a round step`() {
    #expect(AxisTicks.round(low: -0.55, high: 0, count: 4) == [-0.4, -0.2, 0])
    #expect(AxisTicks.round(low: 0, high: 1, count: 4) == [0, 0.25, 0.5, 0.75, 1])
    #expect(AxisTicks.round(low: 3, high: 3, count: 4) == [3])
  }

  @Test func `ticks stay inside the range and are neither few nor many`() {
    var rng = CounterRandom(seed: 5, path: ["ticks"])
    for _ in 0..<500 {
      let low = rng.normal() * 100
      let span = Elementary.exp(10 * rng.normal())
      let ticks = AxisTicks.round(low: low, high: low + span, count: 4)
      #expect((1...7).contains(ticks.count))
      let slack = span * 1e-6
      #expect(ticks.allSatisfy { $0 >= low - slack && $0 <= low + span + slack })
    }
  }

  @Test func `four ticks about 0 are never one alone`() {
    #expect(AxisTicks.round(low: -1.49, high: 1.81, count: 4) == [-1, 0, 1])
    var rng = CounterRandom(seed: 6, path: ["zero"])
    for _ in 0..<500 {
      let span = Elementary.exp(3 * rng.normal())
      let low = -span * rng.uniform()
      #expect(AxisTicks.round(low: low, high: low + span, count: 4).count >= 2)
    }
  }

  @Test func `logarithmic ticks are 1, 2, 5 over decades and powers of ten over many`() {
    #expect(AxisTicks.logarithmic(low: 900, high: 21_000) == [1000, 2000, 5000, 10_000, 20_000])
    #expect(AxisTicks.logarithmic(low: 50, high: 150_000) == [100, 1000, 10_000, 100_000])
    #expect(AxisTicks.logarithmic(low: 80, high: 130) == [80, 90, 100, 110, 120, 130])
  }

  @Test func `time ticks are Mondays, and starts of months and years`() {
    func texts(_ from: Timestamp, _ to: Timestamp) -> [String] {
      AxisTicks.time(from: from, to: to, count: 13, few: 4).map(\.text)
    }
    let start = Timestamp(year: 2018, month: 4, day: 10)
    #expect(
      texts(start, Timestamp(year: 2018, month: 9, day: 2))
        == [
          "23 Apr", "7 May", "21 May", "4 Jun", "18 Jun", "2 Jul", "16 Jul", "30 Jul", "13 Aug",
          "27 Aug",
        ])
    #expect(
      texts(start, Timestamp(year: 2019, month: 3, day: 1)).first == "May 2018")
    #expect(
      texts(start, Timestamp(year: 2026, month: 1, day: 1))
        == ["2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"])
    #expect(
      texts(start, start + 6 * 3_600_000) == [
        "10 Apr", "01:00", "02:00", "03:00", "04:00", "05:00", "06:00",
      ])
    #expect(texts(start, start).isEmpty)
  }

  @Test(arguments: [1, 3, 20, 45, 100, 365, 550, 1500, 4000, 12_000])
  func `labels have room: at most thirteen, and four on a phone`(days: Int) {
    let start = Timestamp(year: 2003, month: 11, day: 17, hour: 5)
    let end = start + Int64(days) * Timestamp.millisecondsPerDay
    let ticks = AxisTicks.time(from: start, to: end, count: 13, few: 4)
    #expect((2...13).contains(ticks.count))
    #expect((1...4).contains(ticks.count { $0.isMajor }))
    #expect(
      ticks.allSatisfy {
        $0.value >= Double(start.milliseconds) && $0.value <= Double(end.milliseconds)
      })
    #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value })
  }
}
