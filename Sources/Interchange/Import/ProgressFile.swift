import Formats
import Foundation
import Telemetry

/// Stable-Baselines3's `progress.csv`: a row a dump of its logger, a column a metric, empty where it was not recorded.
///
/// The step is `time/total_timesteps`, or the row's number where there is no such column; times are what
/// `time/time_elapsed` leaves before the file's last change.
enum ProgressFile {
  static func read(_ bytes: [UInt8], path: String, modified: Int64) throws(ImportError) -> ImportedRun {
    var rows = CSVRows(bytes)
    guard let header = rows.next(), header.fields.contains(where: { !$0.isEmpty }) else {
      throw ImportError(path: path, reason: "the file is empty: it is not a progress.csv")
    }
    let names = header.fields.map { $0.trimmingCharacters(in: .whitespaces) }
    if header.problem != nil || String(decoding: bytes.prefix(4_096), as: UTF8.self).contains("\0") {
      throw ImportError(
        path: path, reason: "this is neither a TensorBoard event file, a progress.csv nor a monitor.csv")
    }
    var losses: [String] = []
    var table: [(line: Int, values: [Double?])] = []
    while let row = rows.next() {
      guard row.fields.count == names.count, row.problem == nil else {
        let reason =
          row.problem?.rawValue ?? "\(row.fields.count) fields where the header line has \(names.count)"
        losses.append("\(path), line \(row.line): \(reason), left out.")
        continue
      }
      var values: [Double?] = []
      for (name, text) in zip(names, row.fields) {
        let value = Double(text.trimmingCharacters(in: .whitespaces))
        if value == nil, !text.isEmpty {
          losses.append("\(path), line \(row.line): the \(name) is '\(text.prefix(40))', no number, left out.")
        }
        values.append(value)
      }
      table.append((row.line, values))
    }
    let stepColumn = names.firstIndex(of: "time/total_timesteps") ?? names.firstIndex(of: "total_timesteps")
    let timeColumn = names.firstIndex(of: Metric.timeTimeElapsed.name) ?? names.firstIndex(of: "time_elapsed")
    let elapsed = timeColumn.map { column in table.map { $0.values[column] } }
    let total = elapsed?.last { $0 != nil }?.flatMap(\.self) ?? 0
    var collector = SeriesCollector()
    var (step, seconds) = (0, 0.0)
    for (number, row) in table.enumerated() {
      if let stepColumn {
        if let value = row.values[stepColumn], let whole = Int(exactly: value.rounded()) { step = whole }
      } else {
        step = number + 1
      }
      if let value = elapsed?[number], value.isFinite { seconds = value }
      let time = modified &+ (microseconds(seconds - total) ?? 0)
      for (name, value) in zip(names, row.values) {
        if let value, !name.isEmpty { collector.add(name, step: step, wallTime: time, value: value) }
      }
    }
    if collector.series.isEmpty {
      throw ImportError(path: path, reason: "there is no row of numbers under the header line")
    }
    return ImportedRun(series: collector.series, losses: losses)
  }
}
