// swift-tools-version: 6.2
//
// Speed, measured beside the best-known alternatives. A package of its own, so that whoever builds
// the product never builds this.

import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "regimefolio", path: "..")],
  targets: [
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        .product(name: "RegimefolioModels", package: "regimefolio"),
        .product(name: "RegimefolioEngine", package: "regimefolio"),
        "PlainLoop",
      ],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ]),
    // The step loop's yardstick, in C.
    .target(name: "PlainLoop"),
  ],
  swiftLanguageModes: [.v6]
)
