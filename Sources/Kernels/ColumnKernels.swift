import CKernels

/// Whole columns of bars in float64: what each row has on its own, and running sums.
///
/// Each operation has one right result, so the bits are those of the same arithmetic row by row, on every
/// ``InstructionSet``. The loops are C (`CKernels`); their plain Swift references are in the tests.
public enum ColumnKernels {
  /// Computes `max(high - low, |previous close - high|, |previous close - low|)`.
  /// - Parameters:
  ///   - high: As many as `range`, as are `low` and `previousClose`.
  ///   - range: Written; none of the others.
  public static func trueRange(
    high: DoubleBuffer, low: DoubleBuffer, previousClose: DoubleBuffer,
    into range: MutableDoubleBuffer
  ) {
    let count = range.count
    precondition(high.count == count && low.count == count && previousClose.count == count)
    guard let high = high.baseAddress, let low = low.baseAddress,
      let previousClose = previousClose.baseAddress, let range = range.baseAddress
    else { return }
    ckernels().pointee.columns.trueRange(count, high, low, previousClose, range)
  }

  /// Adds `((close - low) - (high - close)) / (high - low)·volume` of one row after the other, 0 where
  /// high = low, and writes the sum after each.
  ///
  /// What the additions lose is added up in a second number (Neumaier 1974), which is part of what is
  /// written but not of the sum.
  /// - Parameters:
  ///   - high: As many as `line`, as are `low`, `close` and `volume`.
  ///   - sum: Before the first row on entry, after the last on return; as is `compensation`.
  ///   - line: Written; none of the others.
  /// - Returns: Whether every volume is finite and not negative; perhaps false where one is -0. What is
  ///   written counts only if so.
  public static func addMoneyFlows(
    high: DoubleBuffer, low: DoubleBuffer, close: DoubleBuffer, volume: DoubleBuffer,
    sum: inout Double, compensation: inout Double, into line: MutableDoubleBuffer
  ) -> Bool {
    let count = line.count
    precondition(high.count == count && low.count == count)
    precondition(close.count == count && volume.count == count)
    guard let high = high.baseAddress, let low = low.baseAddress, let close = close.baseAddress,
      let volume = volume.baseAddress, let line = line.baseAddress
    else { return true }
    var total = CompensatedSum(sum: sum, compensation: compensation)
    let areVolumes = withUnsafeMutablePointer(to: &total) { total in
      var rows = MoneyFlowSum(
        count: count, high: high, low: low, close: close, volume: volume, total: total, line: line)
      return !ckernels().pointee.columns.moneyFlowSum(&rows)
    }
    (sum, compensation) = (total.sum, total.compensation)
    return areVolumes
  }

  /// Adds the volume of one row after the other where the close is above the previous one, takes it off
  /// where it is below, and writes the sum after each, as ``addMoneyFlows`` does.
  /// - Parameters:
  ///   - close: As many as `line`, as are `previousClose` and `volume`.
  ///   - sum: Before the first row on entry, after the last on return; as is `compensation`.
  ///   - line: Written; none of the others.
  /// - Returns: Whether every volume is finite and not negative; perhaps false where one is -0. What is
  ///   written counts only if so.
  public static func addBalances(
    close: DoubleBuffer, previousClose: DoubleBuffer, volume: DoubleBuffer,
    sum: inout Double, compensation: inout Double, into line: MutableDoubleBuffer
  ) -> Bool {
    let count = line.count
    precondition(close.count == count && previousClose.count == count && volume.count == count)
    guard let close = close.baseAddress, let previousClose = previousClose.baseAddress,
      let volume = volume.baseAddress, let line = line.baseAddress
    else { return true }
    var total = CompensatedSum(sum: sum, compensation: compensation)
    let areVolumes = withUnsafeMutablePointer(to: &total) { total in
      var rows = BalanceSum(
        count: count, close: close, previousClose: previousClose, volume: volume, total: total,
        line: line)
      return !ckernels().pointee.columns.balanceSum(&rows)
    }
    (sum, compensation) = (total.sum, total.compensation)
    return areVolumes
  }

  /// Computes the standard deviations of the last `period` rows, over their number, from the `2·period`th
  /// row on.
  ///
  /// A window is the end of one block of `period` rows, summed up backwards, and the beginning of the
  /// next; the sums are of deviations from the later block's first row.
  /// - Parameter deviation: As many as `x`; written in the blocks that are done, from the second on.
  /// - Returns: How many blocks are done; several go side by side, so a few may be left over.
  public static func rollingDeviation(
    _ x: DoubleBuffer, period: Int, into deviation: MutableDoubleBuffer
  ) -> Int {
    precondition(period >= 1, "a window needs a period of at least 1")
    precondition(deviation.count == x.count)
    let blocks = x.count / period - 1
    guard blocks > 0, let x = x.baseAddress, let deviation = deviation.baseAddress else { return 0 }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * (period + 1)) { scratch in
      var rows = RollingDeviation(
        period: period, blocks: blocks, x: x, deviation: deviation, scratch: scratch.baseAddress!)
      return ckernels().pointee.columns.rollingDeviation(&rows)
    }
  }

  /// Computes `100·(n - rows since the greatest of the last n + 1 rows) / n` for a period of n, or since
  /// their least: of equals the newest counts, NaN never.
  /// - Parameter recency: As many as `x`; written from row `period` on.
  public static func recency(
    _ x: DoubleBuffer, period: Int, ofLeast: Bool, into recency: MutableDoubleBuffer
  ) {
    precondition(period >= 1, "recency is told over at least one row before the last")
    precondition(recency.count == x.count)
    guard let x = x.baseAddress, let out = recency.baseAddress else { return }
    let capacity = 2 * (Int(RECENCY_ROWS) + period + 1)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { scratch in
      var rows = Recency(
        count: recency.count, window: period + 1, x: x, least: ofLeast, recency: out,
        scratch: scratch.baseAddress!)
      ckernels().pointee.columns.recency(&rows)
    }
  }
}

public typealias DoubleBuffer = UnsafeBufferPointer<Double>
public typealias MutableDoubleBuffer = UnsafeMutableBufferPointer<Double>
