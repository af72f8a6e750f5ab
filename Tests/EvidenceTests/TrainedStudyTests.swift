import Evidence
import Models
import Signals
import Testing

/// A small fixed part of the studies that train models; `make evidence` runs the whole.
@Suite struct TrainedStudyTests {
  private let place = TemporaryLaboratory()

  @Test func `fitted regimes agree with the true-parameter filter`() throws {
    var study = RegimeStudy()
    study.fitted = 4000
    study.judged = 4000
    for seed in [1, 2] as [UInt64] {
      let trial = try study.trial(seed)
      #expect(trial.agreement > 0.9, "\(trial)")
      // Nobody names hidden states better than who knows the parameters, but for luck.
      #expect(trial.hits <= trial.bestHits + 0.01 && trial.bestHits < 1, "\(trial)")
    }
  }

  @Test func `a fit to raw returns does not end where clusters by size lead it`() throws {
    // On this market every start from clusters of the returns themselves ends 340 nats below the
    // true parameters, and its filter agrees with theirs on 43 % of the bars.
    #expect(try RegimeStudy().trial(2).agreement > 0.97)
  }

  @Test func `the pooled forecast finds a planted part`() async throws {
    var study = ForecastStudy()
    study.symbols = 3
    study.bars = 4000
    study.r2 = 0.1
    study.folds = 1
    study.innerFolds = 1
    study.adjust = { $0.makeSmall() }
    let trial = try await study.trial(1, place.laboratory)
    #expect(trial.attainableR2 > 0.05, "\(trial)")
    #expect(trial.share > 0.4 && trial.share < 1, "\(trial)")
    #expect(trial.weight > 0.5, "\(trial)")
  }

  @Test func `trained models seldom open the gate on noise`() async throws {
    var study = NoiseStudy()
    study.bars = 1500
    study.adjust = { $0.makeSmall() }
    var open = 0
    for seed in 1...4 as ClosedRange<UInt64> {
      let calibration = try await study.trial(seed, place.laboratory)
      #expect(calibration.effectivePairs > 500)
      open += calibration.weight > 0 ? 1 : 0
    }
    #expect(open <= 1)
  }

  @Test func `a shut gate costs nothing, bit by bit`() async throws {
    var study = CostStudy()
    study.symbols = 2
    study.bars = 2400
    study.adjust = { $0.makeSmall() }
    for seed in [1, 2] as [UInt64] {
      let trial = try await study.trial(seed, place.laboratory)
      #expect(trial.windows == 3, "\(trial)")
      #expect(trial.isSame || trial.openWindows > 0, "\(trial)")
      #expect(trial.isSame == (trial.cost == 0), "\(trial)")
      #expect(abs(trial.cost) < 0.5, "\(trial)")
    }
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `profiles are in the order of their risk`(seed: UInt64) async throws {
    var study = ProfileStudy()
    study.days = 600
    let trial = try await study.trial(seed, place.laboratory)
    #expect(trial.isOrdered, "\(trial)")
    #expect(trial.volatility[0] > 0 && trial.gross[0] > 0, "\(trial)")
    // They are three, not one.
    #expect(trial.gross[0] < trial.gross[2], "\(trial)")
  }
}
