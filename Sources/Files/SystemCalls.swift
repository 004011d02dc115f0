import Glibc

/// The calls by which files meet the disk and the clock; tests put failing ones in their place.
///
/// Each takes and returns what its namesake in POSIX does, with the error number instead of -1 and `errno`.
package struct SystemCalls: Sendable {
  /// Returns the descriptor, or minus the error number.
  package var open: @Sendable (_ path: String, _ flags: Int32) -> Int32 = { path, flags in
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o666)
    return descriptor < 0 ? -errno : descriptor
  }
  package var close: @Sendable (_ descriptor: Int32) -> Void = { _ = Glibc.close($0) }
  /// Returns the number of bytes written, or minus the error number.
  package var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int = { descriptor, bytes in
    let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    return count < 0 ? -Int(errno) : count
  }
  /// `pread`; returns the number of bytes read, or minus the error number.
  package var read: @Sendable (_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer, _ offset: Int) -> Int = {
    let count = Glibc.pread($0, $1.baseAddress, $1.count, off_t($2))
    return count < 0 ? -Int(errno) : count
  }
  /// `fdatasync`; returns 0 or the error number.
  package var sync: @Sendable (_ descriptor: Int32) -> Int32 = { fdatasync($0) == 0 ? 0 : errno }
  package var truncate: @Sendable (_ descriptor: Int32, _ size: Int) -> Int32 = {
    ftruncate($0, off_t($1)) == 0 ? 0 : errno
  }
  package var rename: @Sendable (_ old: String, _ new: String) -> Int32 = { Glibc.rename($0, $1) == 0 ? 0 : errno }
  package var unlink: @Sendable (_ path: String) -> Int32 = { Glibc.unlink($0) == 0 ? 0 : errno }
  package var makeFolder: @Sendable (_ path: String) -> Int32 = { mkdir($0, 0o777) == 0 ? 0 : errno }
  /// Unix time in microseconds.
  package var now: @Sendable () -> Int64 = { WallClock.now }

  /// What `init` makes on this thread, for tests of what takes no calls; nil: the system's own.
  @TaskLocal package static var substitute: SystemCalls?

  package init() {
    if let calls = Self.substitute { self = calls }
  }
}
