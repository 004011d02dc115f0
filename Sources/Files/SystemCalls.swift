import Glibc

/// The calls by which a log meets the disk and the clock; tests put failing ones in their place.
///
/// Each takes and returns what its namesake in POSIX does, with the error number instead of -1 and `errno`.
struct SystemCalls: Sendable {
  /// Returns the descriptor, or minus the error number.
  var open: @Sendable (_ path: String, _ flags: Int32) -> Int32 = { path, flags in
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o666)
    return descriptor < 0 ? -errno : descriptor
  }
  var close: @Sendable (_ descriptor: Int32) -> Void = { _ = Glibc.close($0) }
  /// Returns the number of bytes written, or minus the error number.
  var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int = { descriptor, bytes in
    let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    return count < 0 ? -Int(errno) : count
  }
  /// `fdatasync`; returns 0 or the error number.
  var sync: @Sendable (_ descriptor: Int32) -> Int32 = { fdatasync($0) == 0 ? 0 : errno }
  var truncate: @Sendable (_ descriptor: Int32, _ size: Int) -> Int32 = { ftruncate($0, off_t($1)) == 0 ? 0 : errno }
  var rename: @Sendable (_ old: String, _ new: String) -> Int32 = { Glibc.rename($0, $1) == 0 ? 0 : errno }
  var unlink: @Sendable (_ path: String) -> Int32 = { Glibc.unlink($0) == 0 ? 0 : errno }
  var makeFolder: @Sendable (_ path: String) -> Int32 = { mkdir($0, 0o777) == 0 ? 0 : errno }
  /// Unix time in microseconds.
  var now: @Sendable () -> Int64 = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}

/// An open file or folder, closed with its owner.
struct OpenFile: ~Copyable {
  let descriptor: Int32
  let path: String
  private let system: SystemCalls

  /// Opens `path`; errors call it `name` where the file will have another name in the end.
  init(
    _ path: String, _ flags: Int32, _ purpose: StoreError.Purpose, name: String? = nil,
    _ system: SystemCalls = SystemCalls()
  ) throws(StoreError) {
    descriptor = system.open(path, flags)
    self.path = name ?? path
    self.system = system
    if descriptor < 0 { throw StoreError.system(purpose, path: self.path, code: -descriptor) }
  }

  deinit { if descriptor >= 0 { system.close(descriptor) } }

  /// Takes the writer's lock; false when somebody else keeps it.
  ///
  /// A reader that asks whether a run is alive holds a shared lock for a microsecond, so a refusal is asked again.
  func lockExclusively() throws(StoreError) -> Bool {
    for _ in 0..<20 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK || errno == EINTR else { throw StoreError.system(.lock, path: path, code: errno) }
      usleep(1_000)
    }
    return false
  }

  /// Whether somebody holds the writer's lock.
  func isLocked() -> Bool {
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
      flock(descriptor, LOCK_UN)
      return false
    }
    return errno == EWOULDBLOCK
  }

  /// The file's length in bytes.
  func size() throws(StoreError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw StoreError.system(.read, path: path, code: errno) }
    return Int(status.st_size)
  }

  /// Reads from `start` to the end, or `limit` bytes of it.
  ///
  /// A copy rather than a map of the file: a disk that fails, or a writer that cuts a broken write off, would end a
  /// process that reads a map.
  func readAll(from start: Int = 0, limit: Int = .max) throws(StoreError) -> [UInt8] {
    let length = min(try size() - start, limit)
    // The one empty array of all threads would be written to, which a thread sanitizer takes for a race.
    if length <= 0 { return [] }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      while count < buffer.count {
        let got = pread(descriptor, buffer.baseAddress! + count, buffer.count - count, off_t(start + count))
        if got == 0 { break }
        if got < 0, errno == EINTR { continue }
        if got < 0 {
          failure = errno
          break
        }
        count += got
      }
    }
    if failure != 0 { throw StoreError.system(.read, path: path, code: failure) }
    return bytes
  }

  /// Writes all of `bytes`; on failure the file may hold some of them.
  func writeAll(_ bytes: [UInt8], _ system: SystemCalls) throws(StoreError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { system.write(descriptor, UnsafeRawBufferPointer(rebasing: $0[written...])) }
      if count == -Int(EINTR) { continue }
      if count <= 0 { throw StoreError.system(.write, path: path, code: count == 0 ? ENOSPC : Int32(-count)) }
      written += count
    }
  }

  /// Makes what was written survive a power loss.
  func sync(_ system: SystemCalls) throws(StoreError) {
    let code = system.sync(descriptor)
    if code != 0 { throw StoreError.system(.sync, path: path, code: code) }
  }

  /// Makes the names in a folder survive a power loss.
  static func syncFolder(_ path: String, _ system: SystemCalls) throws(StoreError) {
    try OpenFile(path, O_RDONLY | O_DIRECTORY, .sync, system).sync(system)
  }
}
