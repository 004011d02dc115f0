import Formats

/// Finds the sound frames of one segment and says where its bytes are not as they were written. Takes no lock.
struct SegmentScan {
  let number: Int
  /// nil if it is not as it was written.
  private(set) var header: FileHeader?
  /// What the file says it is written as, nil where the bytes that say it are not as they were written.
  let version: UInt32?
  private(set) var frames: [LogFrame] = []
  private(set) var damages: [LogDamage] = []
  /// Where the frame begins that the end of the file cuts, if one is cut.
  private(set) var cut: Int?
  /// The file is shorter than its header, and is not the beginning of one.
  private(set) var isNoLog = false
  private(set) var isSealed = false
  /// The number of sound frames, copies included.
  private(set) var frameCount = 0
  /// The last frame's number, as it was recorded.
  private(set) var lastSequence: UInt64
  /// Its header CRC, 0 if unknown.
  private(set) var lastCRC: UInt32 = 0
  private(set) var losses: [ClosedRange<UInt64>] = []
  private(set) var lostBlocks: [LostBlock] = []
  /// Where everything lies, if the segment is sealed and says so.
  private(set) var index: SealedIndex?

  private let bytes: [UInt8]
  private let place: Int
  /// The number in the last sound header.
  private var position: UInt64
  /// The header CRC of the frame before, where that header could be read.
  private var previousCRC: UInt32?
  /// The number and type of the last frame that was taken.
  private var taken: (position: UInt64, type: FrameType?, isCopy: Bool)
  /// Bytes before this place were passed over, so a gap in the numbers has its explanation.
  private var hasSkipped = false

  /// `sequence` is the last frame's number in the segment before; used where this one's header is damaged.
  init(_ file: LogSegment, at place: Int, after sequence: UInt64, run: String) throws(StoreError) {
    bytes = file.bytes
    number = file.number
    self.place = place
    version = FileHeader.version(of: bytes)
    if let version, !LogFormat.readable.contains(version) {
      throw StoreError.otherLogVersion(run: run, version: Int(version))
    }
    header = FileHeader(bytes)
    position = header?.framesBefore ?? sequence
    lastSequence = position
    taken = (position, nil, false)
    guard bytes.count >= FileHeader.size else {
      cut = 0
      isNoLog = !LogFormat.readable.contains { version in
        let beginning = FileHeader(segment: number, framesBefore: sequence, previousCRC: 0, tag: 0, version: version)
        return bytes.elementsEqual(beginning.bytes.prefix(min(bytes.count, 16)))
      }
      if bytes.count > 16, FileHeader.version(of: bytes) != nil { isNoLog = false }
      return
    }
    if header == nil {
      damages.append(LogDamage(segment: number, offset: 0, reason: "the file header is not as it was written"))
    } else {
      previousCRC = bytes.word(at: 36)
    }
    readFrames()
    lastCRC = previousCRC ?? 0
    if isSealed {
      finishSealed()
    } else {
      lastSequence = position
    }
  }

  private mutating func readFrames() {
    var offset = FileHeader.size
    while offset < bytes.count {
      guard let header = FrameHeader(bytes, at: offset) else {
        let isCut = bytes.count - offset < FrameHeader.size
        if isCut, zip(bytes[offset...], LogFormat.marker).allSatisfy(==) {
          cut = offset
          return
        }
        offset = skip(offset, to: nextHeader(from: offset + 1), "the frame's header is not as it was written")
        previousCRC = nil
        continue
      }
      if header.isSealed, !isSealed {
        isSealed = true
        (position, taken.position) = (0, 0)
      }
      let payload = offset + FrameHeader.size
      let end = payload + Int(header.payloadLength)
      if end > bytes.count {
        guard let next = nextHeader(from: payload, after: header.sequence) else {
          cut = offset
          if !damages.isEmpty || isSealed { note(header) }
          return
        }
        offset = skip(offset, to: next, "frame \(header.sequence) is cut short")
        note(header)
      } else if CRC32C.checksum(bytes, payload..<end) != header.payloadCRC {
        let reason = "the payload of frame \(header.sequence) is not as it was written"
        if end == bytes.count || FrameHeader(bytes, at: end) != nil {
          damages.append(LogDamage(segment: number, offset: offset, reason: reason))
          offset = end
        } else {
          offset = skip(offset, to: nextHeader(from: payload, after: header.sequence), reason)
        }
        note(header)
      } else {
        if let reason = accept(header, at: offset, payload: payload..<end) {
          damages.append(LogDamage(segment: number, offset: offset, reason: reason))
        }
        offset = end
      }
    }
  }

  /// Takes a frame whose checks hold, or returns why it is not the one that belongs here.
  private mutating func accept(_ header: FrameHeader, at offset: Int, payload: Range<Int>) -> String? {
    defer { hasSkipped = false }
    let (sequence, expected) = (header.sequence, position + 1)
    guard sequence >= expected else { return "frame \(sequence) comes again, or too late" }
    if sequence == expected, let previousCRC, header.previousCRC != previousCRC {
      note(header)
      self.previousCRC = nil
      return "frame \(sequence) does not belong after the frame before it"
    }
    let isGap = sequence > expected && !hasSkipped
    note(header)
    guard let type = FrameType(header.type, version: version ?? LogFormat.version) else {
      return "frame \(sequence) is of a type this version does not know"
    }
    var (recorded, content) = (sequence, payload)
    if header.isSealed {
      var reader = ByteReader(bytes, payload)
      guard let first = try? reader.varint() else { return "frame \(sequence) does not say what its type requires" }
      (recorded, content) = (first, reader.position..<payload.upperBound)
    }
    frameCount += 1
    noteLosses(before: header, type)
    taken = (sequence, type, header.isCopy)
    if !(header.isCopy && frames.last?.sequence == recorded &- 1) {
      frames.append(
        LogFrame(
          type: type, isCopy: header.isCopy, sequence: recorded, segment: place, offset: offset, payload: content))
    }
    if isGap { return "frames \(expected) to \(sequence - 1) are missing before this one" }
    return nil
  }

  /// Frames between the last one taken and this one are lost, unless the only one has its double on either side.
  private mutating func noteLosses(before header: FrameHeader, _ type: FrameType) {
    let expected = taken.position + 1
    guard header.sequence > expected, !isSealed else { return }
    let isDouble = header.isCopy || taken.type?.isWrittenTwice == true && !taken.isCopy
    if header.sequence > expected + 1 || !isDouble { losses.append(expected...header.sequence - 1) }
  }

  /// Remembers a sound header as the one the next frame must follow.
  private mutating func note(_ header: FrameHeader) {
    guard header.sequence > position else { return }
    position = header.sequence
    previousCRC = header.headerCRC
  }

  private mutating func skip(_ offset: Int, to next: Int?, _ reason: String) -> Int {
    let next = next ?? bytes.count
    damages.append(
      LogDamage(segment: number, offset: offset, reason: "\(reason); \(next - offset) bytes are lost"))
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

extension SegmentScan {
  /// Reads a sealed segment's index, and finds in it which blocks are lost.
  private mutating func finishSealed() {
    lastSequence = frames.map(\.sequence).max() ?? lastSequence
    if let frame = frames.last, frame.type == .index, let index = try? SealedIndex(bytes, frame.payload) {
      self.index = index
      (lastSequence, lastCRC) = (frame.sequence, index.lastCRC)
      guard !damages.isEmpty else { return }
      let found = Set(frames.map(\.offset))
      for series in index.series {
        for block in series.blocks where !found.contains(block.offset) {
          lostBlocks.append(
            LostBlock(series: series.id, segment: place, offset: block.offset, numbers: block.numbers))
        }
      }
      let all = min((header?.framesBefore ?? 0) + 1, lastSequence)...lastSequence
      for offset in index.episodes where !found.contains(offset) {
        lostBlocks.append(LostBlock(series: nil, segment: place, offset: offset, numbers: all))
      }
      return
    }
    lastCRC = 0
    if damages.isEmpty, cut == nil {
      let reason = "the index at the end of the sealed segment is missing"
      damages.append(LogDamage(segment: number, offset: bytes.count, reason: reason))
    }
    // Summaries come after the blocks: with one of them sound as the last frame, nothing but the index is lost.
    let last = frames.last
    let isTailOnly = last?.type == .summary && damages.allSatisfy { $0.offset > last!.offset }
    if !isTailOnly {
      losses.append((header?.framesBefore ?? 0) + 1...max(lastSequence, (header?.framesBefore ?? 0) + 1))
    }
  }
}
