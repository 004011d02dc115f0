/// A sound frame in a log's bytes.
struct LogFrame {
  var type: FrameType
  /// It stands in for the frame before it, which is lost.
  var isCopy: Bool
  var sequence: UInt64
  /// Where its header begins.
  var offset: Int
  /// Where its payload lies.
  var payload: Range<Int>
}

/// What one pass over a log's bytes found.
struct LogScan {
  /// Every sound frame in order, each once: a copy appears only in place of a lost original.
  var frames: [LogFrame] = []
  var condition = LogCondition.sound
  /// The number of sound frames, copies included.
  var frameCount = 0
  /// The highest sequence number met, 0 if none.
  var lastSequence: UInt64 = 0
  /// That frame's header CRC, 0 if unknown.
  var lastCRC: UInt32 = 0
  /// A Finish frame is there and no Resume frame after it.
  var isClosed = false
}

/// Finds the sound frames of a log and says where its bytes are not as they were written. Takes no lock.
struct LogReader {
  private let bytes: [UInt8]
  private var scan = LogScan()
  private var damages: [LogDamage] = []
  /// The header CRC of the frame before, where that header could be read.
  private var previousCRC: UInt32?
  /// Bytes before this place were passed over, so a gap in the numbers has its explanation.
  private var hasSkipped = false

  /// Throws only for a log of a newer version; anything else is in the scan's condition.
  static func scan(_ bytes: [UInt8], run: String) throws(StoreError) -> LogScan {
    var reader = LogReader(bytes: bytes)
    try reader.readFileHeader(run: run)
    return reader.scan
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func readFileHeader(run: String) throws(StoreError) {
    let expected = LogFormat.fileHeader
    guard bytes.count >= LogFormat.fileHeaderSize else {
      let isTorn = bytes.elementsEqual(expected.prefix(bytes.count))
      scan.condition = isTorn ? .torn(offset: 0) : .damaged([LogDamage(offset: 0, reason: "this is no log")])
      return
    }
    let crc: UInt32 = bytes.word(at: 12)
    if crc == CRC32C.checksum(bytes, 0..<12), bytes.starts(with: LogFormat.magic) {
      let version: UInt32 = bytes.word(at: 8)
      if version > LogFormat.version { throw StoreError.newerLog(run: run, version: Int(version)) }
      previousCRC = crc
    } else {
      damages.append(LogDamage(offset: 0, reason: "the file header is not as it was written"))
    }
    let tail = readFrames(from: LogFormat.fileHeaderSize)
    if let tail, damages.isEmpty, !scan.isClosed {
      scan.condition = .torn(offset: tail.offset)
    } else {
      if let tail {
        damages.append(LogDamage(offset: tail.offset, reason: "the file ends inside this frame"))
        note(tail.header)
      }
      if !damages.isEmpty { scan.condition = .damaged(damages) }
    }
    scan.lastCRC = previousCRC ?? 0
  }

  /// Reads to the end; returns the frame that the end of the file cuts, if one is cut.
  private mutating func readFrames(from start: Int) -> (offset: Int, header: FrameHeader?)? {
    var offset = start
    while offset < bytes.count {
      guard let header = FrameHeader(bytes, at: offset) else {
        let isCut = bytes.count - offset < FrameHeader.size
        if isCut, zip(bytes[offset...], LogFormat.marker).allSatisfy(==) { return (offset, nil) }
        offset = skip(offset, to: nextHeader(from: offset + 1), "the frame's header is not as it was written")
        previousCRC = nil
        continue
      }
      let payload = offset + FrameHeader.size
      let end = payload + Int(header.payloadLength)
      if end > bytes.count {
        guard let next = nextHeader(from: payload, after: header.sequence) else { return (offset, header) }
        offset = skip(offset, to: next, "frame \(header.sequence) is cut short")
        note(header)
      } else if CRC32C.checksum(bytes, payload..<end) != header.payloadCRC {
        let reason = "the payload of frame \(header.sequence) is not as it was written"
        if end == bytes.count || FrameHeader(bytes, at: end) != nil {
          damages.append(LogDamage(offset: offset, reason: reason))
          offset = end
        } else {
          offset = skip(offset, to: nextHeader(from: payload, after: header.sequence), reason)
        }
        note(header)
      } else {
        if let reason = accept(header, at: offset, payload: payload..<end) {
          damages.append(LogDamage(offset: offset, reason: reason))
        }
        offset = end
      }
    }
    return nil
  }

  /// Takes a frame whose checks hold, or returns why it is not the one that belongs here.
  private mutating func accept(_ header: FrameHeader, at offset: Int, payload: Range<Int>) -> String? {
    defer { hasSkipped = false }
    let (sequence, expected) = (header.sequence, scan.lastSequence + 1)
    guard sequence >= expected else { return "frame \(sequence) comes again, or too late" }
    if sequence == expected, let previousCRC, header.previousCRC != previousCRC {
      note(header)
      self.previousCRC = nil
      return "frame \(sequence) does not belong after the frame before it"
    }
    let isGap = sequence > expected && !hasSkipped
    note(header)
    scan.frameCount += 1
    guard let type = FrameType(rawValue: header.type) else {
      return "frame \(sequence) is of a type this version does not know"
    }
    if !(header.isCopy && scan.frames.last?.sequence == sequence - 1) {
      scan.frames.append(
        LogFrame(type: type, isCopy: header.isCopy, sequence: sequence, offset: offset, payload: payload))
    }
    if type == .finish { scan.isClosed = true }
    if type == .resume { scan.isClosed = false }
    if isGap { return "frames \(expected) to \(sequence - 1) are missing before this one" }
    return nil
  }

  /// Remembers a sound header as the one the next frame must follow.
  private mutating func note(_ header: FrameHeader?) {
    guard let header, header.sequence > scan.lastSequence else { return }
    scan.lastSequence = header.sequence
    previousCRC = header.headerCRC
  }

  private mutating func skip(_ offset: Int, to next: Int?, _ reason: String) -> Int {
    let next = next ?? bytes.count
    damages.append(LogDamage(offset: offset, reason: "\(reason); \(next - offset) bytes are lost"))
    hasSkipped = true
    return next
  }

  /// The next place from `offset` on with a sound header, numbered above `sequence`.
  private func nextHeader(from offset: Int, after sequence: UInt64 = 0) -> Int? {
    var place = offset
    while place + FrameHeader.size <= bytes.count {
      if bytes[place] == LogFormat.marker[0], let header = FrameHeader(bytes, at: place), header.sequence > sequence {
        return place
      }
      place += 1
    }
    return nil
  }
}
