// swift-tools-version: 6.2
//
// The house, top storey first. An arrow only points down; the compiler keeps it so.
// ARCHITECTURE.md says what lives where.

import PackageDescription

/// Whether this build can be told to be wrong, to show that `verify` finds it (`make mutation`, `make
/// test`). What is shipped is built without.
let hasPlantedDefects = Context.environment["REGIMEFOLIO_PLANTED_DEFECTS"] == "1"
let plantedDefects: [Target.Dependency] = hasPlantedDefects ? ["PlantedDefects"] : []

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (hasPlantedDefects ? [.define("PLANTED_DEFECTS")] : [])

/// A library module and the modules of lower storeys that it uses.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies + plantedDefects, swiftSettings: settings)
}

/// The tests of a module; they mirror its sources. Fixtures are read by their path.
func tests(
  _ name: String, _ dependencies: [Target.Dependency] = [], fixtures: Bool = false
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies,
    exclude: fixtures ? ["Fixtures"] : [], swiftSettings: settings)
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "regimefolio",
  products: [
    .executable(name: "regimefolio", targets: ["regimefolio"]),
    .library(name: "RegimefolioModels", targets: ["Market", "Kernels", "Indicators", "Models"]),
    .library(
      name: "RegimefolioEngine",
      targets: [
        "Market", "Kernels", "Statistics", "Signals", "Allocation", "Trading", "SignalGraph",
        "Engine", "Research",
      ]),
    .library(name: "RegimefolioFiles", targets: ["Store", "PortfolioFile", "Report"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    // L6: the command line.
    .executableTarget(
      name: "regimefolio",
      dependencies: [
        "Market", "Kernels", "Statistics", "Models", "Signals", "Allocation", "Trading",
        "SignalGraph", "Engine", "Research", "Proofs", "Report", "Store", "PortfolioFile",
        "Simulation", "Evidence", argumentParser,
      ], swiftSettings: settings),
    // L5: files and reports.
    module(
      "Report",
      [
        "Market", "Kernels", "Statistics", "Signals", "Allocation", "Trading", "Engine", "Research",
      ]),
    module(
      "Proofs",
      [
        "Market", "Kernels", "Models", "Signals", "Allocation", "Trading", "SignalGraph", "Engine",
        "Research",
      ]),
    module("Store", ["Market", "Kernels", grdb, sqlite]),
    module(
      "PortfolioFile",
      ["Market", "Indicators", "Models", "Signals", "Allocation", "Trading", "Research", yams]),
    module(
      "Evidence",
      [
        "Market", "Kernels", "Indicators", "Statistics", "Simulation", "Models", "Signals",
        "SignalGraph", "Engine", "Research", "PortfolioFile", "Report",
      ]),
    // L4: research and the step loop.
    module(
      "Research",
      [
        "Market", "Kernels", "Indicators", "Statistics", "Models", "Signals", "Allocation",
        "Trading", "SignalGraph", "Engine",
      ]),
    module("Engine", ["Market", "Kernels", "Signals", "Trading", "SignalGraph"]),
    // L3: the actors.
    module("SignalGraph", ["Market", "Indicators", "Models", "Signals", "Allocation", "Trading"]),
    // L2: models, signals, allocation, trading.
    module("Models", ["Market", "CKernels", "Kernels", "Indicators"]),
    module("Signals", ["Market", "Statistics"]),
    module("Allocation", ["Market", "Kernels"]),
    module("Trading", ["Market"]),
    // L1: indicators, statistics and generated markets.
    module("Indicators", ["Market", "Kernels"]),
    module("Simulation", ["Market", "Kernels"]),
    module("Statistics", ["Kernels"]),
    // L0: time and bars; numbers.
    module("Market"),
    .target(name: "CKernels"),
    module("Kernels", ["CKernels"]),

    tests("Market"),
    tests("Kernels", ["CKernels"], fixtures: true),
    tests("Indicators", ["Market", "Kernels"], fixtures: true),
    tests("Statistics", ["Kernels"], fixtures: true),
    tests("Simulation", ["Market", "Kernels", "Indicators"]),
    tests("Models", ["Market", "CKernels", "Kernels", "Indicators"], fixtures: true),
    tests("Signals", ["Market", "Kernels", "Statistics"]),
    tests("Allocation", ["Market", "Kernels"], fixtures: true),
    tests("Trading", ["Market", "Kernels"]),
    tests("Engine", ["Market", "Kernels", "Trading"], fixtures: true),
    tests(
      "Research",
      [
        "Market", "Kernels", "Statistics", "Models", "Signals", "Allocation", "Trading",
        "SignalGraph", "Engine", "Proofs",
      ]),
    tests(
      "Proofs",
      [
        "Market", "Kernels", "Models", "Signals", "Allocation", "Trading", "SignalGraph", "Engine",
        "Research",
      ]),
    tests("Store", ["Market", "Kernels", grdb]),
    tests("Evidence", ["Market", "Models", "Research", "Signals", "Simulation"]),
    tests(
      "PortfolioFile",
      [
        "Market", "Kernels", "Indicators", "Statistics", "Models", "Signals", "Allocation",
        "Trading", "SignalGraph", "Engine", "Research",
      ]),
    // The built program, run as its user runs it.
    .testTarget(name: "CommandTests", dependencies: [sqlite], swiftSettings: settings),
    tests(
      "Report",
      [
        "Market", "Kernels", "Statistics", "Signals", "Allocation", "Trading", "Engine", "Research",
      ]),
  ],
  swiftLanguageModes: [.v6]
)

if hasPlantedDefects {
  package.targets += [
    .target(name: "PlantedDefects", path: "Tests/PlantedDefects"),
    .executableTarget(
      name: "mutation", dependencies: ["PlantedDefects"], path: "Tests/Mutation",
      swiftSettings: settings),
  ]
}
