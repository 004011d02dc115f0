import Files
import Formats
import Glibc
import Telemetry

/// Reads one series of a sound log: of sealed segments only the index and what is asked for.
struct SeriesReader {
  /// Where the series' points of one segment are.
  private enum Part {
    case points(Series)
    case sealed(segment: Int, SealedIndex.Series)
  }

  private let run: String
  private let folder: String
  private let metric: Metric
  private var parts: [Part] = []
  /// What Resume frames hide: frames numbered above `after` and below `before`.
  private var hidden: [(after: UInt64, before: UInt64)] = []

  /// nil where the log is not sound, or its run deleted: then it takes a reading of all of it.
  init?(_ id: String, _ metric: Metric, in store: Store) throws(StoreError) {
    run = id
    folder = try store.existingFolder(ofRun: id)
    self.metric = metric
    var segments: [(number: Int, bytes: [UInt8], scan: SegmentScan, index: SealedIndex?)] = []
    let isLocked = store.isLocked(folder)
    let numbers = try StoreLayout.segments(in: folder)
    var last: UInt64 = 0
    for (place, number) in numbers.enumerated() {
      let head = try SegmentHead(number, in: folder)
      let bytes = head.segment.bytes
      let scan = try SegmentScan(head.segment, at: place, after: last, run: id)
      let index = head.index ?? scan.index
      let isTail = place == numbers.count - 1 && isLocked
      guard head.isWhole(scan), scan.cut == nil || isTail, number == place + 1, scan.header?.framesBefore == last else {
        return nil
      }
      last = head.last ?? scan.lastSequence
      segments.append((number, bytes, scan, index))
    }
    var id: Int64?
    var isDeleted = false
    for (_, bytes, scan, _) in segments {
      for frame in scan.frames where [.series, .resume, .deleted, .restored].contains(frame.type) {
        if frame.type == .deleted { isDeleted = true }
        if frame.type == .restored { isDeleted = false }
        switch try? LogEntry.decode(frame.type, bytes, frame.payload) {
        case .series(let found, let name)? where name == metric.name: id = found
        case .resume(_, let after)?: hidden.append((after, frame.sequence))
        default: break
        }
      }
    }
    if isDeleted { return nil }
    guard let id else { return }
    for (number, bytes, scan, index) in segments {
      if let index {
        if let series = index.series.first(where: { $0.id == id }) { parts.append(.sealed(segment: number, series)) }
      } else {
        guard let points = points(of: id, bytes, scan) else { return nil }
        parts.append(.points(points))
      }
    }
  }

  private func isHidden(_ number: UInt64) -> Bool { hidden.contains { $0.after < number && number < $0.before } }

  private func points(of id: Int64, _ bytes: [UInt8], _ scan: SegmentScan) -> Series? {
    var series = Series(metric: metric)
    var columns = PointColumns()
    var block = SealedBlock()
    for frame in scan.frames {
      if frame.type == .metrics, !isHidden(frame.sequence) {
        guard (try? columns.decode(bytes, frame.payload)) != nil else { return nil }
        for i in 0..<columns.count where columns.series[i] == id {
          series.steps.append(columns.steps[i])
          series.wallTimes.append(columns.times[i])
          series.values.append(columns.values[i])
        }
      } else if frame.type == .block {
        guard (try? block.decode(bytes, frame.payload, first: frame.sequence)) != nil else { return nil }
        if block.series == id { append(block, to: &series) }
      }
    }
    return series
  }

  /// What no Resume frame hides of a block.
  private func append(_ block: SealedBlock, to series: inout Series) {
    var start = 0
    for piece in block.pieces {
      let range = start..<start + piece.count
      start = range.upperBound
      guard !isHidden(piece.number) else { continue }
      series.steps += block.steps[range]
      series.wallTimes += block.times[range]
      series.values += block.values[range]
    }
  }

  /// Whether none of a block is hidden.
  private func isWhole(_ block: SealedIndex.Block) -> Bool {
    !hidden.contains { $0.after < block.numbers.upperBound && block.numbers.lowerBound < $0.before }
  }

  /// The points, hidden ones too.
  private var total: Int {
    parts.reduce(0) { total, part in
      switch part {
      case .points(let points): total + points.values.count
      case .sealed(_, let index): total + index.count
      }
    }
  }

  // MARK: What is asked for

  func points() throws(StoreError) -> Series {
    var series = Series(metric: metric)
    let count = total
    series.steps.reserveCapacity(count)
    series.wallTimes.reserveCapacity(count)
    series.values.reserveCapacity(count)
    for part in parts {
      switch part {
      case .points(let points): series.append(points)
      case .sealed(let segment, let index): try read(index.blocks[...], of: segment, into: &series)
      }
    }
    return series
  }

  func last() throws(StoreError) -> (step: Int, value: Double)? {
    for part in parts.reversed() {
      switch part {
      case .points(let points):
        if let step = points.steps.last { return (step, points.values.last!) }
      case .sealed(let segment, let index):
        for place in index.blocks.indices.reversed() {
          if place == index.blocks.count - 1, isWhole(index.blocks[place]) { return (index.step, index.value) }
          var series = Series(metric: metric)
          try read(index.blocks[place...place], of: segment, into: &series)
          if let step = series.steps.last { return (step, series.values.last!) }
        }
      }
    }
    return nil
  }

  /// The points in order, as few together as a chart of `buckets` pixels can show, and no fewer.
  func summaries(buckets: Int) throws(StoreError) -> [PointSummary] {
    let perBucket = total / buckets
    var summaries: [PointSummary] = []
    for part in parts {
      switch part {
      case .points(let points): summaries.append(points, stride: max(1, min(LogFormat.summaryStride, perBucket / 4)))
      case .sealed(let segment, let index):
        if perBucket >= 2 * LogFormat.blockCapacity, index.blocks.allSatisfy(isWhole) {
          summaries += index.blocks.map(\.summary)
        } else if perBucket >= LogFormat.summaryStride, index.blocks.allSatisfy(isWhole) {
          summaries += try readSummaries(index, of: segment)
        } else {
          var series = Series(metric: metric)
          try read(index.blocks[...], of: segment, into: &series)
          summaries.append(series, stride: max(1, min(LogFormat.summaryStride, perBucket / 4)))
        }
      }
    }
    return summaries
  }

  private func read(
    _ blocks: ArraySlice<SealedIndex.Block>, of segment: Int, into series: inout Series
  ) throws(StoreError) {
    guard let first = blocks.first, let last = blocks.last else { return }
    let file = try onDisk(OpenFile(StoreLayout.segment(segment, in: folder), O_RDONLY, .read))
    // Blocks of one series lie one behind the other.
    let header = try onDisk(file.readAll(from: last.offset, limit: FrameHeader.size))
    let end = last.offset + FrameHeader.size + (FrameHeader(header, at: 0).map { Int($0.payloadLength) } ?? 0)
    let bytes = try onDisk(file.readAll(from: first.offset, limit: end - first.offset))
    var block = SealedBlock()
    for place in blocks {
      guard let payload = frame(.block, bytes, at: place.offset - first.offset) else {
        throw damage(segment, place.offset)
      }
      var reader = ByteReader(bytes, payload)
      guard let number = try? reader.varint(),
        (try? block.decode(bytes, reader.position..<payload.upperBound, first: number)) != nil
      else { throw damage(segment, place.offset) }
      append(block, to: &series)
    }
  }

  private func readSummaries(_ index: SealedIndex.Series, of segment: Int) throws(StoreError) -> [PointSummary] {
    let file = try onDisk(OpenFile(StoreLayout.segment(segment, in: folder), O_RDONLY, .read))
    let head = try onDisk(file.readAll(from: index.summaryOffset, limit: FrameHeader.size))
    let length = FrameHeader(head, at: 0).map { Int($0.payloadLength) } ?? 0
    let bytes = try onDisk(file.readAll(from: index.summaryOffset, limit: FrameHeader.size + length))
    guard let payload = frame(.summary, bytes, at: 0) else { throw damage(segment, index.summaryOffset) }
    var reader = ByteReader(bytes, payload)
    guard (try? reader.varint()) != nil,
      let summaries = try? [PointSummary](bytes, reader.position..<payload.upperBound, series: index.id)
    else { throw damage(segment, index.summaryOffset) }
    return summaries
  }

  /// The payload of the sound frame at `offset`.
  private func frame(_ type: FrameType, _ bytes: [UInt8], at offset: Int) -> Range<Int>? {
    guard let header = FrameHeader(bytes, at: offset), header.type == type.rawValue else { return nil }
    let payload = offset + FrameHeader.size..<offset + FrameHeader.size + Int(header.payloadLength)
    guard payload.upperBound <= bytes.count, CRC32C.checksum(bytes, payload) == header.payloadCRC else { return nil }
    return payload
  }

  private func damage(_ segment: Int, _ offset: Int) -> StoreError {
    let reason = "the frame is not as it was written"
    return StoreError.damaged(run: run, LogDamage(segment: segment, offset: offset, reason: reason))
  }
}

extension Series {
  fileprivate mutating func append(_ other: Series) {
    steps += other.steps
    wallTimes += other.wallTimes
    values += other.values
  }
}

extension [PointSummary] {
  fileprivate mutating func append(_ series: Series, stride size: Int) {
    for start in stride(from: 0, to: series.values.count, by: size) {
      let range = start..<Swift.min(start + size, series.values.count)
      append(PointSummary(series.steps[range], series.values[range]))
    }
  }
}
