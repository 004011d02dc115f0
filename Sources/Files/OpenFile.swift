import Glibc

/// An open file or folder, closed with its owner.
package struct OpenFile: ~Copyable {
  package let descriptor: Int32
  package let path: String
  private let system: SystemCalls

  /// Opens `path`; errors call it `name` where the file will have another name in the end.
  package init(
    _ path: String, _ flags: Int32, _ purpose: FileError.Purpose, name: String? = nil,
    _ system: SystemCalls = SystemCalls()
  ) throws(FileError) {
    descriptor = system.open(path, flags)
    self.path = name ?? path
    self.system = system
    if descriptor < 0 { throw FileError(purpose, path: self.path, code: -descriptor) }
  }

  deinit { if descriptor >= 0 { system.close(descriptor) } }

  /// Takes the writer's lock; false when somebody else keeps it.
  ///
  /// A reader that asks whether a writer is alive holds a shared lock for a microsecond, so a refusal is asked again.
  package func lockExclusively() throws(FileError) -> Bool {
    for _ in 0..<20 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK || errno == EINTR else { throw FileError(.lock, path: path, code: errno) }
      usleep(1_000)
    }
    return false
  }

  /// Takes the lock, however long somebody else keeps it.
  package func waitForLock() throws(FileError) {
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw FileError(.lock, path: path, code: errno) }
    }
  }

  /// Whether somebody holds the writer's lock.
  package func isLocked() -> Bool {
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
      flock(descriptor, LOCK_UN)
      return false
    }
    return errno == EWOULDBLOCK
  }

  /// The file's length in bytes.
  package func size() throws(FileError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.read, path: path, code: errno) }
    return Int(status.st_size)
  }

  /// Reads from `start` to the end, or `limit` bytes of it.
  ///
  /// A copy rather than a map of the file: a disk that fails, or a writer that cuts a broken write off, would end a
  /// process that reads a map.
  package func readAll(from start: Int = 0, limit: Int = .max) throws(FileError) -> [UInt8] {
    let length = min(try size() - start, limit)
    // The one empty array of all threads would be written to, which a thread sanitizer takes for a race.
    if length <= 0 { return [] }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      while count < buffer.count {
        let room = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[count...]))
        let got = system.read(descriptor, room, start + count)
        if got == 0 { break }
        if got == -Int(EINTR) { continue }
        if got < 0 {
          failure = Int32(-got)
          break
        }
        count += got
      }
    }
    if failure != 0 { throw FileError(.read, path: path, code: failure) }
    return bytes
  }

  /// Whether it is a file on a disk, of which any part can be read: no pipe, no device.
  package func isRegular() throws(FileError) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.read, path: path, code: errno) }
    return status.st_mode & S_IFMT == S_IFREG
  }

  /// The next bytes of a file, a pipe or a device, up to `limit`; empty at its end.
  package func readNext(limit: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    var (count, failure): (Int, FileError?) = (0, nil)
    bytes.withUnsafeMutableBytes { room in
      do throws(FileError) { count = try readNext(into: room) } catch { failure = error }
    }
    if let failure { throw failure }
    return Array(bytes.prefix(count))
  }

  /// As above; returns how many, 0 at the end.
  package func readNext(into room: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    while true {
      let count = Glibc.read(descriptor, room.baseAddress, room.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileError(.read, path: path, code: errno) }
    }
  }

  /// All bytes of a file, or of what a pipe or a device gives to its end.
  package static func contents(of path: String) throws(FileError) -> [UInt8] {
    let file = try OpenFile(path, O_RDONLY, .read)
    var bytes = try file.isRegular() ? file.readAll() : []
    if !bytes.isEmpty { return bytes }
    // Files of the kernel's say that they are empty.
    while true {
      let part = try file.readNext(limit: 1 << 18)
      if part.isEmpty { return bytes }
      bytes += part
    }
  }

  /// Writes all of `bytes`; on failure the file may hold some of them.
  package func writeAll(_ bytes: [UInt8], _ system: SystemCalls) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { system.write(descriptor, UnsafeRawBufferPointer(rebasing: $0[written...])) }
      if count == -Int(EINTR) { continue }
      if count <= 0 { throw FileError(.write, path: path, code: count == 0 ? ENOSPC : Int32(-count)) }
      written += count
    }
  }

  /// Makes what was written survive a power loss.
  package func sync(_ system: SystemCalls) throws(FileError) {
    let code = system.sync(descriptor)
    if code != 0 { throw FileError(.sync, path: path, code: code) }
  }

  /// Makes the names in a folder survive a power loss.
  package static func syncFolder(_ path: String, _ system: SystemCalls) throws(FileError) {
    try OpenFile(path, O_RDONLY | O_DIRECTORY, .sync, system).sync(system)
  }
}
