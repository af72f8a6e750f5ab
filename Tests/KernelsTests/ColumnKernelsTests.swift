import CKernels
import Kernels
import Testing

/// The column kernels of every instruction set, bit by bit beside plain loops; of lengths with every kind
/// of remainder.
@Suite struct ColumnKernelsTests {
  private static let lengths = Array(0..<40) + [63, 64, 65, 96, 100, 513, 1000]

  /// Bars as they come and as they should not: without a range, with huge and tiny volumes.
  private struct Bars {
    var high: [Double] = []
    var low: [Double] = []
    var close: [Double] = []
    var volume: [Double] = []

    init(_ count: Int) {
      var random = CounterRandom(seed: 5, path: ["columns", "\(count)"])
      for row in 0..<count {
        let price = 100 * random.uniform() + 1
        let range = row % 7 == 3 ? 0 : random.uniform()
        low.append(price)
        high.append(price + range)
        close.append(row % 11 == 5 ? close[row - 1] : price + range * random.uniform())
        volume.append([0, 1e-9, 1, 1e15][random.below(4)] * random.uniform())
      }
    }
  }

  /// Neumaier's sum, one term after the other.
  private struct PlainSum {
    var sum = 0.0
    var compensation = 0.0

    mutating func add(_ term: Double) -> Double {
      let next = sum + term
      let kept = next - sum
      compensation += (sum - (next - kept)) + (term - kept)
      sum = next
      return sum + compensation
    }
  }

  /// Columns of equal length in memory that stays where it is.
  private final class Memory {
    private(set) var columns: [UnsafeMutablePointer<Double>] = []
    let count: Int

    init(_ columns: [[Double]], count: Int) {
      self.count = count
      for column in columns {
        let copy = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
        for row in 0..<count { copy[row] = column[row] }
        self.columns.append(copy)
      }
    }

    deinit { for column in columns { column.deallocate() } }

    func bits(_ column: Int) -> [UInt64] { (0..<count).map { columns[column][$0].bitPattern } }
  }

  @Test(arguments: InstructionSet.supported)
  func `a line of money flows has the bits of the plain sum`(set: InstructionSet) throws {
    let kernels = try #require(set.kernels).pointee.columns
    for count in Self.lengths {
      let bars = Bars(count)
      var plain = PlainSum()
      let expected = (0..<count).map { row in
        let (high, low, close) = (bars.high[row], bars.low[row], bars.close[row])
        return plain.add(
          high > low ? ((close - low) - (high - close)) / (high - low) * bars.volume[row] : 0)
      }
      let memory = Memory([bars.high, bars.low, bars.close, bars.volume, bars.close], count: count)
      var total = CompensatedSum(sum: 0, compensation: 0)
      let isWrong = withUnsafeMutablePointer(to: &total) { total in
        var rows = MoneyFlowSum(
          count: count, high: memory.columns[0], low: memory.columns[1],
          close: memory.columns[2], volume: memory.columns[3], total: total,
          line: memory.columns[4])
        return kernels.moneyFlowSum(&rows)
      }
      #expect(!isWrong)
      #expect(memory.bits(4) == expected.map(\.bitPattern), "\(count) rows")
      #expect(total.sum == plain.sum && total.compensation == plain.compensation)
    }
  }

  /// Runs the kernel from a sum that is under way.
  private static func balance(
    _ kernels: ColumnKernelTable, _ memory: Memory
  ) -> (total: CompensatedSum, isWrong: Bool) {
    var total = CompensatedSum(sum: 3.25, compensation: 1e-17)
    let isWrong = withUnsafeMutablePointer(to: &total) { total in
      var rows = BalanceSum(
        count: memory.count, close: memory.columns[0], previousClose: memory.columns[1],
        volume: memory.columns[2], total: total, line: memory.columns[3])
      return kernels.balanceSum(&rows)
    }
    return (total, isWrong)
  }

  @Test(arguments: InstructionSet.supported)
  func `volumes on balance have the bits of the plain sum`(set: InstructionSet) throws {
    let kernels = try #require(set.kernels).pointee.columns
    for count in Self.lengths {
      let bars = Bars(count + 1)
      let previous = bars.close
      let close = Array(bars.close.dropFirst())
      var plain = PlainSum(sum: 3.25, compensation: 1e-17)
      let expected = (0..<count).map { row in
        let volume = bars.volume[row]
        return plain.add(
          close[row] > previous[row] ? volume : close[row] < previous[row] ? -volume : 0)
      }
      let memory = Memory([close, previous, bars.volume, close], count: count)
      let (total, isWrong) = Self.balance(kernels, memory)
      #expect(!isWrong)
      #expect(memory.bits(3) == expected.map(\.bitPattern), "\(count) rows")
      #expect(total.sum == plain.sum && total.compensation == plain.compensation)
    }
  }

  @Test(
    arguments: InstructionSet.supported,
    [-1.0, Double.infinity, Double.nan, -Double.leastNonzeroMagnitude])
  func `a volume that is none is seen wherever it stands`(set: InstructionSet, wrong: Double) throws
  {
    let kernels = try #require(set.kernels).pointee.columns
    for count in [1, 31, 32, 33, 100] {
      for place in 0..<count {
        let ones = [Double](repeating: 1, count: count)
        var volume = [Double](repeating: .greatestFiniteMagnitude, count: count)
        volume[place] = wrong
        let memory = Memory([ones, ones, volume, ones], count: count)
        #expect(Self.balance(kernels, memory).isWrong, "row \(place) of \(count)")
      }
    }
  }

  @Test(arguments: InstructionSet.supported)
  func `true ranges have the bits of the plain ones`(set: InstructionSet) throws {
    let kernels = try #require(set.kernels).pointee.columns
    for count in Self.lengths {
      let bars = Bars(count)
      // Anything serves as a previous close.
      let previous = bars.volume
      let expected = (0..<count).map { row in
        max(
          bars.high[row] - bars.low[row], abs(previous[row] - bars.high[row]),
          abs(previous[row] - bars.low[row]))
      }
      let memory = Memory([bars.high, bars.low, previous, previous], count: count)
      kernels.trueRange(
        count, memory.columns[0], memory.columns[1], memory.columns[2], memory.columns[3])
      #expect(memory.bits(3) == expected.map(\.bitPattern), "\(count) rows")
    }
  }

  @Test(arguments: InstructionSet.supported)
  func `rolling deviations have the bits of the plain sums`(set: InstructionSet) throws {
    let kernels = try #require(set.kernels).pointee.columns
    for (period, count) in [(1, 9), (2, 40), (3, 41), (20, 513), (20, 59), (33, 1000)] {
      let x = Bars(count).close
      let blocks = count / period - 1
      let memory = Memory([x, x], count: count)
      let done = withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * (period + 1)) {
        var rows = RollingDeviation(
          period: period, blocks: blocks, x: memory.columns[0], deviation: memory.columns[1],
          scratch: $0.baseAddress!)
        return kernels.rollingDeviation(&rows)
      }
      #expect(done <= blocks && done > blocks - 4)
      let found = memory.bits(1)
      for row in 0..<count {
        let isDone = row >= period && row < (done + 1) * period
        let expected = isDone ? plainDeviation(x, row, period) : x[row]
        #expect(found[row] == expected.bitPattern, "row \(row), period \(period)")
      }
    }
  }

  @Test(arguments: InstructionSet.supported, [false, true])
  func `recency is that of a look through each window`(set: InstructionSet, ofLeast: Bool) throws {
    let kernels = try #require(set.kernels).pointee.columns
    for (window, count) in [(2, 9), (3, 3), (4, 40), (15, 14), (15, 1100), (33, 33), (700, 1500)] {
      // Few levels, so that many are equal, and rows that are no number.
      var x = Bars(count).close.map { ($0 * 4).rounded() }
      for row in stride(from: 5, to: count, by: 13) { x[row] = .nan }
      let memory = Memory([x, x], count: count)
      withUnsafeTemporaryAllocation(
        of: Double.self, capacity: 2 * (Int(RECENCY_ROWS) + window)
      ) {
        var rows = Recency(
          count: count, window: window, x: memory.columns[0], least: ofLeast,
          recency: memory.columns[1], scratch: $0.baseAddress!)
        kernels.recency(&rows)
      }
      let found = memory.bits(1)
      for row in 0..<count {
        var expected = x[row]
        if row >= window - 1 {
          let level = (row - window + 1...row).map { ofLeast ? -x[$0] : x[$0] }
          let greatest = level.filter { !$0.isNaN }.max() ?? -.infinity
          // A window of nothing but NaN has its newest row.
          let place = level.lastIndex { $0 == greatest } ?? window - 1
          expected = 100 * Double(place) / Double(window - 1)
        }
        #expect(found[row] == expected.bitPattern, "row \(row), window \(window)")
      }
    }
  }

  /// The deviation of the window that ends in a row.
  private func plainDeviation(_ x: [Double], _ row: Int, _ period: Int) -> Double {
    let first = row / period * period
    let (old, new) = ((row - period + 1..<first).reversed(), first..<row + 1)
    func sums(_ rows: some Sequence<Int>) -> (Double, Double) {
      rows.reduce((0, 0)) { sums, row in
        let d = x[row] - x[first]
        return (sums.0 + d, sums.1 + d * d)
      }
    }
    let (end, beginning) = (sums(old), sums(new))
    let (sum, squares) = (beginning.0 + end.0, beginning.1 + end.1)
    let variance = (squares - sum * (sum / Double(period))) / Double(period)
    return max(0, variance).squareRoot()
  }
}
