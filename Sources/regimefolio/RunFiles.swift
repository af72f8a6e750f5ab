import Report
import Research

/// The files of a finished run, by every exporter there is.
enum RunFiles {
  static let exporters: [any RunExporter] = [CSVRunExporter(), JSONRunExporter()]

  static func write(_ run: FinishedRun, to folder: String) throws {
    for exporter in exporters {
      for file in try exporter.files(of: run) {
        try TextFile.write(file.text, to: "\(folder)/\(file.name)")
      }
    }
  }
}
