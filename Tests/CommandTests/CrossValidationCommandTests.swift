import Foundation
import Testing

extension TrainedPortfolioTests {
  @Suite struct CrossValidationCommandTests {
    /// Two of three groups are tested at a time: three splits, two paths, a model a split and node.
    @Test func `cross-validation stands beside the same run, with the models it took`() throws {
      let place = try TrainedPortfolio.copy()
      let plain = try place.good("backtest", "pair.yaml", "--json").object()
      let settings = ["split.cpcv_groups=3", "split.cpcv_test_groups=2"].flatMap { ["--set", $0] }
      func run(_ command: String) throws -> [String: Any] {
        try place.good([command, "pair.yaml", "--json"] + settings).object()
      }
      expectFailure(
        try place.run("backtest", "pair.yaml", "--set", "split.cpcv_groups=3"), naming: "no model",
        "regimefolio train pair.yaml")
      #expect(try run("train")["trained"] as? Int == 3 * 2 * 2)
      let crossed = try run("backtest")
      let found = try #require(crossed["crossValidation"] as? [String: Any])
      #expect(found["groups"] as? Int == 3 && found["testGroups"] as? Int == 2)
      #expect(found["splits"] as? Int == 3 && (found["paths"] as? [Any])?.count == 2)
      #expect(crossed["runHash"] as? String == plain["runHash"] as? String)
      func models(_ report: [String: Any]) throws -> [String] {
        let inputs = try #require(report["inputs"] as? [[String: Any]])
        return inputs.compactMap { $0["name"] as? String }.filter { $0.contains(" split ") }
      }
      #expect(try models(plain).isEmpty)
      #expect(
        try models(crossed)
          == (1...3).flatMap { split in
            ["BTC 1h", "BTC 4h", "ETH 1h", "ETH 4h"].map { "model \($0) split \(split)" }
          })
    }
  }
}
