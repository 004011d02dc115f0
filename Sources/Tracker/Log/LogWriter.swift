import Glibc

/// Appends frames to one log whose lock it holds from its first moment to its last.
///
/// `append` gathers frames in memory; `flush` hands them to the operating system in one write, so that they survive
/// the death of this process; `sync` makes them survive a power loss.
struct LogWriter: ~Copyable {
  private let file: OpenFile
  private let system: SystemCalls
  /// Framed and not yet written. After a failed write it stays and is tried again, byte for byte.
  private var pending: [UInt8] = []
  /// The file's length as far as it is sound.
  private var size: Int
  /// The last frame's number.
  private(set) var sequence: UInt64
  private var previousCRC: UInt32
  /// Set by a failed sync, or when a broken write cannot be cut off: nothing is written from then on.
  private var sealed: StoreError?

  private init(_ file: consuming OpenFile, size: Int, sequence: UInt64, previousCRC: UInt32, system: SystemCalls) {
    self.file = file
    self.system = system
    self.size = size
    self.sequence = sequence
    self.previousCRC = previousCRC
    guard size == 0 else { return }
    pending = LogFormat.fileHeader
    self.previousCRC = pending.word(at: 12)
  }

  /// Makes the log `path`, with `begin` as its first frame, durable and complete before it can be seen under its name.
  static func create(_ path: String, begin: [UInt8], system: SystemCalls) throws(StoreError) -> LogWriter {
    let unnamed = path + ".new"
    let file = try OpenFile(unnamed, O_RDWR | O_APPEND | O_CREAT | O_EXCL, .create, name: path)
    do throws(StoreError) {
      guard try file.lockExclusively() else { throw StoreError.system(.lock, path: path, code: EWOULDBLOCK) }
      var writer = LogWriter(file, size: 0, sequence: 0, previousCRC: 0, system: system)
      writer.append(.begin) { $0 += begin }
      try writer.sync()
      let code = system.rename(unnamed, path)
      if code != 0 { throw StoreError.system(.create, path: path, code: code) }
      return writer
    } catch {
      unlink(unnamed)
      throw error
    }
  }

  /// Goes on with the log `path`: cuts off a torn tail, and nothing else.
  ///
  /// A damaged log is left as it is; new frames go behind the damage, where readers find them.
  /// Throws `StoreError.live` when another writer holds the lock.
  static func reopen(_ path: String, run: String, system: SystemCalls) throws(StoreError) -> LogWriter {
    let file = try OpenFile(path, O_RDWR | O_APPEND, .write)
    guard try file.lockExclusively() else { throw StoreError.live(run) }
    let bytes = try file.readAll()
    let scan = try LogReader.scan(bytes, run: run)
    var size = bytes.count
    if case .torn(let offset) = scan.condition {
      let code = system.truncate(file.descriptor, offset)
      if code != 0 { throw StoreError.system(.write, path: path, code: code) }
      size = offset
    }
    return LogWriter(file, size: size, sequence: scan.lastSequence, previousCRC: scan.lastCRC, system: system)
  }

  /// Frames what `body` appends to the bytes it is given, twice where the type asks for it.
  mutating func append(_ type: FrameType, _ body: (inout [UInt8]) -> Void) {
    let start = pending.count
    for _ in 0..<FrameHeader.size { pending.append(0) }
    body(&pending)
    let length = pending.count - start - FrameHeader.size
    writeHeader(type, at: start, isCopy: false)
    guard type.isWrittenTwice else { return }
    pending += pending[start...]
    writeHeader(type, at: start + FrameHeader.size + length, isCopy: true)
  }

  private mutating func writeHeader(_ type: FrameType, at start: Int, isCopy: Bool) {
    let payload = start + FrameHeader.size..<pending.count
    sequence += 1
    let header = FrameHeader(
      type: type, isCopy: isCopy, sequence: sequence, payloadLength: payload.count, previousCRC: previousCRC,
      payloadCRC: CRC32C.checksum(pending, payload))
    previousCRC = header.write(into: &pending, at: start)
  }

  /// Returns once every appended frame survives the death of this process.
  ///
  /// Throws when the bytes cannot be written; they are kept, and the next call tries them again.
  mutating func flush() throws(StoreError) {
    if let sealed { throw sealed }
    guard !pending.isEmpty else { return }
    do {
      try file.writeAll(pending, system)
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

  /// Lets another writer in; nothing may be appended afterwards.
  func unlock() { flock(file.descriptor, LOCK_UN) }

  /// Bytes framed and not yet written.
  var pendingSize: Int { pending.count }
}
