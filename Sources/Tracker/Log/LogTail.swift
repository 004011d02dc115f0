import Files

/// Where a log ends, and what a writer has to know who goes on there.
///
/// Of sealed segments only the heads and the indices are read, so that an append costs the same however many points there
/// are; a damaged log is read whole.
struct LogTail {
  /// The last segment's number.
  var segment: Int
  /// Its length as far as it is sound: what comes after is a torn tail.
  var size: Int
  /// Where nothing may be appended to the last segment: it is sealed, or of another version.
  var needsNewSegment: Bool
  var isTorn: Bool
  /// The last frame's number and header CRC.
  var sequence: UInt64
  var crc: UInt32
  var tag: UInt32
  /// The payloads of the Begin frame and of every Series frame.
  var preamble: [(type: FrameType, payload: [UInt8])]
  var state: RunState

  /// Reads the log in `folder`, of the run `run`; the caller holds its lock.
  init(in folder: String, run: String, _ system: SystemCalls) throws(StoreError) {
    if let tail = try LogTail(heads: folder, run: run, system) {
      self = tail
    } else {
      try self.init(whole: folder, run: run)
    }
  }

  /// nil where anything is not as it was written, a torn tail excepted.
  private init?(heads folder: String, run: String, _ system: SystemCalls) throws(StoreError) {
    let numbers = try StoreLayout.segments(in: folder)
    var found: [(bytes: [UInt8], frames: [LogFrame])] = []
    var before: (sequence: UInt64, crc: UInt32) = (0, 0)
    var end: (head: SegmentHead, scan: SegmentScan)?
    var tag: UInt32?
    var isClosed = false
    for (place, number) in numbers.enumerated() {
      let head = try SegmentHead(number, in: folder, system)
      let scan = try SegmentScan(head.segment, at: place, after: before.sequence, run: run)
      guard head.isWhole(scan), let header = scan.header, number == place + 1, header.segment == number,
        header.framesBefore == before.sequence, header.previousCRC == before.crc, header.tag == tag ?? header.tag,
        scan.frames.contains(where: { $0.type == .begin }), scan.cut == nil || number == numbers.last
      else { return nil }
      tag = header.tag
      for frame in scan.frames {
        if frame.type == .finish { isClosed = true }
        if frame.type == .resume { isClosed = false }
      }
      before = head.index.map { (head.last!, $0.lastCRC) } ?? (scan.lastSequence, scan.lastCRC)
      found.append((head.segment.bytes, scan.frames))
      end = (head, scan)
    }
    guard let (head, scan) = end, scan.cut == nil || !isClosed && !scan.isSealed else { return nil }
    segment = head.segment.number
    size = scan.cut ?? head.size
    isTorn = scan.cut != nil
    needsNewSegment = scan.isSealed || scan.version != LogFormat.version
    (sequence, crc) = before
    self.tag = tag ?? 0
    preamble = Self.preamble(of: found)
    state = RunState(found)
    if let last = head.index?.series.last { state.reserve(below: last.id &+ 1) }
  }

  private init(whole folder: String, run: String) throws(StoreError) {
    let assembly = try RunAssembly(try StoreLayout.readSegments(in: folder), id: run, experiment: "", mode: .salvage)
    let (segments, scan) = (assembly.segments, assembly.scan)
    if case .damaged(let places) = scan.condition, (segments.last?.bytes.count ?? 0) < FileHeader.size {
      // Nothing can follow a header that is not there.
      throw StoreError.damaged(run: run, places[0])
    }
    segment = segments.last?.number ?? 1
    size = segments.last?.bytes.count ?? 0
    isTorn = false
    if case .torn(_, let offset) = scan.condition { (size, isTorn) = (offset, true) }
    let last = scan.segments.last
    needsNewSegment = last?.isSealed == true || last?.version != LogFormat.version
    (sequence, crc, tag) = (scan.lastSequence, scan.lastCRC, scan.tag ?? 0)
    preamble = Self.preamble(
      of: scan.segments.map { found in
        (segments.first { $0.number == found.number }!.bytes, found.frames)
      })
    state = assembly.state
  }

  private static func preamble(
    of segments: [(bytes: [UInt8], frames: [LogFrame])]
  ) -> [(type: FrameType, payload: [UInt8])] {
    var begin: [UInt8]?
    var series: [[UInt8]] = []
    var known: Set<[UInt8]> = []
    for (bytes, frames) in segments {
      for frame in frames where frame.type == .begin || frame.type == .series {
        let payload = Array(bytes[frame.payload])
        if frame.type == .begin {
          begin = begin ?? payload
        } else if known.insert(payload).inserted {
          series.append(payload)
        }
      }
    }
    return (begin.map { [(FrameType.begin, $0)] } ?? []) + series.map { (.series, $0) }
  }
}
