import Files
import Formats
import Glibc
import Telemetry

/// Reads a run while it is written, from where the last reading ended. Takes no lock.
package final class RunFollower {
  package struct Point: Sendable, Hashable {
    package var metric: Metric
    package var step: Int
    /// Unix time in microseconds.
    package var wallTime: Int64
    package var value: Double
  }

  /// Set once a Finish frame was read that no Resume frame follows, or nobody writes the run any more.
  package private(set) var status = RunStatus.running

  private let store: Store
  private let id: String
  private let folder: String
  private var segment = 1
  /// How far the segment was read.
  private var offset = 0
  private var file: OpenFile?
  private var names: [Int64: Metric] = [:]
  private var columns = PointColumns()
  private var finish: RunStatus?
  /// What the run is while nobody writes it and no Finish frame is there.
  private var unfinished = RunStatus.crashed

  package init(_ id: String, in store: Store) throws(StoreError) {
    self.store = store
    self.id = id
    folder = try store.existingFolder(ofRun: id)
  }

  /// Hands over every point that has been written since the last call, in the order of recording; those of a compacted
  /// segment by their times. What a resume supersedes is handed over too: it was there when it was written.
  package func advance(_ visit: (Point) -> Void) throws(StoreError) {
    let isLocked = store.isLocked(folder)
    while true {
      // Asked before the reading: a segment that has a next one is complete.
      let isLast = try StoreLayout.segments(in: folder).last ?? 1 <= segment
      try readSegment(visit)
      if isLast { break }
      segment += 1
      offset = 0
      file = nil
    }
    status = isLocked ? .running : finish ?? unfinished
  }

  private func readSegment(_ visit: (Point) -> Void) throws(StoreError) {
    // An open file stays what it was when a compacted one takes its name.
    if file == nil { file = try onDisk(OpenFile(StoreLayout.segment(segment, in: folder), O_RDONLY, .read)) }
    if offset == 0 {
      let bytes = try onDisk(file!.readAll(limit: FileHeader.size + FrameHeader.size))
      if let version = FileHeader.version(of: bytes), !LogFormat.readable.contains(version) {
        throw StoreError.otherLogVersion(run: id, version: Int(version))
      }
      if FrameHeader(bytes, at: FileHeader.size)?.isSealed == true { return try readSealed(visit) }
      offset = FileHeader.size
    }
    let bytes = try onDisk(file!.readAll(from: offset))
    var place = 0
    while place + FrameHeader.size <= bytes.count {
      guard let header = FrameHeader(bytes, at: place) else {
        place += 1
        continue
      }
      let payload = place + FrameHeader.size..<place + FrameHeader.size + Int(header.payloadLength)
      guard payload.upperBound <= bytes.count else { break }
      place = payload.upperBound
      guard CRC32C.checksum(bytes, payload) == header.payloadCRC, let type = FrameType(rawValue: header.type) else {
        continue
      }
      read(type, bytes, payload, visit)
    }
    offset += place
  }

  private func read(_ type: FrameType, _ bytes: [UInt8], _ payload: Range<Int>, _ visit: (Point) -> Void) {
    switch type {
    case .metrics:
      guard (try? columns.decode(bytes, payload)) != nil else { return }
      for i in 0..<columns.count {
        guard let metric = names[columns.series[i]] else { continue }
        visit(Point(metric: metric, step: columns.steps[i], wallTime: columns.times[i], value: columns.values[i]))
      }
    case .begin, .series, .finish, .resume:
      switch try? LogEntry.decode(type, bytes, payload) {
      case .begin(let description)?: unfinished = description.unfinishedStatus
      case .series(let id, let name)?: names[id] = Metric(name)
      case .finish(let record)?: finish = record.status
      case .resume?: finish = nil
      default: break
      }
    default: break
    }
  }

  private func readSealed(_ visit: (Point) -> Void) throws(StoreError) {
    if offset > 0 { return }
    let bytes = try onDisk(file!.readAll())
    offset = bytes.count
    let scan = try SegmentScan(LogSegment(number: segment, bytes: bytes), at: 0, after: 0, run: id)
    var points: [Point] = []
    var block = SealedBlock()
    for frame in scan.frames where frame.type != .block { read(frame.type, bytes, frame.payload, visit) }
    for frame in scan.frames where frame.type == .block {
      guard (try? block.decode(bytes, frame.payload, first: frame.sequence)) != nil, let metric = names[block.series]
      else { continue }
      for i in 0..<block.count {
        points.append(
          Point(metric: metric, step: block.steps[i], wallTime: block.times[i], value: block.values[i]))
      }
    }
    points.sort { ($0.wallTime, $0.step) < ($1.wallTime, $1.step) }
    for point in points { visit(point) }
  }
}
