import Formats
import Foundation
import Telemetry
import Tracker

/// Stable-Baselines3's `monitor.csv`: a line of JSON after `#`, then a row an episode with its reward `r`, its length `l`
/// and the seconds `t` since `t_start`. Each of several environments has a file of its own.
///
/// As Stable-Baselines3 reads them (`load_results`, `ts2xy`): the rows of all files of a folder by time, each at the step
/// at which it ended, the lengths so far added up over all environments. A row becomes an episode, and a point of
/// `rollout/ep_rew` and `rollout/ep_len` (and of further columns by their names, `rollout/NAME`).
struct MonitorFile: Sendable, Hashable {
  struct Row: Sendable, Hashable {
    /// Unix time.
    var seconds: Double
    var reward: Double
    var length: Int
    /// Of further columns.
    var others: [String: Double]
  }

  var rows: [Row] = []
  var losses: [String] = []
  var environment: String?

  private struct Header: Decodable {
    var start: Double?
    var environment: String?

    enum CodingKeys: String, CodingKey {
      case start = "t_start"
      case environment = "env_id"
    }
  }

  init(_ bytes: [UInt8], path: String) throws(ImportError) {
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[..<end].dropFirst()))
    if header == nil {
      losses.append("\(path), line 1: the text after # is not JSON, so the time of the start is unknown.")
    }
    environment = header?.environment
    let start = header?.start ?? 0
    var table = CSVRows(bytes[end...], line: 1)
    guard let names = table.next()?.fields.map({ $0.trimmingCharacters(in: .whitespaces) }),
      let reward = names.firstIndex(of: "r"), let length = names.firstIndex(of: "l"),
      let time = names.firstIndex(of: "t")
    else { throw ImportError(path: path, reason: "line 2 does not name columns r, l and t: it is not a monitor.csv") }
    while let row = table.next() {
      let values = row.fields.map { Double($0.trimmingCharacters(in: .whitespaces)) }
      guard values.count == names.count, row.problem == nil, let value = values[reward], let seconds = values[time],
        let steps = values[length].flatMap({ Int(exactly: $0) }), (0...Int(Int32.max)).contains(steps),
        microseconds(start + seconds) != nil
      else {
        losses.append("\(path), line \(row.line): this is no episode's reward, length and time, left out.")
        continue
      }
      var others: [String: Double] = [:]
      for (name, value) in zip(names, values) where !["r", "l", "t", ""].contains(name) { others[name] = value }
      rows.append(Row(seconds: start + seconds, reward: value, length: steps, others: others))
    }
    if rows.isEmpty { throw ImportError(path: path, reason: "there is no episode in this monitor.csv") }
  }

  /// The files of one folder, each of an environment, as one run.
  static func run(of files: [MonitorFile]) -> ImportedRun {
    var collector = SeriesCollector()
    var episodes: [RecordedEpisode] = []
    var step = 0
    let rows = files.flatMap(\.rows).enumerated().sorted { a, b in
      (a.element.seconds, a.offset) < (b.element.seconds, b.offset)
    }
    for (_, row) in rows {
      guard let moment = microseconds(row.seconds) else { continue }
      step += row.length
      collector.add(Metric.rolloutEpRew.name, step: step, wallTime: moment, value: row.reward)
      collector.add("rollout/ep_len", step: step, wallTime: moment, value: Double(row.length))
      for (name, value) in row.others.sorted(by: { $0.key < $1.key }) {
        collector.add("rollout/\(name)", step: step, wallTime: moment, value: value)
      }
      let episode = Episode(phase: .training, reward: row.reward, length: row.length, truncated: false)
      episodes.append(RecordedEpisode(episode: episode, step: step, wallTime: moment))
    }
    return ImportedRun(
      series: collector.series, episodes: episodes, losses: files.flatMap(\.losses),
      environment: files.lazy.compactMap(\.environment).first)
  }
}
