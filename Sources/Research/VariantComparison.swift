public import Engine
import Kernels
public import Market

/// One portfolio file under several profiles, over the same dates and bars.
public struct VariantComparison: Sendable {
  /// The file under one profile.
  public struct Variant: Sendable {
    public var name: String
    public var report: BacktestReport
    public var run: EngineRun
    /// Daily closes (of primary bars where those are slower), the start first.
    public var times: [Timestamp]
    /// Simple returns between them, one fewer.
    public var returns: [Double]
    /// The same above what cash earned: what tests over the variants resample together. Nil for a variant
    /// that lost everything, which takes no part.
    public var excess: [Double]?

    public init(name: String, report: BacktestReport, run: EngineRun) {
      self.name = name
      self.report = report
      self.run = run
      var curve = EquityCurve(run, primary: report.primary, cashRate: 0)
      curve.cashReturns = report.portfolio.cashReturns
      times = curve.times
      returns = curve.returns
      excess = curve.isRuined ? nil : curve.excess
    }
  }

  /// A curve without models, under the costs of the variants beside which it stands.
  public struct Baseline: Sendable {
    public var curve: RunCurve
    /// The variants that pay these costs; empty where all do.
    public var variants: [String]
  }

  /// In the order in which they were asked for.
  public internal(set) var variants: [Variant]
  /// The index of the variant that the file itself asks for.
  public let own: Int

  /// - Precondition: there is a variant, and all have the same times.
  public init(_ variants: [Variant], own: String) {
    precondition(!variants.isEmpty, "there is nothing to compare")
    precondition(
      variants.allSatisfy { $0.times == variants[0].times }, "the variants run over other dates")
    self.variants = variants
    self.own = variants.firstIndex { $0.name == own } ?? 0
  }

  public var portfolioName: String { variants[0].report.portfolioName }

  /// Every variant's baselines, each curve once: with equal costs they are the same.
  public var baselines: [Baseline] {
    var found: [Baseline] = []
    for variant in variants {
      for curve in variant.report.baselines {
        let same = found.firstIndex {
          $0.curve.name == curve.name && $0.curve.equity == curve.equity
        }
        if let same {
          found[same].variants.append(variant.name)
        } else {
          found.append(Baseline(curve: curve, variants: [variant.name]))
        }
      }
    }
    for index in found.indices where found[index].variants.count == variants.count {
      found[index].variants = []
    }
    return found
  }

  /// SHA-256 over the names and run hashes of the variants.
  public var runHash: String {
    var sha = SHA256()
    for variant in variants {
      sha.update(variant.name)
      sha.update(variant.report.runHash)
    }
    return sha.hex()
  }
}
