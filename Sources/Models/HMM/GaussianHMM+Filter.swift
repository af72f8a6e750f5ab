public import Kernels

/// What a model says of observations, looking back only.
extension GaussianHMM {
  /// Returns log p(x), summed over the sequences.
  ///
  /// - Parameters:
  ///   - x: T x D observations, the sequences one below the other.
  ///   - lengths: rows of each sequence; nil is one sequence.
  public func logLikelihood(_ x: Matrix, lengths: [Int]? = nil) -> Double {
    guard x.rows > 0 else { return 0 }
    let lanes = HMMLanes(x, lengths: sequences(of: x, lengths), states: states)
    return lanes.logLikelihood(HMMRecursion(self))
  }

  /// Returns the filtered probabilities: row t is p(state at t | x up to and including t).
  ///
  /// Causal: rows after t change no bit of row t. Each sequence starts afresh.
  public func filter(_ x: Matrix, lengths: [Int]? = nil) -> Matrix {
    let recursion = HMMRecursion(self)
    let lengths = sequences(of: x, lengths)
    let posterior = [Double](unsafeUninitializedCapacity: x.rows * states) { posterior, count in
      x.elements.withUnsafeBufferPointer { values in
        var first = 0
        var room = recursion.room(rows: x.rows)
        for length in lengths {
          var prior = recursion.start
          let rows = first..<(first + length)
          recursion.advance(
            values.slice(rows, of: dimensions), prior: &prior,
            posterior: posterior.slice(rows, of: states), room: &room)
          first += length
        }
      }
      count = x.rows * states
    }
    return Matrix(rows: x.rows, columns: states, elements: posterior)
  }

  /// The lengths of the sequences in `x`, checked.
  func sequences(of x: Matrix, _ lengths: [Int]?) -> [Int] {
    precondition(
      x.columns == dimensions, "\(x.columns) variables, the model has \(dimensions)")
    return x.sequenceLengths(lengths)
  }
}

extension UnsafeBufferPointer {
  /// The elements of some rows of `width`.
  func slice(_ rows: Range<Int>, of width: Int) -> UnsafeBufferPointer {
    UnsafeBufferPointer(rebasing: self[(rows.lowerBound * width)..<(rows.upperBound * width)])
  }
}

extension UnsafeMutableBufferPointer {
  /// The elements of some rows of `width`.
  func slice(_ rows: Range<Int>, of width: Int) -> UnsafeMutableBufferPointer {
    UnsafeMutableBufferPointer(
      rebasing: self[(rows.lowerBound * width)..<(rows.upperBound * width)])
  }
}

extension Matrix {
  /// A matrix of elements in row-major order.
  init(rows: Int, columns: Int, elements: [Double]) {
    self.init(rows: rows, columns: columns)
    self.elements = elements
  }

  /// `lengths`, or the one sequence that all rows make.
  func sequenceLengths(_ lengths: [Int]?) -> [Int] {
    guard let lengths else { return rows > 0 ? [rows] : [] }
    precondition(lengths.allSatisfy { $0 > 0 }, "a sequence has at least one row")
    precondition(lengths.reduce(0, +) == rows, "the sequences' lengths add up to the rows")
    return lengths
  }
}

extension GaussianHMM {
  /// The number of free parameters: start, transition, means and covariances.
  public var parameterCount: Int {
    (states - 1) + states * (states - 1) + states * dimensions
      + covariance.parameterCount(states: states, dimensions: dimensions)
  }

  /// Returns Schwarz's criterion, `-2 log L + parameters * log T`; the smaller, the better.
  public func bic(_ x: Matrix, lengths: [Int]? = nil) -> Double {
    Double(parameterCount) * Elementary.log(Double(x.rows)) - 2 * logLikelihood(x, lengths: lengths)
  }

  /// Returns Akaike's criterion, `-2 log L + 2 * parameters`; the smaller, the better.
  public func aic(_ x: Matrix, lengths: [Int]? = nil) -> Double {
    2 * Double(parameterCount) - 2 * logLikelihood(x, lengths: lengths)
  }
}
