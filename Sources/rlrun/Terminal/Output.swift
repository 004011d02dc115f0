import Foundation

/// Standard output, or a file that is there in whole or not at all: written under another name beside it, then renamed.
final class Output {
  private let path: String?
  private let unnamed: String
  private let descriptor: Int32
  private var isDone = false

  /// `path`: nil for standard output.
  init(_ path: String?) throws(OutputError) {
    self.path = path
    guard let path else {
      (unnamed, descriptor) = ("", STDOUT_FILENO)
      return
    }
    let url = URL(fileURLWithPath: path)
    unnamed = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(getpid())").path
    descriptor = open(unnamed, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw OutputError(path: path, code: errno) }
  }

  deinit {
    if path == nil { return }
    if !isDone { unlink(unnamed) }
    close(descriptor)
  }

  func write(_ bytes: [UInt8]) throws(OutputError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      if count < 0 {
        if errno == EINTR { continue }
        throw OutputError(path: path ?? "standard output", code: errno)
      }
      written += count
    }
  }

  /// Gives the file its name.
  func finish() throws(OutputError) {
    guard let path else { return }
    guard fsync(descriptor) == 0, rename(unnamed, path) == 0 else { throw OutputError(path: path, code: errno) }
    isDone = true
  }
}

/// What was to be written could not be.
struct OutputError: Error, CustomStringConvertible {
  var path: String
  var code: Int32

  var description: String { "could not write \(path): \(String(cString: strerror(code)))" }
}
