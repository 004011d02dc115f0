import Formats
import Telemetry
import Tracker

/// Runs as CSV, for pandas, R, a spreadsheet: UTF-8, a header line, RFC 4180 quoting where needed, "\n" line ends.
///
/// Numbers are the shortest decimals that read back as the same bits, `nan`, `inf` and `-inf` among them; times are Unix
/// seconds with six decimals. Each method hands the text to `sink` in chunks and throws only what `sink` throws.
package struct CSVExport: Sendable {
  /// How metrics are laid out.
  package enum Layout: String, Sendable, CaseIterable {
    /// A row a point.
    case long
    /// A row a step, a column a metric.
    case wide
  }

  /// Sorted by id.
  package let records: [RunRecord]

  package init(_ records: [RunRecord]) {
    self.records = records.sorted { $0.id < $1.id }
  }

  /// Every recorded point of every metric.
  package func metrics<Failure: Error>(
    _ layout: Layout, to sink: @escaping ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var writer = CSVWriter(to: sink)
    switch layout {
    case .long: try writeLong(to: &writer)
    case .wide: try writeWide(to: &writer)
    }
    try writer.flush()
  }

  /// What the debugger's rules found, a row a finding, sorted by run and step.
  package func findings<Failure: Error>(to sink: @escaping ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    var writer = CSVWriter(to: sink)
    try writer.row(Self.runColumns + ["rule", "severity", "step", "wall_time", "evidence", "meaning", "advice"])
    for record in records {
      let run = csvFields(Self.runFields(of: record))
      let order = stableOrder(of: record.findings.map(\.finding.step))
      for recorded in order.map({ record.findings[$0] }) {
        writer.fields(run)
        writer.field(recorded.finding.rule)
        writer.field(recorded.finding.severity.rawValue)
        writer.field(recorded.finding.step)
        writer.field(microseconds: recorded.wallTime)
        writer.field(recorded.finding.evidence)
        writer.field(recorded.finding.meaning)
        writer.field(recorded.finding.advice)
        try writer.endRow()
      }
    }
    try writer.flush()
  }

  /// Every episode played, a row an episode, in the order in which a run's episodes ended. `step` is the training's when it
  /// did; rewards are raw and undiscounted; `truncated` is 1 where a limit cut the episode, else 0.
  package func episodes<Failure: Error>(to sink: @escaping ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    var writer = CSVWriter(to: sink)
    try writer.row(Self.runColumns + ["phase", "step", "wall_time", "reward", "length", "truncated"])
    for record in records {
      let run = csvFields(Self.runFields(of: record))
      for recorded in record.episodes {
        let episode = recorded.episode
        writer.fields(run)
        writer.field("\(episode.phase)")
        writer.field(recorded.step)
        writer.field(microseconds: recorded.wallTime)
        writer.field(episode.reward)
        writer.field(episode.length)
        writer.field(episode.truncated ? 1 : 0)
        try writer.endRow()
      }
    }
    try writer.flush()
  }

  static let runColumns = ["experiment", "run", "seed", "agent", "environment"]

  static func runFields(of record: RunRecord) -> [String] {
    let description = record.description
    return [description.experiment, record.id, "\(description.seed)", description.subject, description.target]
  }
}
