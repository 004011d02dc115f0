import Telemetry

/// A run as a TensorBoard event file: a record for the version, then one a point, in the order of their times.
///
/// Values are float32, as TensorBoard's scalars are; steps and times are in full.
public struct EventFileExport: Sendable {
  private let record: RunRecord

  public init(_ record: RunRecord) { self.record = record }

  /// `events.out.tfevents.1700000000.host.RUN`, under which TensorBoard finds it.
  public var fileName: String {
    let host = record.description.surroundings.host.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" }
    return "events.out.tfevents.\(max(0, record.description.start / 1_000_000)).\(String(host)).\(record.id)"
  }

  public func write<Failure: Error>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    var bytes: [UInt8] = []
    var event: [UInt8] = []
    Self.append(time: record.description.start, to: &event)
    event.append(field: 3, text: Array("brain.Event:2".utf8))
    TFRecord.append(event, to: &bytes)
    let points = record.series.enumerated().flatMap { number, series in
      series.values.indices.map { (time: series.wallTimes[$0], series: number, point: $0) }
    }
    let names = record.series.map { Array($0.metric.name.utf8) }
    for (time, number, point) in points.sorted(by: <) {
      var value: [UInt8] = []
      value.append(field: 1, text: names[number])
      value.append(2 << 3 | 5)
      value.append(littleEndian: Float(record.series[number].values[point]).bitPattern)
      var summary: [UInt8] = []
      summary.append(field: 1, text: value)
      event.removeAll(keepingCapacity: true)
      Self.append(time: time, to: &event)
      event.append(2 << 3 | 0)
      event.append(varint: UInt64(bitPattern: Int64(record.series[number].steps[point])))
      event.append(field: 5, text: summary)
      TFRecord.append(event, to: &bytes)
      if bytes.count >= 1 << 18 {
        try sink(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try sink(bytes)
  }

  private static func append(time: Int64, to event: inout [UInt8]) {
    event.append(1 << 3 | 1)
    event.append(littleEndian: (Double(time) / 1e6).bitPattern)
  }
}

extension [UInt8] {
  /// A length-delimited field of a protocol-buffer message: a text, bytes or a message.
  fileprivate mutating func append(field: UInt8, text: [UInt8]) {
    append(field << 3 | 2)
    append(varint: UInt64(text.count))
    self += text
  }
}
