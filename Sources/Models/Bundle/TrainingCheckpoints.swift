public import Foundation
import Kernels

/// Trainings under way, kept so that a killed one goes on where it was, to the same bits.
///
/// One folder for each pool, named by the hash of all that its models depend on, below `.checkpoints`
/// of the models' folder; one file for each member of an ensemble: the SHA-256 of the rest in hex, a
/// line feed, and a safetensors file with weights, moments, best weights, losses and counters. A file
/// is replaced in one step, and the folder goes once the pool's bundles are there.
public struct TrainingCheckpoints: Sendable {
  /// The work (steps times parameters) after which a training is saved: about a second of one core, a
  /// hundred times the writing.
  public static let usualWork = 5e9

  static let folderName = ".checkpoints"

  private let root: URL
  private let folder: URL
  /// The work after which a training is saved again. It decides on nothing but what a kill costs.
  public let everyWork: Double

  /// - Parameters:
  ///   - root: the models' folder.
  ///   - pool: the hash of the pool's requests.
  init(root: URL, pool: String, everyWork: Double) {
    self.root = root
    folder = root.appendingPathComponent(TrainingCheckpoints.folderName, isDirectory: true)
      .appendingPathComponent(pool, isDirectory: true)
    self.everyWork = everyWork
  }

  enum Found {
    case state(LSTMTraining.State)
    case absent
    /// The bits come out the same without it.
    case unusable(String)
  }

  private func file(_ member: String) -> URL {
    folder.appendingPathComponent(member.replacing(" ", with: "-"))
  }

  func read(_ member: String, shape: LSTMShape) -> Found {
    do throws(BundleError) {
      let bytes = try DurableFile.read(file(member))
      let body = Array(bytes.dropFirst(65))
      guard Array(bytes.prefix(65)) == TrainingCheckpoints.seal(body) else {
        return .unusable("its bytes do not match its hash")
      }
      let tensors = try Safetensors.decode(body, file: file(member).path)
      guard
        let state = LSTMTraining.State(tensors: tensors, parameters: shape.parameterCount)
      else { return .unusable("it is of another training") }
      return .state(state)
    } catch .missing {
      return .absent
    } catch {
      return .unusable("\(error)")
    }
  }

  /// Saves a member, unless the folder is taken away meanwhile: another training of the pool has ended then,
  /// and its bundles are there. This one goes on without.
  func write(_ state: LSTMTraining.State, _ member: String) throws(BundleError) {
    let body = Safetensors.encode(state.tensors)
    do throws(BundleError) {
      try DurableFile.makeFolder(folder, below: root)
      try DurableFile.replace(file(member), TrainingCheckpoints.seal(body) + body)
    } catch .missing {
      return
    }
  }

  private static func seal(_ body: [UInt8]) -> [UInt8] {
    Array((ModelBundle.digest(body) + "\n").utf8)
  }

  /// Deletes the pool's checkpoints, and the folder of all if it is empty then.
  public func remove() {
    let all = folder.deletingLastPathComponent()
    // What cannot be deleted stays: readers of bundles pass it over.
    try? FileManager.default.removeItem(at: folder)
    rmdir(all.path)
  }
}

extension ModelStore {
  /// The checkpoints of a pool.
  public func checkpoints(
    pool: String, everyWork: Double = TrainingCheckpoints.usualWork
  ) -> TrainingCheckpoints {
    TrainingCheckpoints(root: root, pool: pool, everyWork: everyWork)
  }

  /// Deletes the checkpoints of trainings that nobody has gone on with since a date.
  /// - Returns: how many pools' are gone; what cannot be deleted stays, as in `remove`.
  public func removeCheckpoints(before date: Date) -> Int {
    let all = root.appendingPathComponent(TrainingCheckpoints.folderName, isDirectory: true)
    let pools = (try? FileManager.default.contentsOfDirectory(atPath: all.path)) ?? []
    var removed = 0
    for pool in pools {
      let folder = all.appendingPathComponent(pool, isDirectory: true)
      let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path)
      guard let modified = attributes?[.modificationDate] as? Date, modified < date else {
        continue
      }
      checkpoints(pool: pool).remove()
      if !FileManager.default.fileExists(atPath: folder.path) { removed += 1 }
    }
    return removed
  }
}
