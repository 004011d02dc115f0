import Foundation
import Telemetry

/// Stable-Baselines3's `monitor.csv`: a line of JSON after `#`, then a row an episode with its reward `r`, its length `l`
/// and the seconds `t` since `t_start`.
///
/// Each row becomes an episode, and a point of `monitor/reward` and `monitor/length` (and of further columns by their
/// names) at the step at which it ended: the sum of the lengths so far.
enum MonitorFile {
  private struct Header: Decodable {
    var start: Double?
    var environment: String?

    enum CodingKeys: String, CodingKey {
      case start = "t_start"
      case environment = "env_id"
    }
  }

  static func read(_ bytes: [UInt8], path: String) throws(ImportError) -> ImportedRun {
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    var losses: [String] = []
    let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[..<end].dropFirst()))
    if header == nil {
      losses.append("\(path), line 1: what follows # is no JSON, so the time of the start is unknown.")
    }
    let start = (header?.start).flatMap(microseconds) ?? 0
    var rows = CSVRows(bytes[end...], line: 1)
    guard let names = rows.next()?.fields.map({ $0.trimmingCharacters(in: .whitespaces) }),
      let reward = names.firstIndex(of: "r"), let length = names.firstIndex(of: "l"),
      let time = names.firstIndex(of: "t")
    else { throw ImportError(path: path, reason: "line 2 does not name the columns r, l and t: it is no monitor.csv") }
    var collector = SeriesCollector()
    var episodes: [RecordedEpisode] = []
    var step = 0
    while let row = rows.next() {
      let values = row.fields.map { Double($0.trimmingCharacters(in: .whitespaces)) }
      guard values.count == names.count, !row.isUnclosed, let value = values[reward], let seconds = values[time],
        let steps = values[length].flatMap({ Int(exactly: $0) }), (0...Int(Int32.max)).contains(steps),
        let wallTime = microseconds(seconds), !start.addingReportingOverflow(wallTime).overflow
      else {
        losses.append("\(path), line \(row.line): this is no episode's reward, length and time, left out.")
        continue
      }
      step += steps
      let moment = start + wallTime
      for (name, value) in zip(names, values) where name != "t" {
        guard let value else { continue }
        let metric = ["r": "monitor/reward", "l": "monitor/length"][name] ?? "monitor/\(name)"
        collector.add(metric, step: step, wallTime: moment, value: value)
      }
      episodes.append(
        RecordedEpisode(
          episode: Episode(phase: .training, reward: value, length: steps, truncated: false), step: step,
          wallTime: moment))
    }
    if collector.series.isEmpty {
      throw ImportError(path: path, reason: "there is no episode in this monitor.csv")
    }
    return ImportedRun(series: collector.series, episodes: episodes, losses: losses, environment: header?.environment)
  }
}
