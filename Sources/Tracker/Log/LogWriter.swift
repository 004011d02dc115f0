import Files
import Formats
import Glibc

/// Appends frames to one run's log, whose lock it holds from the log's first moment to its own last.
///
/// `append` gathers frames in memory; `flush` hands them to the operating system in one write, so that they survive
/// the death of this process; `sync` makes them survive a power loss. A segment that has grown beyond `segmentLimit`
/// is followed by the next at a flush.
struct LogWriter: ~Copyable {
  private let lock: OpenFile
  private let tag: UInt32
  /// The run's folder.
  private let folder: String
  /// The last segment, to which frames are appended.
  private var file: OpenFile
  /// Its number.
  private(set) var segment: Int
  private let system: SystemCalls
  /// Framed and not yet written. After a failed write it stays and is tried again, byte for byte.
  private var pending: [UInt8] = []
  /// The segment's length as far as it is sound.
  private(set) var size: Int
  /// The last frame's number.
  private(set) var sequence: UInt64
  private var previousCRC: UInt32
  /// The payloads of the Begin frame and of every Series frame: each segment begins with them, so that it can be read
  /// without the others.
  private var preamble: [(type: FrameType, payload: [UInt8])]
  /// Set by a failed sync, or when a broken write cannot be cut off: nothing is written from then on.
  private var sealed: StoreError?

  private init(
    _ file: consuming OpenFile, lock: consuming OpenFile, folder: String, segment: Int, size: Int, sequence: UInt64,
    previousCRC: UInt32, tag: UInt32, preamble: [(type: FrameType, payload: [UInt8])], system: SystemCalls
  ) {
    self.tag = tag
    self.file = file
    self.lock = lock
    self.folder = folder
    self.segment = segment
    self.system = system
    self.size = size
    self.sequence = sequence
    self.previousCRC = previousCRC
    self.preamble = preamble
  }

  /// Makes the log of the run in `folder`, with `begin` as its first frame, durable and complete before it can be seen
  /// under its name.
  static func create(in folder: String, begin: [UInt8], system: SystemCalls) throws(StoreError) -> LogWriter {
    let lock = try takeLock(in: folder, create: true, system)
    do throws(StoreError) {
      guard let lock else { throw StoreError.file(FileError(.lock, path: folder, code: EWOULDBLOCK)) }
      return try create(in: folder, lock: lock, begin: begin, system: system)
    } catch {
      _ = system.unlink(folder + "/" + StoreLayout.lock)
      throw error
    }
  }

  /// As above, by a writer that has the lock.
  static func create(
    in folder: String, lock: consuming OpenFile, begin: [UInt8], system: SystemCalls
  ) throws(StoreError) -> LogWriter {
    var (sequence, crc) = (UInt64(0), UInt32(0))
    let preamble = [(type: FrameType.begin, payload: begin)]
    var size = 0
    let tag = CRC32C.checksum(begin, 0..<begin.count)
    let file = try start(1, of: tag, in: folder, preamble, &sequence, &crc, &size, system)
    return LogWriter(
      file, lock: lock, folder: folder, segment: 1, size: size, sequence: sequence, previousCRC: crc, tag: tag,
      preamble: preamble, system: system)
  }

  /// Goes on with a log that `tail` was read of under `lock`: cuts off a torn tail, and nothing else.
  ///
  /// A damaged log is left as it is; new frames go behind the damage, where readers find them. A sealed segment, or one of
  /// an earlier version, is followed by a new one.
  static func reopen(
    _ tail: LogTail, lock: consuming OpenFile, in folder: String, system: SystemCalls
  ) throws(StoreError) -> LogWriter {
    let path = StoreLayout.segment(tail.segment, in: folder)
    let file = try onDisk(OpenFile(path, O_RDWR | O_APPEND, .write, system))
    if tail.isTorn {
      let code = system.truncate(file.descriptor, tail.size)
      if code != 0 { throw StoreError.file(FileError(.write, path: path, code: code)) }
    }
    var writer = LogWriter(
      file, lock: lock, folder: folder, segment: tail.segment, size: tail.size, sequence: tail.sequence,
      previousCRC: tail.crc, tag: tail.tag, preamble: tail.preamble, system: system)
    if tail.needsNewSegment { try writer.startNextSegment() }
    return writer
  }

  /// The writer's lock of the run in `folder`. Throws `StoreError.live` while another writer has it.
  static func lock(_ run: String, in folder: String, _ system: SystemCalls) throws(StoreError) -> OpenFile {
    guard let lock = try takeLock(in: folder, create: false, system) else { throw StoreError.live(run) }
    return lock
  }

  /// The writer's lock of the run in `folder`; nil while somebody else has it.
  static func takeLock(
    in folder: String, create: Bool, _ system: SystemCalls
  ) throws(StoreError) -> OpenFile? {
    let path = folder + "/" + StoreLayout.lock
    let flags = O_RDWR | O_CREAT | (create ? O_EXCL : 0)
    let file = try onDisk(OpenFile(path, flags, create ? .create : .lock, system))
    if try onDisk(file.lockExclusively()) { return file }
    return nil
  }

  /// Writes a segment with nothing but the preamble, durably, and then gives it its name.
  private static func start(
    _ segment: Int, of tag: UInt32, in folder: String, _ preamble: [(type: FrameType, payload: [UInt8])],
    _ sequence: inout UInt64,
    _ crc: inout UInt32, _ size: inout Int, _ system: SystemCalls
  ) throws(StoreError) -> OpenFile {
    let path = StoreLayout.segment(segment, in: folder)
    var bytes = FileHeader(segment: segment, framesBefore: sequence, previousCRC: crc, tag: tag).bytes
    var (number, previousCRC) = (sequence, bytes.word(at: 36, as: UInt32.self))
    for (type, payload) in preamble {
      for isCopy in [false, true] {
        bytes.appendFrame(type, isCopy: isCopy, isSealed: false, after: &number, &previousCRC) { $0 += payload }
      }
    }
    var unfinished = UnfinishedFile(at: path + ".new", system)
    let file = try onDisk(
      OpenFile(unfinished.path, O_RDWR | O_APPEND | O_CREAT | O_TRUNC, .create, name: path, system))
    try onDisk(file.writeAll(bytes, system))
    try onDisk(unfinished.finish(as: path, file.descriptor))
    (sequence, crc, size) = (number, previousCRC, bytes.count)
    return file
  }

  /// Frames what `body` appends to the bytes it is given, twice where the type asks for it.
  mutating func append(_ type: FrameType, _ body: (inout [UInt8]) -> Void) {
    let start = pending.appendFrame(type, isSealed: false, after: &sequence, &previousCRC, body)
    guard type.isWrittenTwice else { return }
    let payload = Array(pending[(start + FrameHeader.size)...])
    pending.appendFrame(type, isCopy: true, isSealed: false, after: &sequence, &previousCRC) { $0 += payload }
    if type == .series { preamble.append((type, payload)) }
  }

  /// Returns once every appended frame survives the death of this process.
  ///
  /// Throws when the bytes cannot be written; they are kept, and the next call tries them again.
  mutating func flush() throws(StoreError) {
    if let sealed { throw sealed }
    guard !pending.isEmpty else { return }
    do {
      try onDisk(file.writeAll(pending, system))
    } catch {
      // What was written of it would stand in the way of the next attempt.
      let code = system.truncate(file.descriptor, size)
      if code != 0 { sealed = .sealed(path: file.path, code: code) }
      throw error
    }
    size += pending.count
    pending.removeAll(keepingCapacity: true)
  }

  /// Returns once every appended frame survives a power loss.
  ///
  /// The operating system may forget unwritten pages after it has reported a failed sync, so a second sync that
  /// succeeds would prove nothing: a failure seals the log for good.
  mutating func sync() throws(StoreError) {
    try flush()
    let code = system.sync(file.descriptor)
    guard code == 0 else {
      let failure = StoreError.sealed(path: file.path, code: code)
      sealed = failure
      throw failure
    }
  }

  /// Goes on in a new segment; all that was appended is durable in the ones before.
  ///
  /// Throws where the new one cannot be made: then this one goes on.
  mutating func startNextSegment() throws(StoreError) {
    try sync()
    file = try Self.start(segment + 1, of: tag, in: folder, preamble, &sequence, &previousCRC, &size, system)
    segment += 1
    do throws(StoreError) {
      try onDisk(OpenFile.syncFolder(folder, system))
    } catch {
      // The new segment's name may not last, so nothing can be promised of what is appended to it.
      sealed = .sealed(path: file.path, code: EIO)
      throw error
    }
  }

  /// Lets another writer in; nothing may be appended afterwards.
  func unlock() { flock(lock.descriptor, LOCK_UN) }

  /// Bytes framed and not yet written.
  var pendingSize: Int { pending.count }
}
