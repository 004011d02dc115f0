import Telemetry

extension CSVExport {
  /// A row a run in the order of ids: what it was, then `params.*`, `tags.*` and the last value of every metric.
  public func runs<Failure: Error>(to sink: @escaping ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    let parameters = records.map(\.parameters)
    let parameterNames = Set(parameters.flatMap(\.keys)).sorted()
    let tagNames = Set(records.flatMap(\.tags.keys)).sorted()
    let metrics = Set(records.flatMap { $0.series.map(\.metric) }).sorted { $0.name < $1.name }
    var writer = CSVWriter(to: sink)
    try writer.row(
      [
        "run", "experiment", "name", "status", "agent", "environment", "seed", "start", "end", "steps",
        "configuration_hash",
      ] + parameterNames.map { "params.\($0)" } + tagNames.map { "tags.\($0)" } + metrics.map(\.name))
    for (record, parameters) in zip(records, parameters) {
      let description = record.description
      for text in [
        record.id, description.experiment, description.name, record.status.rawValue, description.agent,
        description.environment, "\(description.seed)",
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

extension HyperparameterValue {
  /// As `description`, with numbers as they are everywhere else in the CSV.
  fileprivate var plainText: String {
    if case .number(let value) = self { shortest(value) } else { description }
  }
}
