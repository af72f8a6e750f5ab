import Evidence
import Foundation
import Models

/// A laboratory whose models go when its last holder does.
final class TemporaryLaboratory: Sendable {
  let laboratory: Laboratory

  init() {
    laboratory = Laboratory(
      store: ModelStore(
        root: FileManager.default.temporaryDirectory
          .appendingPathComponent("regimefolio-evidence-\(UUID().uuidString)", isDirectory: true)),
      workers: 2, note: { _ in })
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: laboratory.store.root)
    } catch CocoaError.fileNoSuchFile {
      return
    } catch {
      print("\(laboratory.store.root.path) stays behind: \(error)")
    }
  }
}

extension ForecastSettings {
  /// A net that is trained in a second.
  mutating func makeSmall() {
    hidden = 8
    headHidden = 8
    seeds = 1
    epochs = 12
    minimumBars = 400
  }
}
