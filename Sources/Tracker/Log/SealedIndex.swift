/// The last frame of a sealed segment: where everything in it lies, and what a chart or a list asks most.
struct SealedIndex {
  struct Block {
    /// Where its frame begins.
    var offset: Int
    /// The numbers of its first and last pieces.
    var numbers: ClosedRange<UInt64>
    var summary: PointSummary
  }

  struct Series {
    var id: Int64
    /// The last point.
    var step: Int
    var time: Int64
    var value: Double
    /// Where the frame begins that has the summaries of every 256 points.
    var summaryOffset: Int
    var blocks: [Block]

    var count: Int { blocks.reduce(0) { $0 + $1.summary.count } }
  }

  /// The header CRC of the last frame the segment had before it was sealed.
  var lastCRC: UInt32
  /// Where the frames end that are neither points nor episodes.
  var keptEnd: Int
  /// Where the Episodes frames begin.
  var episodes: [Int]
  var series: [Series]

  init(lastCRC: UInt32, keptEnd: Int, episodes: [Int], series: [Series]) {
    self.lastCRC = lastCRC
    self.keptEnd = keptEnd
    self.episodes = episodes
    self.series = series
  }

  /// The payload behind its number, which is that of the segment's last frame. The last four bytes are the length of
  /// the whole frame, so that a reader finds it from the end of the file.
  func encode(into bytes: inout [UInt8], frameStart: Int) {
    bytes.append(littleEndian: lastCRC)
    bytes.append(varint: UInt64(keptEnd))
    bytes.append(varint: UInt64(episodes.count))
    for offset in episodes { bytes.append(varint: UInt64(offset)) }
    bytes.append(varint: UInt64(series.count))
    for series in series {
      bytes.append(varint: UInt64(series.id))
      bytes.append(zigzag: Int64(series.step))
      bytes.append(littleEndian: series.time)
      bytes.append(littleEndian: series.value.bitPattern)
      bytes.append(varint: UInt64(series.summaryOffset))
      bytes.append(varint: UInt64(series.blocks.count))
      for block in series.blocks {
        bytes.append(varint: UInt64(block.offset))
        bytes.append(varint: block.numbers.lowerBound)
        bytes.append(varint: block.numbers.upperBound - block.numbers.lowerBound)
        block.summary.encode(into: &bytes)
      }
    }
    bytes.append(littleEndian: UInt32(bytes.count + 4 - frameStart))
  }

  init(_ bytes: [UInt8], _ range: Range<Int>) throws(DecodingFailure) {
    var reader = ByteReader(bytes, range)
    lastCRC = try reader.word()
    keptEnd = try reader.count()
    episodes = []
    for _ in 0..<(try reader.count()) { episodes.append(try reader.count()) }
    series = []
    for _ in 0..<(try reader.count()) {
      guard let id = Int64(exactly: try reader.varint()) else { throw DecodingFailure() }
      var series = Series(
        id: id, step: Int(try reader.zigzag()), time: try reader.word(),
        value: Double(bitPattern: try reader.word()), summaryOffset: try reader.count(), blocks: [])
      for _ in 0..<(try reader.count()) {
        let offset = try reader.count()
        let first = try reader.varint()
        let (last, isOverflow) = first.addingReportingOverflow(try reader.varint())
        guard !isOverflow else { throw DecodingFailure() }
        series.blocks.append(Block(offset: offset, numbers: first...last, summary: try PointSummary(&reader)))
      }
      self.series.append(series)
    }
    let _: UInt32 = try reader.word()
    try reader.finish()
  }
}

extension PointSummary {
  func encode(into bytes: inout [UInt8]) {
    bytes.append(varint: UInt64(count))
    bytes.append(varint: UInt64(nonFinite))
    bytes.append(zigzag: Int64(firstStep))
    bytes.append(zigzag: Int64(lastStep))
    for value in [minimum, maximum, mean] { bytes.append(littleEndian: value.bitPattern) }
  }

  init(_ reader: inout ByteReader) throws(DecodingFailure) {
    self.init()
    count = try reader.count()
    nonFinite = try reader.count()
    guard nonFinite <= count, count <= LogFormat.blockCapacity else { throw DecodingFailure() }
    firstStep = Int(try reader.zigzag())
    lastStep = Int(try reader.zigzag())
    minimum = Double(bitPattern: try reader.word())
    maximum = Double(bitPattern: try reader.word())
    mean = Double(bitPattern: try reader.word())
  }
}

extension [PointSummary] {
  /// The payload of a Summary frame behind its number, which is 0: the series, and the summaries in order.
  func encode(series: Int64, into bytes: inout [UInt8]) {
    bytes.append(varint: UInt64(series))
    bytes.append(varint: UInt64(count))
    for summary in self { summary.encode(into: &bytes) }
  }

  init(_ bytes: [UInt8], _ range: Range<Int>, series: Int64) throws(DecodingFailure) {
    self.init()
    var reader = ByteReader(bytes, range)
    guard try reader.varint() == UInt64(bitPattern: series) else { throw DecodingFailure() }
    for _ in 0..<(try reader.count()) { append(try PointSummary(&reader)) }
    try reader.finish()
  }
}
