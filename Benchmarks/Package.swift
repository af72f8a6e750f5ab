// swift-tools-version: 6.2
//
// Speed, measured beside the best-known alternatives. A package of its own, so that whoever builds
// the product never builds this.

import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let models: Target.Dependency = .product(name: "RegimefolioModels", package: "regimefolio")
let engine: Target.Dependency = .product(name: "RegimefolioEngine", package: "regimefolio")
let files: Target.Dependency = .product(name: "RegimefolioFiles", package: "regimefolio")

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "regimefolio", path: "..")],
  targets: [
    .executableTarget(
      name: "benchmarks", dependencies: [models, engine, files, "PlainLoop", "FMAPeak"],
      swiftSettings: settings),
    // The whole path of one node, from the CSV to the equity curve: a process of its own, whose time
    // and memory are measured from outside.
    .executableTarget(
      name: "pipeline", dependencies: [models, engine, files], swiftSettings: settings),
    // The step loop's yardstick, in C.
    .target(name: "PlainLoop"),
    // The training's yardstick: what the core can do at most.
    .target(name: "FMAPeak"),
  ],
  swiftLanguageModes: [.v6]
)
