import Formats
import Telemetry
import Tracker

/// A run as a TensorBoard event file: a record for the version, then one a point or histogram, in the order of their times.
///
/// Values are float32, as TensorBoard's scalars are; steps and times are in full. Histograms of nothing finite are left out.
package struct EventFileExport: Sendable {
  private let record: RunRecord

  package init(_ record: RunRecord) { self.record = record }

  /// `events.out.tfevents.1700000000.host.RUN`, under which TensorBoard finds it.
  package var fileName: String {
    let host = record.description.surroundings.host.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" }
    return "events.out.tfevents.\(max(0, record.description.start / 1_000_000)).\(String(host)).\(record.id)"
  }

  package func write<Failure: Error>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    var bytes: [UInt8] = []
    var event: [UInt8] = []
    Self.append(time: record.description.start, to: &event)
    event.append(field: 3, text: "brain.Event:2")
    TFRecord.append(event, to: &bytes)
    let series = record.series
    let names = series.map { Array($0.metric.name.utf8) }
    // Histograms count as points of one more series.
    var points = series.enumerated().flatMap { number, series in
      series.values.indices.map { (time: series.wallTimes[$0], series: number, point: $0) }
    }
    let histograms = record.histograms.filter { $0.histogram.count > $0.histogram.nonFinite }
    points += histograms.enumerated().map { (time: $1.wallTime, series: series.count, point: $0) }
    for (time, number, point) in points.sorted(by: <) {
      var value: [UInt8] = []
      let step: Int
      if number < series.count {
        value.append(field: 1, bytes: names[number])
        value.append(field: 2, float: Float(series[number].values[point]))
        step = series[number].steps[point]
      } else {
        value.append(field: 1, text: histograms[point].metric.name)
        value.append(field: 5, bytes: Self.message(of: histograms[point].histogram))
        step = histograms[point].step
      }
      var summary: [UInt8] = []
      summary.append(field: 1, bytes: value)
      event.removeAll(keepingCapacity: true)
      Self.append(time: time, to: &event)
      event.append(field: 2, integer: step)
      event.append(field: 5, bytes: summary)
      TFRecord.append(event, to: &bytes)
      if bytes.count >= 1 << 18 {
        try sink(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try sink(bytes)
  }

  /// TensorFlow's `HistogramProto`: least, greatest, count, sum, sum of squares, right ends of buckets and what they hold.
  private static func message(of histogram: Histogram) -> [UInt8] {
    let count = Double(histogram.count - histogram.nonFinite)
    let width = (histogram.maximum - histogram.minimum) / Double(histogram.bins.count)
    let numbers = [
      histogram.minimum, histogram.maximum, count, histogram.mean * count, histogram.norm2 * histogram.norm2,
    ]
    var bytes: [UInt8] = []
    for (index, number) in numbers.enumerated() {
      bytes.append(field: index + 1, double: number)
    }
    let last = histogram.bins.count - 1
    let ends = histogram.bins.indices.map { index in
      index == last ? histogram.maximum : histogram.minimum + Double(index + 1) * width
    }
    bytes.append(field: 6, bytes: packed(ends))
    bytes.append(field: 7, bytes: packed(histogram.bins.map(Double.init)))
    return bytes
  }

  private static func packed(_ numbers: [Double]) -> [UInt8] {
    var bytes: [UInt8] = []
    for number in numbers { bytes.append(littleEndian: number.bitPattern) }
    return bytes
  }

  private static func append(time: Int64, to event: inout [UInt8]) {
    event.append(field: 1, double: Double(time) / 1e6)
  }
}
