import Files
import Glibc
import Telemetry

/// Writes a segment anew: its points as columns, a series at a time, and an index at the end.
///
/// Everything that is not points or episodes is kept byte for byte, with the numbers the frames had.
struct SegmentSealer {
  private var bytes: [UInt8]
  private var sequence: UInt64 = 0
  private var previousCRC: UInt32
  private var blocks: [Int64: SealedBlock] = [:]
  private var index: SealedIndex
  /// Every frame said what its type requires.
  private var isComplete = true
  /// By series id.
  private var entries: [Int64: SealedIndex.Series] = [:]
  private var summaries: [Int64: [PointSummary]] = [:]

  /// The sealed form of the segment `bytes`, in which `scan` found what is sound; damage is left out.
  ///
  /// `last` is the number of the last frame before the next segment, `lastCRC` its header CRC. Series in `names` are
  /// declared too. nil if a block does not read back as it was written, or a frame that is not
  /// damaged cannot be read, unless `salvaging`.
  static func seal(
    _ bytes: [UInt8], _ scan: SegmentScan, header: FileHeader, last: UInt64, lastCRC: UInt32,
    names: [Int64: String] = [:], salvaging: Bool = false
  ) -> [UInt8]? {
    var sealer = SegmentSealer(header, lastCRC: lastCRC)
    var stretches: [Stretch] = []
    sealer.keep(bytes, scan, into: &stretches)
    for (id, name) in names.sorted(by: { $0.key < $1.key }) {
      let entry = LogEntry.series(id: id, name: name)
      sealer.keep(.series, number: 0) { entry.encode(into: &$0) }
    }
    sealer.index.keptEnd = sealer.bytes.count
    sealer.writeEpisodes(stretches)
    guard sealer.isComplete || salvaging, sealer.writeBlocks(stretches) else { return nil }
    sealer.writeIndex(last: last)
    return sealer.bytes
  }

  /// What was recorded between two frames that divide what a Resume frame hides.
  private struct Stretch {
    var episodes: [RecordedEpisode] = []
    var episodesNumber: UInt64 = 0
    /// By series: points, and the number of the first Metrics frame.
    var points: [Int64: (number: UInt64, block: SealedBlock)] = [:]

    mutating func add(_ columns: PointColumns, _ number: UInt64) {
      var start = 0
      while start < columns.count {
        let id = columns.series[start]
        var end = start + 1
        while end < columns.count, columns.series[end] == id { end += 1 }
        points[id, default: (number, SealedBlock())].block
          .append(columns.steps[start..<end], columns.times[start..<end], columns.values[start..<end])
        start = end
      }
    }

    /// The pieces of a block of a segment that was sealed before, each a stretch.
    static func pieces(of source: [UInt8], _ frame: LogFrame) -> [Stretch] {
      var block = SealedBlock()
      guard (try? block.decode(source, frame.payload, first: frame.sequence)) != nil else { return [] }
      var start = 0
      return block.pieces.map { piece in
        let range = start..<start + piece.count
        start = range.upperBound
        var part = SealedBlock()
        part.append(block.steps[range], block.times[range], block.values[range])
        return Stretch(points: [block.series: (piece.number, part)])
      }
    }
  }

  private init(_ header: FileHeader, lastCRC: UInt32) {
    bytes = header.bytes
    previousCRC = bytes.word(at: 36)
    index = SealedIndex(lastCRC: lastCRC, keptEnd: 0, episodes: [], series: [])
  }

  @discardableResult
  private mutating func append(_ type: FrameType, isCopy: Bool = false, _ body: (inout [UInt8]) -> Void) -> Int {
    bytes.appendFrame(type, isCopy: isCopy, isSealed: true, after: &sequence, &previousCRC, body)
  }

  /// Appends a frame as it was recorded, twice where its type asks for it.
  private mutating func keep(_ type: FrameType, number: UInt64, _ payload: (inout [UInt8]) -> Void) {
    for copy in 0..<(type.isWrittenTwice ? 2 : 1) {
      append(type, isCopy: copy == 1) {
        $0.append(varint: number + UInt64(copy))
        payload(&$0)
      }
    }
  }

  /// Appends what is neither points nor episodes, and gathers those.
  private mutating func keep(_ source: [UInt8], _ scan: SegmentScan, into stretches: inout [Stretch]) {
    var stretch = Stretch()
    var columns = PointColumns()
    for frame in scan.frames {
      switch frame.type {
      case .metrics:
        do { try columns.decode(source, frame.payload) } catch {
          isComplete = false
          continue
        }
        stretch.add(columns, frame.sequence)
      case .episodes:
        if stretch.episodes.isEmpty { stretch.episodesNumber = frame.sequence }
        do { try stretch.episodes.decode(source, frame.payload) } catch { isComplete = false }
      case .block: stretches += Stretch.pieces(of: source, frame)
      case .summary, .index: break
      default:
        keep(frame.type, number: frame.sequence - (frame.isCopy ? 1 : 0)) { $0 += source[frame.payload] }
      }
      // What a sealed segment holds was divided when it was sealed.
      if frame.type == .checkpoint || frame.type == .resume || scan.isSealed {
        stretches.append(stretch)
        stretch = Stretch()
      }
    }
    stretches.append(stretch)
  }

  private mutating func writeEpisodes(_ stretches: [Stretch]) {
    for stretch in stretches {
      for start in stride(from: 0, to: stretch.episodes.count, by: LogFormat.blockCapacity) {
        let end = min(start + LogFormat.blockCapacity, stretch.episodes.count)
        let offset = append(.episodes) {
          $0.append(varint: stretch.episodesNumber)
          Array(stretch.episodes[start..<end]).encodeShortest(into: &$0)
        }
        index.episodes.append(offset)
      }
    }
  }

  private mutating func writeBlocks(_ stretches: [Stretch]) -> Bool {
    for id in Set(stretches.flatMap(\.points.keys)).sorted() {
      var block = SealedBlock(series: id)
      for stretch in stretches {
        guard let (number, points) = stretch.points[id] else { continue }
        var start = 0
        while start < points.count {
          let end = min(points.count, start + LogFormat.blockCapacity - block.count)
          block.pieces.append((number, end - start))
          block.steps += points.steps[start..<end]
          block.times += points.times[start..<end]
          block.values += points.values[start..<end]
          if block.count == LogFormat.blockCapacity {
            guard write(block) else { return false }
            block = SealedBlock(series: id)
          }
          start = end
        }
      }
      if block.count > 0, !write(block) { return false }
    }
    return true
  }

  /// Appends a block, reads it back, and notes it in the index.
  private mutating func write(_ block: SealedBlock) -> Bool {
    let offset = append(.block) { block.encode(into: &$0) }
    var reader = ByteReader(bytes, offset + FrameHeader.size..<bytes.count)
    var read = SealedBlock()
    guard let first = try? reader.varint(),
      (try? read.decode(bytes, reader.position..<bytes.count, first: first)) != nil, read.isIdentical(to: block)
    else { return false }
    var summary = PointSummary()
    for start in stride(from: 0, to: block.count, by: LogFormat.summaryStride) {
      let range = start..<min(start + LogFormat.summaryStride, block.count)
      let part = PointSummary(block.steps[range], block.values[range])
      summaries[block.series, default: []].append(part)
      summary.extend(by: part)
    }
    let numbers = block.pieces[0].number...block.pieces.last!.number
    var entry =
      entries[block.series]
      ?? SealedIndex.Series(id: block.series, step: 0, time: 0, value: 0, summaryOffset: 0, blocks: [])
    (entry.step, entry.time, entry.value) = (block.steps.last!, block.times.last!, block.values.last!)
    entry.blocks.append(SealedIndex.Block(offset: offset, numbers: numbers, summary: summary))
    entries[block.series] = entry
    return true
  }

  private mutating func writeIndex(last: UInt64) {
    for id in entries.keys.sorted() {
      let summaries = summaries[id]!
      entries[id]!.summaryOffset = append(.summary) {
        $0.append(varint: 0)
        summaries.encode(series: id, into: &$0)
      }
      index.series.append(entries[id]!)
    }
    let (start, index) = (bytes.count, index)
    append(.index) {
      $0.append(varint: last)
      index.encode(into: &$0, frameStart: start)
    }
  }
}

extension SealedBlock {
  fileprivate mutating func append(_ steps: ArraySlice<Int>, _ times: ArraySlice<Int64>, _ values: ArraySlice<Double>) {
    if values.count == 1 {
      self.steps.append(steps[steps.startIndex])
      self.times.append(times[times.startIndex])
      self.values.append(values[values.startIndex])
    } else {
      self.steps += steps
      self.times += times
      self.values += values
    }
  }
}

extension SegmentSealer {
  /// Puts the sealed form of a segment in its place, durably; false where it stays as it is: sealed, or damaged.
  ///
  /// Only for a segment that nobody appends to any more. Readers see the one or the other, whole.
  @discardableResult
  static func seal(segment number: Int, in folder: String, system: SystemCalls) throws(StoreError) -> Bool {
    let path = StoreLayout.segment(number, in: folder)
    let file = LogSegment(number: number, bytes: try onDisk(OpenFile(path, O_RDONLY, .read).readAll()))
    let scan = try SegmentScan(file, at: 0, after: 0, run: folder)
    guard let header = scan.header, scan.damages.isEmpty, scan.cut == nil, !scan.isSealed,
      let sealed = seal(file.bytes, scan, header: header, last: scan.lastSequence, lastCRC: scan.lastCRC)
    else { return false }
    try onDisk(Folder.place(sealed, at: path, system: system))
    return true
  }
}
