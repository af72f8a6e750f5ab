extension Study {
  /// Runs the study.
  /// - Parameter trials: nil is the full number.
  public func run(trials: Int? = nil, in laboratory: Laboratory) async throws -> StudySection {
    let count = trials ?? self.trials
    let seeds = (1...count).map { UInt64($0) }
    var section =
      switch self {
      case .regimes: try await RegimeStudy().section(seeds, laboratory)
      case .forecast: try await ForecastStudy().section(seeds, laboratory)
      case .gate: try await GateStudy().section(trials: count, laboratory)
      case .noise: try await NoiseStudy().section(seeds, laboratory)
      case .cost: try await CostStudy().section(seeds, laboratory)
      case .profiles: try await ProfileStudy().section(seeds, laboratory)
      case .series: try SeriesStudy().section(laboratory)
      case .variance: try await VarianceStudy().section(laboratory)
      case .returns: try await ReturnStudy().section(laboratory)
      case .choices: try await ChoiceStudy().section(laboratory)
      case .gates: try await RecordGateStudy().section(laboratory)
      case .methods: try await MethodStudy().section(laboratory)
      }
    if let trials { section.command += " --trials \(trials)" }
    return section
  }
}
