import Foundation
import Kernels
import Models

/// What hmmlearn says of one model after some EM iterations, of any covariance type.
struct HMMCovarianceCase {
  let x: Matrix
  let lengths: [Int]?
  let iterations: Int
  let initial: GaussianHMM
  let start: [Double]
  let transition: [Double]
  let means: [Double]
  /// Row by row, in the shape of the type.
  let covariance: [Double]
  let history: [Double]
  let logLikelihood: Double
  let posteriorsHead: [Double]
  let posteriorsTail: [Double]
  let filterHead: [Double]
  let filterTail: [Double]
  let pathLogProbability: Double
  let path: [Int]
  let bic: Double
  let aic: Double
}

extension StateCovariance {
  /// Covariances of K states over D variables from their numbers, row by row.
  init(_ type: CovarianceType, _ values: [Double], states: Int, dimensions: Int) {
    func matrix(_ first: Int) -> Matrix {
      Matrix(
        rows: (0..<dimensions).map { i in
          Array(values[(first + i * dimensions)..<(first + (i + 1) * dimensions)])
        })
    }
    switch type {
    case .diagonal:
      self = .diagonal(
        Matrix(
          rows: (0..<states).map { Array(values[($0 * dimensions)..<(($0 + 1) * dimensions)]) }))
    case .full: self = .full((0..<states).map { matrix($0 * dimensions * dimensions) })
    case .tied: self = .tied(matrix(0))
    case .spherical: self = .spherical(values)
    }
  }

  /// Its numbers, row by row.
  var values: [Double] {
    switch self {
    case .diagonal(let variances): variances.elements
    case .full(let matrices): matrices.flatMap(\.elements)
    case .tied(let matrix): matrix.elements
    case .spherical(let variances): variances
    }
  }

  /// The covariance of each state as a matrix, whatever the type.
  func matrices(states: Int, dimensions: Int) -> [Matrix] {
    func diagonal(_ variance: (Int) -> Double) -> Matrix {
      var matrix = Matrix(rows: dimensions, columns: dimensions)
      for d in 0..<dimensions { matrix[d, d] = variance(d) }
      return matrix
    }
    return (0..<states).map { k in
      switch self {
      case .diagonal(let variances): diagonal { variances[k, $0] }
      case .full(let matrices): matrices[k]
      case .tied(let matrix): matrix
      case .spherical(let variances): diagonal { _ in variances[k] }
      }
    }
  }
}

/// `Fixtures/hmm-covariances.json`: a generated sequence and what hmmlearn 0.3.3 says of it.
enum HMMCovarianceFixture {
  private struct File: Decodable {
    struct Initial: Decodable {
      let start: [Double]
      let transition: [[Double]]
      let means: [[Double]]
      let covariances: [String: [Double]]
    }
    struct Case: Decodable {
      let type: String
      let lengths: [Int]?
      let iterations: Int
      let start: [Double]
      let transition, means: [[Double]]
      let covariance, history: [Double]
      let logprob: Double
      let posteriorsHead, posteriorsTail, filterHead, filterTail: [[Double]]
      let viterbiLogprob: Double
      let viterbi: String
      let bic, aic: Double
    }
    let x: [[Double]]
    let initial: Initial
    let cases: [Case]
  }

  static let count = 24

  static func load() throws -> [HMMCovarianceCase] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/hmm-covariances.json")
    let fixture = try JSONDecoder().decode(File.self, from: Data(contentsOf: file))
    return try fixture.cases.map { one in
      let means = Matrix(rows: fixture.initial.means)
      let type = CovarianceType(rawValue: one.type) ?? .diagonal
      return HMMCovarianceCase(
        x: Matrix(rows: fixture.x), lengths: one.lengths, iterations: one.iterations,
        initial: try GaussianHMM(
          start: fixture.initial.start, transition: Matrix(rows: fixture.initial.transition),
          means: means,
          covariance: StateCovariance(
            type, fixture.initial.covariances[one.type] ?? [], states: means.rows,
            dimensions: means.columns)),
        start: one.start, transition: one.transition.flatMap { $0 },
        means: one.means.flatMap { $0 }, covariance: one.covariance, history: one.history,
        logLikelihood: one.logprob, posteriorsHead: one.posteriorsHead.flatMap { $0 },
        posteriorsTail: one.posteriorsTail.flatMap { $0 },
        filterHead: one.filterHead.flatMap { $0 }, filterTail: one.filterTail.flatMap { $0 },
        pathLogProbability: one.viterbiLogprob, path: one.viterbi.compactMap(\.wholeNumberValue),
        bic: one.bic, aic: one.aic)
    }
  }
}

/// The larger reference file beside the repository; tests that read it are skipped without it.
enum HMMReferenceFile {
  static let url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent()
    .appendingPathComponent("../../../../shared/oracle/models/hmm.json").standardizedFileURL

  static var exists: Bool { FileManager.default.fileExists(atPath: url.path) }
  static let count = 24

  static func load() throws -> [HMMCovarianceCase] {
    let root = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
    let initial = root?["init"] as? [String: Any] ?? [:]
    let x = Matrix(rows: root?["X"] as? [[Double]] ?? [])
    return try (root?["cases"] as? [[String: Any]] ?? []).map { one in
      func numbers(_ key: String) -> [Double] { flat(one[key] ?? []) }
      func number(_ key: String) -> Double { (one[key] as? NSNumber)?.doubleValue ?? .nan }
      let name = one["covariance_type"] as? String ?? ""
      let type = CovarianceType(rawValue: name == "diag" ? "diagonal" : name) ?? .full
      let means = numbers("means")
      let states = numbers("startprob").count
      let width = means.count / states
      var covariance = numbers("covars_raw")
      // After a fit hmmlearn holds a spherical variance once for each variable.
      if type == .spherical, covariance.count > states {
        covariance = (0..<states).map { covariance[$0 * width] }
      }
      return HMMCovarianceCase(
        x: x, lengths: (one["lengths"] as? [NSNumber])?.map(\.intValue),
        iterations: (one["n_iter"] as? NSNumber)?.intValue ?? -1,
        initial: try GaussianHMM(
          start: flat(initial["startprob"] ?? []),
          transition: square(flat(initial["transmat"] ?? []), states),
          means: Matrix(rows: initial["means"] as? [[Double]] ?? []),
          covariance: StateCovariance(
            type, numbers("init_covars"), states: states, dimensions: width)),
        start: numbers("startprob"), transition: numbers("transmat"), means: means,
        covariance: covariance, history: numbers("history"), logLikelihood: number("logprob"),
        posteriorsHead: numbers("posteriors_head"), posteriorsTail: numbers("posteriors_tail"),
        filterHead: numbers("filter_head"), filterTail: numbers("filter_tail"),
        pathLogProbability: number("viterbi_logprob"),
        path: numbers("viterbi").map { Int($0) }, bic: number("bic"), aic: number("aic"))
    }
  }

  private static func square(_ values: [Double], _ count: Int) -> Matrix {
    Matrix(rows: (0..<count).map { Array(values[($0 * count)..<(($0 + 1) * count)]) })
  }

  /// Nested lists of numbers as one.
  private static func flat(_ value: Any) -> [Double] {
    if let number = value as? NSNumber { return [number.doubleValue] }
    return (value as? [Any] ?? []).flatMap(flat)
  }
}
