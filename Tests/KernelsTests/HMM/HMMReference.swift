import CKernels

/// The HMM kernels written plainly, one number at a time: what each of their bits has to be.
struct HMMReference {
  static let lanes = HMM_LANES

  var states: Int
  var dimensions: Int
  var isCoupled: Bool
  var means: [Double]
  var whitening: [Double]
  var peaks: [Double]

  /// Numbers for each state in `moments`.
  var numbers: Int {
    1 + dimensions + (isCoupled ? dimensions * (dimensions + 1) / 2 : dimensions)
  }

  /// e^x for x <= 0.
  static func exp(_ x: Double) -> Double {
    if x < -708 { return 0 }
    let shifted = 0x1.8p52.addingProduct(x, 0x1.71547652b82fep0)
    let k = shifted - 0x1.8p52
    var r = x.addingProduct(k, -0x1.62e42fefa39efp-1)
    r.addProduct(k, -0x1.abc9e3b39803fp-56)
    var q = 0x1.ad7f47a3cab59p-26
    for coefficient in [
      0x1.28ad9c5ba8eb7p-22, 0x1.71df25aef3285p-19, 0x1.a01999e1631b1p-16, 0x1.a01a012a1027dp-13,
      0x1.6c16c184391a4p-10, 0x1.1111111127d10p-7, 0x1.555555555083cp-5, 0x1.55555555554f9p-3,
      0x1.000000000000ap-1,
    ] { q = coefficient.addingProduct(q, r) }
    let p = 1 + r.addingProduct(r * r, q)
    return Double(bitPattern: p.bitPattern &+ shifted.bitPattern << 52)
  }

  func densities(_ x: [Double], count: Int, stride: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: states * stride)
    for p in 0..<count {
      var place = 0
      for k in 0..<states {
        let distance = (0..<dimensions).map { x[$0 * stride + p] - means[k * dimensions + $0] }
        var density = peaks[k]
        for i in 0..<dimensions {
          var white = whitening[place] * distance[isCoupled ? 0 : i]
          if isCoupled {
            for j in 1..<max(1, i + 1) { white.addProduct(whitening[place + j], distance[j]) }
          }
          place += isCoupled ? i + 1 : 1
          density.addProduct(-white, white)
        }
        let lowest = -Double.greatestFiniteMagnitude
        result[k * stride + p] = density > lowest ? density : lowest
      }
    }
    return result
  }

  func relative(
    _ logDensity: [Double], count: Int, stride: Int
  ) -> (density: [Double], shift: [Double]) {
    var density = logDensity
    var shift = Array(repeating: 0.0, count: stride)
    for p in 0..<count {
      shift[p] = (0..<states).reduce(-.infinity) { max($0, logDensity[$1 * stride + p]) }
      for k in 0..<states {
        density[k * stride + p] = HMMReference.exp(logDensity[k * stride + p] - shift[p])
      }
    }
    return (density, shift)
  }

  func winners(_ logDensity: [Double], count: Int, stride: Int) -> [Double] {
    var hot = Array(repeating: 0.0, count: states * stride)
    for p in 0..<count {
      var winner: Int?
      var best = -Double.infinity
      for k in 0..<states where logDensity[k * stride + p] > best {
        (winner, best) = (k, logDensity[k * stride + p])
      }
      if let winner { hot[winner * stride + p] = 1 }
    }
    return hot
  }

  func moments(_ x: [Double], gamma: [Double], count: Int, stride: Int) -> [Double] {
    (0..<states).flatMap { k in
      var sums = Array(repeating: SIMD8<Double>.zero, count: numbers)
      for p in 0..<count {
        let lane = p % HMMReference.lanes
        let weight = gamma[k * stride + p]
        sums[0][lane] += weight
        var place = 1 + dimensions
        for i in 0..<dimensions {
          let weighted = weight * distance(x, k, i, stride, p)
          sums[1 + i][lane] += weighted
          for j in (isCoupled ? 0 : i)...i {
            sums[place][lane].addProduct(weighted, distance(x, k, j, stride, p))
            place += 1
          }
        }
      }
      return sums.map(HMMReference.sum)
    }
  }

  private func distance(_ x: [Double], _ k: Int, _ d: Int, _ stride: Int, _ p: Int) -> Double {
    x[d * stride + p] - means[k * dimensions + d]
  }

  static func sum(_ x: SIMD8<Double>) -> Double {
    ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]))
  }
}
