import Formats
import Telemetry
import Tracker

extension CSVExport {
  /// A row a point, sorted by run, metric and step; points of one metric at one step stay in the order of recording.
  func writeLong<Failure: Error>(to writer: inout CSVWriter<Failure>) throws(Failure) {
    try writer.row(Self.runColumns + ["metric", "step", "wall_time", "value"])
    for record in records {
      for series in record.series.sorted(by: { $0.metric.name < $1.metric.name }) {
        let fixed = csvFields(Self.runFields(of: record) + [series.metric.name])
        for point in stableOrder(of: series.steps) {
          writer.fields(fixed)
          writer.field(series.steps[point])
          writer.field(microseconds: series.wallTimes[point])
          writer.field(series.values[point])
          try writer.endRow()
        }
      }
    }
  }

  /// A row a step at which a run recorded anything, a column a metric of any run; `metric/NAME` where a metric is called
  /// as a column before it.
  ///
  /// Of several points of a metric at one step the last recorded one stands; `wall_time` is the latest of the step's.
  func writeWide<Failure: Error>(to writer: inout CSVWriter<Failure>) throws(Failure) {
    let metrics = Set(records.flatMap { $0.series.map(\.metric) }).sorted { $0.name < $1.name }
    let columns = Self.runColumns + ["step", "wall_time"]
    try writer.row(columns + metricColumns(metrics.map(\.name), beside: columns))
    for record in records {
      let fixed = csvFields(Self.runFields(of: record))
      let byMetric = Dictionary(record.series.map { ($0.metric, $0) }) { $1 }
      var cursors = metrics.map { byMetric[$0].map(SeriesCursor.init) }
      var values = [Double?](repeating: nil, count: metrics.count)
      while let step = cursors.lazy.compactMap({ $0?.step }).min() {
        var latest = Int64.min
        for column in cursors.indices {
          values[column] = cursors[column]?.take(step: step, latest: &latest)
        }
        writer.fields(fixed)
        writer.field(step)
        writer.field(microseconds: latest)
        for value in values { writer.field(value) }
        try writer.endRow()
      }
    }
  }
}

/// Goes through the points of one series by step.
private struct SeriesCursor {
  private let series: Series
  private let order: [Int]
  private var next = 0

  init(_ series: Series) {
    self.series = series
    order = stableOrder(of: series.steps)
  }

  /// The step of the next point, nil at the end.
  var step: Int? { next < order.count ? series.steps[order[next]] : nil }

  /// Passes the points at `step`: the value of the last one, nil if there is none.
  mutating func take(step: Int, latest: inout Int64) -> Double? {
    var value: Double?
    while self.step == step {
      value = series.values[order[next]]
      latest = max(latest, series.wallTimes[order[next]])
      next += 1
    }
    return value
  }
}
