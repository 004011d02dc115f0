import Formats
import Settings
import Telemetry
import Tracker

extension CSVExport {
  /// A row a run in the order of ids: what it was, then `params.*`, `tags.*` and the last value of every metric but
  /// the machine's.
  package func runs<Failure: Error>(to sink: @escaping ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    let parameters = records.map(\.parameters)
    let parameterNames = Set(parameters.flatMap(\.keys)).sorted()
    let tagNames = Set(records.flatMap(\.tags.keys)).sorted()
    let recorded = Set(records.flatMap { $0.series.map(\.metric) })
    let metrics = recorded.filter { !$0.isOfSystem }.sorted { $0.name < $1.name }
    var writer = CSVWriter(to: sink)
    let columns =
      [
        "run", "experiment", "name", "status", "agent", "environment", "seed", "start", "end", "steps",
        "configuration_hash",
      ] + parameterNames.map { "params.\($0)" } + tagNames.map { "tags.\($0)" }
    try writer.row(columns + metricColumns(metrics.map(\.name), beside: columns))
    for (record, parameters) in zip(records, parameters) {
      let description = record.description
      for text in [
        record.id, description.experiment, description.name, record.status.rawValue, description.subject,
        description.target, "\(description.seed)",
      ] {
        writer.field(text)
      }
      writer.field(microseconds: description.start)
      writer.field(microseconds: record.end)
      writer.field(record.lastStep)
      writer.field(description.configurationHash)
      for name in parameterNames { writer.field(parameters[name]?.plainText ?? "") }
      for name in tagNames { writer.field(record.tags[name] ?? "") }
      let last = Dictionary(record.series.map { ($0.metric, $0.values.last) }) { $1 }
      for metric in metrics { writer.field(last[metric] ?? nil) }
      try writer.endRow()
    }
    try writer.flush()
  }
}

extension RunFields {
  /// The fields called `columns` of every run as CSV, a row a run in the order given: a header line, empty where a run does
  /// not have a field, times as Unix seconds.
  package static func csv<Failure: Error>(
    _ runs: [RunFields], columns: [String], to sink: @escaping ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var writer = CSVWriter(to: sink)
    try writer.row(columns)
    for run in runs {
      for column in columns {
        switch run[column] {
        case nil: writer.field("")
        case .text(let text): writer.field(text)
        case .flag(let flag): writer.field("\(flag)")
        case .number(let number) where isTime(column): writer.field(microseconds: microseconds(number))
        case .number(let number): writer.field(number)
        }
      }
      try writer.endRow()
    }
    try writer.flush()
  }

  /// Whether a field holds a moment, in Unix seconds.
  package static func isTime(_ field: String) -> Bool { field == "started" || field == "ended" }

  /// Of Unix seconds, as near as there is an Int64.
  package static func microseconds(_ seconds: Double) -> Int64 {
    Int64(exactly: (seconds * 1e6).rounded()) ?? (seconds < 0 ? .min : .max)
  }
}

extension HyperparameterValue {
  /// As `description`, with numbers as they are everywhere else in the CSV.
  fileprivate var plainText: String {
    if case .number(let value) = self { shortest(value) } else { description }
  }
}
