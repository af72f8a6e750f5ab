/// Bars of one series as columns, in order of time, each time once; what a merge works on.
struct BarBatch {
  var times: [Int64] = []
  var opens: [Double] = []
  var highs: [Double] = []
  var lows: [Double] = []
  var closes: [Double] = []
  var volumes: [Double] = []

  var count: Int { times.count }

  @inline(__always) subscript(index: Int) -> StoredBar {
    StoredBar(
      time: times[index], open: opens[index], high: highs[index], low: lows[index],
      close: closes[index], volume: volumes[index])
  }

  mutating func reserve(_ capacity: Int) {
    times.reserveCapacity(capacity)
    opens.reserveCapacity(capacity)
    highs.reserveCapacity(capacity)
    lows.reserveCapacity(capacity)
    closes.reserveCapacity(capacity)
    volumes.reserveCapacity(capacity)
  }

  @inline(__always) mutating func append(_ bar: StoredBar) {
    times.append(bar.time)
    opens.append(bar.open)
    highs.append(bar.high)
    lows.append(bar.low)
    closes.append(bar.close)
    volumes.append(bar.volume)
  }

  /// The digests of its months.
  var digests: [MonthDigest] {
    var digest = MonthlyDigest()
    for i in 0..<count { digest.add(self[i]) }
    return digest.finish()
  }
}

/// One user's column of a series, in order of time.
struct ExtraBatch {
  var name: String
  var times: [Int64] = []
  var values: [Double] = []

  var digests: [MonthDigest] {
    var digest = MonthlyDigest()
    for (time, value) in zip(times, values) { digest.add(time: time, value: value) }
    return digest.finish()
  }
}
