import Foundation
import Market
public import Models
import Research
import SignalGraph

/// Promise 8: a bundle with one byte changed is refused, whichever byte it is.
public enum BundleDamage {
  /// Flips bytes of every file of a bundle, one at a time, in a copy of it.
  /// - Parameters:
  ///   - subject: whose serving models are copied, one bundle a timeframe.
  ///   - scratch: an empty folder.
  public static func proof(_ subject: Subject, store: ModelStore, scratch: URL) -> Proof {
    var proof = Proof(
      .safe, "bundles with one byte changed are refused", compared: "files read with one byte wrong"
    )
    do {
      let copy = ModelStore(root: scratch)
      let fold = subject.plan.folds.serving
      for timeframe in subject.portfolio.timeframes.map(\.timeframe) {
        let nodes = subject.models.nodes(of: fold)
        guard let node = nodes.first(where: { $0.key.timeframe == timeframe }) else { continue }
        let (key, id) = (node.key, node.bundle.id)
        let folder = try copy.folder(key.symbol, timeframe, id: id)
        try FileManager.default.createDirectory(
          at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          at: store.folder(key.symbol, timeframe, id: id), to: folder)
        for name in ["manifest.json", "model.safetensors"] {
          try flip(folder.appendingPathComponent(name), &proof) {
            try copy.read(key.symbol, timeframe, id: id)
          }
        }
        try checkActive(copy, node.key, id, &proof)
      }
    } catch {
      proof.fail("\(error)")
    }
    return proof
  }

  /// Some sixty bytes all over a file, its first and last among them.
  private static func flip(_ file: URL, _ proof: inout Proof, _ read: () throws -> some Any) throws
  {
    let good = try Data(contentsOf: file)
    _ = try read()
    let step = max(1, good.count / 60)
    for position in Set(Array(stride(from: 0, to: good.count, by: step)) + [good.count - 1])
      .sorted()
    {
      var bad = good
      bad[position] ^= 0x01
      try bad.write(to: file)
      do {
        _ = try read()
        proof.expect(
          false, "\(file.lastPathComponent): byte \(position) changed and went unnoticed")
      } catch {
        proof.expect(
          "\(error)".contains(file.lastPathComponent),
          "\(file.lastPathComponent): the refusal does not name the file: \(error)")
      }
    }
    // Cut short, and gone.
    for length in [0, good.count / 2, good.count - 1] {
      try good.prefix(length).write(to: file)
      do {
        _ = try read()
        proof.expect(
          false, "\(file.lastPathComponent): cut to \(length) bytes and read all the same")
      } catch {
        proof.values += 1
      }
    }
    try good.write(to: file)
    _ = try read()
  }

  /// A damaged `active` names no bundle, or one that is not there; it never names another one.
  private static func checkActive(
    _ store: ModelStore, _ key: NodeKey, _ id: String, _ proof: inout Proof
  ) throws {
    try store.activate(key.symbol, key.timeframe, id: id)
    let file = try store.folder(key.symbol, key.timeframe, id: id).deletingLastPathComponent()
      .appendingPathComponent("active")
    let good = try Data(contentsOf: file)
    for position in good.indices {
      var bad = good
      bad[position] ^= 0x01
      try bad.write(to: file)
      do {
        guard let active = try store.active(key.symbol, key.timeframe) else {
          proof.expect(false, "active: byte \(position) changed, and nothing is said to serve")
          continue
        }
        proof.expect(
          !store.contains(key.symbol, key.timeframe, id: active),
          "active: byte \(position) changed and went unnoticed")
      } catch {
        proof.values += 1
      }
    }
    try good.write(to: file)
  }
}
