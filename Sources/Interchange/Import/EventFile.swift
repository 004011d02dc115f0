import Telemetry
import Tracker

/// TensorBoard's event files: TFRecords of `Event` messages, of which scalars and histograms are read.
///
/// A record whose checksum fails costs that record; where a record's length cannot be trusted, what follows is lost.
enum EventFile {
  /// Whether the bytes begin with a record header whose checksum holds.
  static func isOne(_ bytes: [UInt8]) -> Bool { TFRecord.length(at: 0, in: bytes) != nil }

  static func read(_ bytes: [UInt8], path: String) throws(ImportError) -> ImportedRun {
    var collector = SeriesCollector()
    var losses: [String] = []
    var others: [String: Int] = [:]
    var offset = 0
    while offset < bytes.count {
      guard bytes.count - offset >= TFRecord.headerSize else {
        losses.append("\(path) ends inside a record at byte \(offset): nothing before it is missing.")
        break
      }
      guard let length = TFRecord.length(at: offset, in: bytes) else {
        losses.append(
          "\(path) is damaged at byte \(offset): the record's length is not as it was written, so the last "
            + "\(bytes.count - offset) bytes could not be read.")
        break
      }
      guard length <= bytes.count - offset - TFRecord.headerSize - TFRecord.footerSize else {
        losses.append("\(path) ends inside a record at byte \(offset): nothing before it is missing.")
        break
      }
      let data = offset + TFRecord.headerSize..<offset + TFRecord.headerSize + length
      if TFRecord.isSound(data, in: bytes) {
        if !event(ProtocolBuffer(bytes, data), into: &collector, others: &others) {
          losses.append("\(path): the record at byte \(offset) is no event and is left out.")
        }
      } else {
        losses.append("\(path) is damaged at byte \(offset): the record's checksum does not hold, so it is left out.")
      }
      offset = data.upperBound + TFRecord.footerSize
    }
    for (kind, count) in others.sorted(by: { $0.key < $1.key }) {
      losses.append("\(path) has \(count) \(kind), which are not imported.")
    }
    if collector.series.isEmpty && collector.histograms.isEmpty {
      throw ImportError(
        path: path,
        reason: "there are no scalars and no histograms in this event file" + (losses.first.map { " (\($0))" } ?? ""))
    }
    return ImportedRun(series: collector.series, histograms: collector.histograms, losses: losses)
  }

  /// False where the message cannot be parsed; nothing is added then.
  private static func event(
    _ message: ProtocolBuffer, into collector: inout SeriesCollector, others: inout [String: Int]
  ) -> Bool {
    var (time, step) = (0.0, 0)
    var values: [ProtocolBuffer] = []
    var message = message
    while let field = message.next() {
      switch (field.number, field.value) {
      case (1, .fixed64(let bits)): time = Double(bitPattern: bits)
      case (2, .varint(let bits)): step = Int(Int64(bitPattern: bits))
      case (5, .bytes(var summary)):
        while let field = summary.next() {
          if case .bytes(let value) = field.value, field.number == 1 { values.append(value) }
        }
        if summary.isBroken { return false }
      default: break
      }
    }
    guard !message.isBroken, let wallTime = microseconds(time) else { return false }
    var points: [(String, Double)] = []
    var histograms: [RecordedHistogram] = []
    for value in values {
      guard let (tag, content) = summaryValue(value) else { return false }
      switch content {
      case .scalar(let scalar): points.append((tag, scalar))
      case .histogram(let histogram):
        histograms.append(
          RecordedHistogram(metric: Metric(tag), histogram: histogram, step: step, wallTime: wallTime))
      case .other(let kind): others[kind, default: 0] += 1
      }
    }
    for (tag, value) in points { collector.add(tag, step: step, wallTime: wallTime, value: value) }
    collector.histograms += histograms
    return true
  }

  private enum Content {
    case scalar(Double)
    case histogram(Histogram)
    case other(String)
  }

  private static func summaryValue(_ message: ProtocolBuffer) -> (tag: String, Content)? {
    var (tag, plugin) = ("", "")
    var content: Content?
    var elements: [Double] = []
    var message = message
    while let field = message.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let text)): tag = text.text
      case (2, .fixed32(let bits)): content = .scalar(Double(Float(bitPattern: bits)))
      case (4, .bytes): content = .other("images")
      case (5, .bytes(let histogram)):
        content = TensorBoardHistogram.read(histogram).map { .histogram($0) } ?? .other("histograms of no value")
      case (6, .bytes): content = .other("sounds")
      case (8, .bytes(let tensor)):
        elements = Self.elements(of: tensor)
        content = elements.count == 1 ? .scalar(elements[0]) : .other("tensors")
      case (9, .bytes(let metadata)): plugin = metadata.firstMessage(1)?.firstMessage(1)?.text ?? ""
      default: break
      }
    }
    if message.isBroken { return nil }
    if plugin == "histograms" {
      return (tag, TensorBoardHistogram.read(rows: elements).map { .histogram($0) } ?? .other("histograms of no value"))
    }
    if !plugin.isEmpty, plugin != "scalars" { return (tag, .other("values of the plugin \(plugin)")) }
    return (tag, content ?? .other("empty values"))
  }

  /// The elements of a tensor of floats or doubles; none for other tensors.
  private static func elements(of tensor: ProtocolBuffer) -> [Double] {
    var tensor = tensor
    var type: UInt64 = 0
    var values: [Double] = []
    while let field = tensor.next() {
      switch (field.number, field.value) {
      case (1, .varint(let value)): type = value
      case (4, .bytes(let content)) where type == 1: values += content.floats
      case (4, .bytes(let content)) where type == 2: values += content.doubles
      case (5, .bytes(let content)): values += content.floats
      case (5, .fixed32(let bits)): values.append(Double(Float(bitPattern: bits)))
      case (6, .bytes(let content)): values += content.doubles
      case (6, .fixed64(let bits)): values.append(Double(bitPattern: bits))
      default: break
      }
    }
    return tensor.isBroken ? [] : values
  }
}
