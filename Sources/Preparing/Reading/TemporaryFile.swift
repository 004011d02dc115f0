import Files
import Foundation

/// A temporary file, gone with its owner; where the owner was killed, with the next one of anybody.
class TemporaryFile {
  let path: String
  /// Holds the lock by which others see that the owner lives.
  private let descriptor: Int32
  private static let prefix = "rlrun-rows-"

  init(suffix: String = "") throws(FileError) {
    let folder = NSTemporaryDirectory()
    Self.collect(in: folder)
    while true {
      var template = Array((folder + "/" + Self.prefix + "XXXXXX" + suffix).utf8CString)
      let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
      let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      guard descriptor >= 0 else { throw FileError(.create, path: path, code: errno) }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      // Another process may have taken it for one without an owner, before it was locked.
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, Folder.holds(path) {
        (self.path, self.descriptor) = (path, descriptor)
        return
      }
      close(descriptor)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Removes those whose owners are no more.
  private static func collect(in folder: String) {
    for name in (try? Folder.names(in: folder)) ?? [] where name.hasPrefix(prefix) {
      let path = folder + "/" + name
      let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }
}

/// Standard input, to be read as often as wanted.
final class SpooledInput: TemporaryFile {
  init() throws(FileError) {
    try super.init(suffix: "")
    let input = try OpenFile("/dev/stdin", O_RDONLY, .read)
    let output = try OpenFile(path, O_WRONLY | O_TRUNC, .write)
    while true {
      let bytes = try input.readNext(limit: 1 << 18)
      if bytes.isEmpty { return }
      try output.writeAll(bytes, SystemCalls())
    }
  }
}
