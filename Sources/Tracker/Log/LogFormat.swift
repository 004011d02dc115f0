/// The log's framing as bytes; `Docs/LOG_FORMAT.md` is its specification.
enum LogFormat {
  /// A first byte outside ASCII and line ends of both kinds, so that a transfer as text shows at once.
  static let magic: [UInt8] = [0x8B] + Array("RLOG".utf8) + [0x0D, 0x0A, 0x1A]
  static let version: UInt32 = 1
  /// Magic, version, CRC-32C of both.
  static let fileHeaderSize = 16
  /// The first four bytes of every frame; none of them is ASCII, and they are no UTF-8.
  static let marker: [UInt8] = [0xF5, 0xC0, 0xDE, 0xFA]

  static var fileHeader: [UInt8] {
    var bytes = magic
    bytes.append(littleEndian: version)
    bytes.append(littleEndian: CRC32C.checksum(bytes, 0..<12))
    return bytes
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

  /// Frames that give others their meaning are written twice in a row, so that no single damage takes them away.
  var isWrittenTwice: Bool {
    switch self {
    case .begin, .series, .resume, .finish, .deleted: true
    case .metrics, .episodes, .finding, .tag, .note, .checkpoint: false
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
  /// 1, 2, 3, … through the whole log.
  var sequence: UInt64
  var payloadLength: UInt32
  /// The header CRC of the frame before, or the file header's for the first frame.
  var previousCRC: UInt32
  var payloadCRC: UInt32
  /// Of the 28 bytes before it; it covers the payload CRC, so it stands for the whole frame.
  var headerCRC: UInt32 = 0

  init(
    type: FrameType, isCopy: Bool, sequence: UInt64, payloadLength: Int, previousCRC: UInt32, payloadCRC: UInt32
  ) {
    self.type = type.rawValue
    self.isCopy = isCopy
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
    isCopy = bytes[offset + 5] & 1 == 1
    sequence = bytes.word(at: offset + 8)
    payloadLength = bytes.word(at: offset + 16)
    previousCRC = bytes.word(at: offset + 20)
    payloadCRC = bytes.word(at: offset + 24)
  }

  /// Writes the header over the 32 bytes at `offset` and returns its CRC.
  func write(into bytes: inout [UInt8], at offset: Int) -> UInt32 {
    for i in 0..<4 { bytes[offset + i] = LogFormat.marker[i] }
    bytes[offset + 4] = type
    bytes[offset + 5] = isCopy ? 1 : 0
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
