/// One file of a log, as it was read.
struct LogSegment {
  /// 1, 2, 3, … through the log.
  var number: Int
  var bytes: [UInt8]
}

/// A sound frame in a log's bytes.
struct LogFrame {
  var type: FrameType
  /// It stands in for the frame before it, which is lost.
  var isCopy: Bool
  /// The number it had when it was recorded; a block's is that of its first points.
  var sequence: UInt64
  /// The place of its segment among those that were read.
  var segment: Int
  /// Where its header begins.
  var offset: Int
  /// Where its payload lies; in a sealed segment, what follows the number.
  var payload: Range<Int>
}

/// Points of one series, or the episodes, that a damaged sealed segment had and that are gone.
struct LostBlock {
  /// nil: episodes.
  var series: Int64?
  /// The place of its segment among those that were read.
  var segment: Int
  var offset: Int
  /// The numbers of its first and last pieces.
  var numbers: ClosedRange<UInt64>
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
  /// The numbers of frames that are lost with all they said, and of which it is not known which series they had.
  var losses: [ClosedRange<UInt64>] = []
  var lostBlocks: [LostBlock] = []
  /// What was found in each segment that belongs to the log.
  var segments: [SegmentScan] = []
}

extension LogScan {
  /// What tells this log's segments from others'; nil if no file header is sound.
  var tag: UInt32? { segments.lazy.compactMap(\.header).first?.tag }

  /// Reads the segments of a log in order. Throws only for a log of another version; anything else is in `condition`.
  init(_ files: [LogSegment], run: String) throws(StoreError) {
    var damages: [LogDamage] = []
    var cut: LogDamage?
    for (place, file) in files.enumerated() {
      if let cut { damages.append(cut) }
      cut = nil
      let found = try SegmentScan(file, at: place, after: lastSequence, run: run)
      if let misplaced = misplacement(of: found, after: files[..<place].last?.number ?? 0, isKnown: damages.isEmpty) {
        damages.append(misplaced.damage)
        if misplaced.isForeign { continue }
      }
      damages += found.damages
      cut = found.cut.map { LogDamage(segment: file.number, offset: $0, reason: "the file ends inside this frame") }
      add(found)
    }
    if damages.isEmpty, let file = files.last, let damage = unbegun(file) {
      condition = .damaged([damage])
      return
    }
    if let cut, damages.isEmpty, !isClosed, segments.last?.isSealed == false, segments.last?.isNoLog == false {
      condition = .torn(segment: cut.segment, offset: cut.offset)
      return
    }
    if let cut {
      let isNoLog = segments.last?.isNoLog == true
      damages.append(
        isNoLog ? LogDamage(segment: cut.segment, offset: 0, reason: "this is no segment of a log") : cut)
    }
    if !damages.isEmpty { condition = .damaged(damages) }
  }

  /// The damage of a last segment that ends before its first frame: segments get their names with that in them, so that
  /// no crash leaves one without.
  private func unbegun(_ file: LogSegment) -> LogDamage? {
    func hasBegun(_ segment: SegmentScan) -> Bool { segment.frames.contains { $0.type == .begin } }
    guard let found = segments.last, !found.isNoLog, !found.isSealed, !hasBegun(found) else { return nil }
    // What was repaired without one goes on without one.
    if file.bytes.count >= FileHeader.size, segments.count > 1, !segments.contains(where: hasBegun) { return nil }
    let reason = file.bytes.isEmpty ? "the segment is empty" : "the segment ends before its first frame"
    return LogDamage(segment: file.number, offset: found.cut ?? file.bytes.count, reason: reason)
  }

  /// Why a segment cannot come after what was read, or what is missing in between.
  private func misplacement(
    of found: SegmentScan, after number: Int, isKnown isUndamaged: Bool
  ) -> (damage: LogDamage, isForeign: Bool)? {
    guard let header = found.header else { return nil }
    func damage(_ reason: String, segment: Int) -> LogDamage { LogDamage(segment: segment, offset: 0, reason: reason) }
    if found.number > number + 1 {
      return (damage("the segment is missing", segment: number + 1), false)
    }
    let isForeign =
      header.framesBefore < lastSequence
      || tag.map { $0 != header.tag } ?? false
      || header.framesBefore == lastSequence && lastCRC != 0 && header.previousCRC != lastCRC
    if isForeign || header.segment != found.number {
      return (damage("this segment does not belong after the one before it", segment: found.number), true)
    }
    guard header.framesBefore > lastSequence, isUndamaged else { return nil }
    let missing = "frames \(lastSequence + 1) to \(header.framesBefore) are missing before this segment"
    return (damage(missing, segment: found.number), false)
  }

  private mutating func add(_ found: SegmentScan) {
    if let header = found.header, header.framesBefore > lastSequence {
      losses.append(lastSequence + 1...header.framesBefore)
    }
    losses += found.losses
    frames += found.frames
    frameCount += found.frameCount
    lostBlocks += found.lostBlocks
    if found.lastSequence >= lastSequence { (lastSequence, lastCRC) = (found.lastSequence, found.lastCRC) }
    for frame in found.frames {
      if frame.type == .finish { isClosed = true }
      if frame.type == .resume { isClosed = false }
    }
    segments.append(found)
  }
}
