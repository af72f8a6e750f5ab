public import Foundation
import Market

/// What writes that were killed have left: folders and files under temporary names.
extension ModelStore {
  /// Deletes those that nobody has touched since a date, by which every write that is under way must have
  /// begun.
  ///
  /// Only names that `DurableFile` gives, and only where it gives them: beside bundles and in them.
  /// - Returns: how many are gone; what cannot be deleted stays: readers pass it over.
  public func removeLeftovers(before date: Date) throws(BundleError) -> Int {
    var removed = 0
    for folder in try foldersOfTemporaries() {
      for name in try names(in: folder) where DurableFile.isTemporary(name) {
        let leftover = folder.appendingPathComponent(name)
        let attributes = try? FileManager.default.attributesOfItem(atPath: leftover.path)
        guard let modified = attributes?[.modificationDate] as? Date, modified < date else {
          continue
        }
        if (try? FileManager.default.removeItem(at: leftover)) != nil { removed += 1 }
      }
    }
    return removed
  }

  /// The folders of the timeframes, where bundles and `active-KEY` are written, and of the bundles, where
  /// gates are.
  private func foldersOfTemporaries() throws(BundleError) -> [URL] {
    var folders: [URL] = []
    for seriesName in try names(in: root) where SeriesFolder.symbol(named: seriesName) != nil {
      let seriesFolder = root.appendingPathComponent(seriesName)
      for timeframeName in try names(in: seriesFolder) where Timeframe(timeframeName) != nil {
        let timeframeFolder = seriesFolder.appendingPathComponent(timeframeName)
        folders.append(timeframeFolder)
        for id in try names(in: timeframeFolder) where ModelStore.isID(id) {
          folders.append(timeframeFolder.appendingPathComponent(id))
        }
      }
    }
    return folders
  }
}
