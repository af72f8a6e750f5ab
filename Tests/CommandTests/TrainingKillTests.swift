import Foundation
import Testing

/// kill -9 in the middle of one network's training: the next run goes on from its checkpoint.
@Suite struct TrainingKillTests {
  /// One network large enough that checkpoints are due several times.
  private static let settings = [
    "timeframes={1h: 1}", "split.folds=1", "split.inner_folds=0", "forecast.hidden=96",
    "forecast.epochs=14", "forecast.patience=14", "forecast.ridge=false", "variance.method=ewma",
  ].flatMap { ["--set", $0] }

  private func arguments(_ models: String) -> [String] {
    ["train", "pair.yaml", "--db", "bars.sqlite", "--models", models, "--verbose"]
      + TrainingKillTests.settings
  }

  private func checkpoints(_ place: Workplace, _ models: String) -> [String] {
    let folder = place.url(models).appendingPathComponent(".checkpoints")
    return (try? FileManager.default.subpathsOfDirectory(atPath: folder.path))?
      .filter { $0.contains("/member") } ?? []
  }

  @Test func `killed after a checkpoint it goes on there, and writes the same bytes`() throws {
    let place = try TrainedPortfolio.untrained()
    let whole = try Program.run(arguments("whole"), in: place.folder)
    try #require(whole.status == 0, "\(whole.testDescription)")
    #expect(checkpoints(place, "whole").isEmpty)
    let killed = try Program.run(
      arguments("killed"), in: place.folder, killedWhen: { !checkpoints(place, "killed").isEmpty })
    #expect(killed.status == 128 + SIGKILL, "\(killed.testDescription)")
    #expect(!checkpoints(place, "killed").isEmpty)
    let rest = try Program.run(arguments("killed"), in: place.folder)
    try #require(rest.status == 0, "\(rest.testDescription)")
    #expect(rest.errors.contains("goes on with epoch"), "\(rest.testDescription)")
    // One line for each bundle, on stderr.
    let lines = whole.errors.split(separator: "\n").filter { $0.contains(" written, ") }
    #expect(lines.count == 4, "\(whole.testDescription)")
    #expect(checkpoints(place, "killed").isEmpty)
    let (found, expected) = (try place.files(in: "killed"), try place.files(in: "whole"))
    // What the kill left half-written has a temporary name.
    #expect(
      Set(found.keys.filter { !$0.contains(".tmp-") }) == Set(expected.keys))
    for (path, bytes) in expected { #expect(found[path] == bytes, "\(path)") }
  }

  @Test func `a diverged fit is one line with epoch, loss, rate, and the command that mends it`()
    throws
  {
    let place = try TrainedPortfolio.untrained()
    let settings = [
      "forecast.rate=1", "forecast.epochs=1", "head.hidden=256", "forecast.hidden=64",
      "split.inner_folds=0", "split.folds=1",
    ]
    let run = try place.bare(
      ["train", "pair.yaml", "--db", "bars.sqlite", "--models", "models"]
        + settings.flatMap { ["--set", $0] })
    expectFailure(
      run, naming: "diverged in epoch 1 (loss ", "at rate 1.0", "forecast.rate", "forecast.clip",
      "regimefolio train PORTFOLIO --set forecast.rate=0.1")
  }
}
