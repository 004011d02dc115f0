import Telemetry

extension Histogram {
  func encode(into bytes: inout [UInt8]) {
    bytes.append(varint: UInt64(count))
    bytes.append(varint: UInt64(nonFinite))
    for value in [minimum, maximum, mean, standardDeviation, norm1, norm2] {
      bytes.append(littleEndian: value.bitPattern)
    }
    bytes.append(varint: UInt64(bins.count))
    for count in bins { bytes.append(varint: UInt64(count)) }
  }

  init(_ reader: inout ByteReader) throws(DecodingFailure) {
    self.init(of: EmptyCollection<Double>())
    count = try reader.count()
    nonFinite = try reader.count()
    minimum = Double(bitPattern: try reader.word())
    maximum = Double(bitPattern: try reader.word())
    mean = Double(bitPattern: try reader.word())
    standardDeviation = Double(bitPattern: try reader.word())
    norm1 = Double(bitPattern: try reader.word())
    norm2 = Double(bitPattern: try reader.word())
    for _ in 0..<(try reader.count()) { bins.append(try reader.count()) }
  }
}

/// A histogram of one name at one step, as a run's log has it.
///
/// ```swift
/// import Telemetry
///
/// func spread(of metric: Metric, in run: RunRecord) -> [(step: Int, standardDeviation: Double)] {
///   run.histograms.filter { $0.metric == metric }.map { ($0.step, $0.histogram.standardDeviation) }
/// }
/// ```
public struct RecordedHistogram: Sendable, Hashable {
  public var metric: Metric
  public var histogram: Histogram
  public var step: Int
  /// Unix time in microseconds.
  public var wallTime: Int64

  public init(metric: Metric, histogram: Histogram, step: Int, wallTime: Int64) {
    self.metric = metric
    self.histogram = histogram
    self.step = step
    self.wallTime = wallTime
  }
}
