import Formats

/// The log's framing as bytes; `Docs/LOG_FORMAT.md` is its specification.
enum LogFormat {
  /// A first byte outside ASCII and line ends of both kinds, so that a transfer as text shows at once.
  static let magic: [UInt8] = [0x8B] + Array("RLOG".utf8) + [0x0D, 0x0A, 0x1A]
  /// What new segments are written as.
  static let version: UInt32 = 3
  /// What is read.
  static let readable: ClosedRange<UInt32> = 2...3
  /// The first four bytes of every frame; none of them is ASCII, and they are no UTF-8.
  static let marker: [UInt8] = [0xF5, 0xC0, 0xDE, 0xFA]
  /// Points in a block of a sealed segment, at most.
  static let blockCapacity = 8_192
  /// Points that share one minimum, maximum and mean in a sealed segment.
  static let summaryStride = 256
}

/// The first 40 bytes of every segment.
struct FileHeader: Equatable {
  static let size = 40

  /// 1, 2, 3, … through the log.
  var segment: Int
  /// The number of the last frame before this segment; 0 in the first.
  var framesBefore: UInt64
  /// That frame's header CRC; 0 in the first segment.
  var previousCRC: UInt32
  /// The CRC of the Begin frame's payload: a segment with another is of another log.
  var tag: UInt32
  /// What the segment is written as; a segment that is sealed keeps it.
  var version = LogFormat.version

  var bytes: [UInt8] {
    var bytes = LogFormat.magic
    bytes.append(littleEndian: version)
    // Magic and version have a CRC of their own, so that any version can tell a newer log from a damaged one.
    bytes.append(littleEndian: CRC32C.checksum(bytes, 0..<12))
    bytes.append(littleEndian: UInt32(segment))
    bytes.append(littleEndian: tag)
    bytes.append(littleEndian: framesBefore)
    bytes.append(littleEndian: previousCRC)
    bytes.append(littleEndian: CRC32C.checksum(bytes, 0..<36))
    return bytes
  }

  /// The version that the first 16 bytes state, nil if they are not as they were written.
  static func version(of bytes: [UInt8]) -> UInt32? {
    guard bytes.count >= 16, bytes.starts(with: LogFormat.magic), bytes.word(at: 12) == CRC32C.checksum(bytes, 0..<12)
    else { return nil }
    return bytes.word(at: 8)
  }

  /// nil unless the bytes begin with a sound header of a version that is read.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.size, let version = Self.version(of: bytes), LogFormat.readable.contains(version),
      bytes.word(at: 36) == CRC32C.checksum(bytes, 0..<36)
    else { return nil }
    self.version = version
    segment = Int(bytes.word(at: 16, as: UInt32.self))
    tag = bytes.word(at: 20)
    framesBefore = bytes.word(at: 24)
    previousCRC = bytes.word(at: 32)
  }

  init(
    segment: Int, framesBefore: UInt64, previousCRC: UInt32, tag: UInt32, version: UInt32 = LogFormat.version
  ) {
    self.tag = tag
    self.version = version
    self.segment = segment
    self.framesBefore = framesBefore
    self.previousCRC = previousCRC
  }
}

/// What a frame's payload is.
enum FrameType: UInt8, CaseIterable {
  case begin = 1
  case series
  case metrics
  case episodes
  case finding
  case tag
  case note
  case checkpoint
  case resume
  case finish
  case deleted
  case histogram
  case artifact
  /// Points of one series; in sealed segments only, as are the next two.
  case block
  /// Minima, maxima and means of one series.
  case summary
  /// Where everything in a sealed segment lies.
  case index
  /// Parameters that were set after the start; from here on version 3.
  case parameters
  case name
  case text
  case tagRemoved
  case restored
  case archived
  case codeState
  case artifactRemoved

  /// The type that is called `rawValue` in a segment of `version`.
  init?(_ rawValue: UInt8, version: UInt32) {
    self.init(rawValue: rawValue)
    if self.rawValue > Self.index.rawValue, version < 3 { return nil }
  }

  /// Frames that give others their meaning are written twice in a row, so that no single damage takes them away.
  var isWrittenTwice: Bool {
    switch self {
    case .begin, .series, .resume, .finish, .deleted, .parameters, .restored, .archived: true
    case .name, .text, .tagRemoved, .codeState, .artifactRemoved: false
    case .metrics, .episodes, .finding, .tag, .note, .checkpoint, .histogram, .artifact: false
    case .block, .summary, .index: false
    }
  }
}

/// The 32 bytes before every payload.
struct FrameHeader {
  static let size = 32

  /// A `FrameType`, or one this version does not know.
  var type: UInt8
  /// The frame before holds the same payload.
  var isCopy: Bool
  /// The frame is in a sealed segment: its payload begins with the number it had when it was recorded.
  var isSealed = false
  /// 1, 2, 3, … through the whole log; through the segment where it is sealed.
  var sequence: UInt64
  var payloadLength: UInt32
  /// The header CRC of the frame before, or the file header's for the first frame.
  var previousCRC: UInt32
  var payloadCRC: UInt32
  /// Of the 28 bytes before it; it covers the payload CRC, so it stands for the whole frame.
  var headerCRC: UInt32 = 0

  init(
    type: FrameType, isCopy: Bool, isSealed: Bool = false, sequence: UInt64, payloadLength: Int, previousCRC: UInt32,
    payloadCRC: UInt32
  ) {
    self.type = type.rawValue
    self.isCopy = isCopy
    self.isSealed = isSealed
    self.sequence = sequence
    self.payloadLength = UInt32(payloadLength)
    self.previousCRC = previousCRC
    self.payloadCRC = payloadCRC
  }

  /// Reads the header at `offset`; nil unless the marker is there and the header's own CRC holds.
  init?(_ bytes: [UInt8], at offset: Int) {
    guard offset >= 0, offset + Self.size <= bytes.count else { return nil }
    for i in 0..<4 where bytes[offset + i] != LogFormat.marker[i] { return nil }
    headerCRC = bytes.word(at: offset + 28)
    guard headerCRC == CRC32C.checksum(bytes, offset..<offset + 28) else { return nil }
    type = bytes[offset + 4]
    isCopy = bytes[offset + 5] & 1 != 0
    isSealed = bytes[offset + 5] & 2 != 0
    sequence = bytes.word(at: offset + 8)
    payloadLength = bytes.word(at: offset + 16)
    previousCRC = bytes.word(at: offset + 20)
    payloadCRC = bytes.word(at: offset + 24)
  }

  /// Writes the header over the 32 bytes at `offset` and returns its CRC.
  func write(into bytes: inout [UInt8], at offset: Int) -> UInt32 {
    for i in 0..<4 { bytes[offset + i] = LogFormat.marker[i] }
    bytes[offset + 4] = type
    bytes[offset + 5] = (isCopy ? 1 : 0) | (isSealed ? 2 : 0)
    bytes.replace(at: offset + 6, littleEndian: UInt16(0))
    bytes.replace(at: offset + 8, littleEndian: sequence)
    bytes.replace(at: offset + 16, littleEndian: payloadLength)
    bytes.replace(at: offset + 20, littleEndian: previousCRC)
    bytes.replace(at: offset + 24, littleEndian: payloadCRC)
    let crc = CRC32C.checksum(bytes, offset..<offset + 28)
    bytes.replace(at: offset + 28, littleEndian: crc)
    return crc
  }
}

extension [UInt8] {
  /// Appends a frame of a segment and goes on counting; returns where the frame begins.
  @discardableResult
  mutating func appendFrame(
    _ type: FrameType, isCopy: Bool = false, isSealed: Bool, after sequence: inout UInt64, _ previousCRC: inout UInt32,
    _ body: (inout [UInt8]) -> Void
  ) -> Int {
    let start = count
    append(contentsOf: repeatElement(0, count: FrameHeader.size))
    body(&self)
    let payload = start + FrameHeader.size..<count
    sequence += 1
    let header = FrameHeader(
      type: type, isCopy: isCopy, isSealed: isSealed, sequence: sequence, payloadLength: payload.count,
      previousCRC: previousCRC, payloadCRC: CRC32C.checksum(self, payload))
    previousCRC = header.write(into: &self, at: start)
    return start
  }
}
