import CKernels

/// The chain of a fit, lane by lane and written plainly.
struct HMMChainReference {
  static let lanes = HMM_LANES

  var states: Int
  var steps: Int
  var stride: Int
  var start: [Double]
  var transition: [Double]
  var edges: [HMMEdge]

  /// p(j | i) at a step of a lane, without densities.
  private func move(_ i: Int, _ j: Int, _ step: Int, _ lane: Int) -> Double {
    if isSet(\.absent, step, lane) { return i == j ? 1 : 0 }
    return isSet(\.starts, step, lane) ? start[j] : transition[i * states + j]
  }

  private func isSet(_ bits: KeyPath<HMMEdge, UInt8>, _ step: Int, _ lane: Int) -> Bool {
    edges.contains { $0.step == step && $0[keyPath: bits] >> UInt8(lane) & 1 == 1 }
  }

  private func advance(_ x: [Double], _ density: [Double], _ step: Int, _ lane: Int) -> [Double] {
    (0..<states).map { j in
      var sum = x[0] * move(0, j, step, lane)
      for i in 1..<max(1, states) { sum.addProduct(x[i], move(i, j, step, lane)) }
      return sum * density[j * stride + step * HMMChainReference.lanes + lane]
    }
  }

  private func sum(_ x: [Double]) -> Double { x.dropFirst().reduce(x[0], +) }

  /// 2 to the power of minus x's exponent.
  private func unscale(_ x: Double) -> Double {
    Double(bitPattern: 0x7fe0_0000_0000_0000 - x.bitPattern & 0x7ff0_0000_0000_0000)
  }

  private func exponent(_ x: Double) -> Int64 { Int64(x.bitPattern >> 52) - 1023 }

  func products(_ density: [Double]) -> (product: [Double], exponents: [Int64], least: Double) {
    let lanes = HMMChainReference.lanes
    var product = Array(repeating: 0.0, count: states * states * lanes)
    var exponents = Array(repeating: Int64(0), count: states * lanes)
    var least = 1.0
    for lane in 0..<lanes {
      for i in 0..<states {
        var row = (0..<states).map { $0 == i ? 1.0 : 0 }
        func scale() {
          let total = sum(row)
          least = min(least, total)
          exponents[i * lanes + lane] += exponent(total)
          row = row.map { $0 * unscale(total) }
        }
        for step in 0..<steps {
          row = advance(row, density, step, lane)
          if step % 8 == 7 { scale() }
        }
        scale()
        for j in 0..<states { product[(i * states + j) * lanes + lane] = row[j] }
      }
    }
    return (product, exponents, least)
  }

  func forward(_ density: [Double], before: [Double]) -> [Double] {
    let lanes = HMMChainReference.lanes
    var alpha = Array(repeating: 0.0, count: states * stride)
    for lane in 0..<lanes {
      var now = (0..<states).map { before[$0 * lanes + lane] }
      for step in 0..<steps {
        now = advance(now, density, step, lane)
        if step % 8 == 7 {
          let total = sum(now)
          now = now.map { $0 * unscale(total) }
        }
        for k in 0..<states { alpha[k * stride + step * lanes + lane] = now[k] }
      }
    }
    return alpha
  }

  struct Backward {
    var gamma: [Double]
    var moves: [Double]
    var starts: [Double]
    var leastSum = 1.0
    var leastTotal = 1.0
  }

  func backward(
    _ density: [Double], before: [Double], after: [Double], alpha: [Double]
  ) -> Backward {
    let lanes = HMMChainReference.lanes
    var result = Backward(gamma: alpha, moves: [], starts: [])
    var moves = Array(repeating: SIMD8<Double>.zero, count: states * states)
    var starts = Array(repeating: SIMD8<Double>.zero, count: states)
    for lane in 0..<lanes {
      func place(_ k: Int, _ step: Int) -> Int { k * stride + step * lanes + lane }
      var beta = (0..<states).map { after[$0 * lanes + lane] }
      let last = (0..<states).map { alpha[place($0, steps - 1)] * beta[$0] }
      result.leastTotal = min(result.leastTotal, sum(last))
      for k in 0..<states { result.gamma[place(k, steps - 1)] = last[k] * (1 / sum(last)) }
      for step in (0..<steps).reversed() {
        let isStart = isSet(\.starts, step, lane)
        let isAbsent = isSet(\.absent, step, lane)
        for k in 0..<states {
          if isAbsent { result.gamma[place(k, step)] = 0 }
          if isStart { starts[k][lane] += result.gamma[place(k, step)] }
        }
        let ahead = (0..<states).map { density[place($0, step)] * beta[$0] }
        var total = 0.0
        var weight = (0..<states).map {
          step > 0 ? alpha[place($0, step - 1)] : before[$0 * lanes + lane]
        }
        for i in 0..<states {
          var sum = move(i, 0, step, lane) * ahead[0]
          for j in 1..<max(1, states) { sum.addProduct(move(i, j, step, lane), ahead[j]) }
          beta[i] = sum
          total = i == 0 ? weight[0] * sum : total.addingProduct(weight[i], sum)
        }
        result.leastTotal = min(result.leastTotal, total)
        let scale = 1 / total
        for i in 0..<states {
          weight[i] *= scale
          if step > 0 { result.gamma[place(i, step - 1)] = weight[i] * beta[i] }
          if isStart || isAbsent { continue }
          for j in 0..<states { moves[i * states + j][lane].addProduct(weight[i], ahead[j]) }
        }
        if step % 8 == 0 {
          let total = sum(beta)
          result.leastSum = min(result.leastSum, total)
          beta = beta.map { $0 * unscale(total) }
        }
      }
    }
    result.moves = moves.map(HMMReference.sum)
    result.starts = starts.map(HMMReference.sum)
    return result
  }
}
