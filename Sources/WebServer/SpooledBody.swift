import Glibc

/// A body on its way in, in a file without a name that others could guess.
final class SpooledBody: @unchecked Sendable {
  let path: String
  private let descriptor: Int32
  private(set) var count = 0

  init(in folder: String) throws(WebError) {
    path = "\(folder)/.upload-\(SignOn.newToken())"
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 {
      throw WebError(507, "the body could not be kept: \(String(cString: strerror(errno)))", closes: true)
    }
  }

  deinit { close(descriptor) }

  func add(_ bytes: [UInt8]) throws(WebError) {
    var place = 0
    while place < bytes.count {
      let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + place, bytes.count - place) }
      if written < 0 {
        if errno == EINTR { continue }
        throw WebError(507, "the body could not be kept: \(String(cString: strerror(errno)))", closes: true)
      }
      place += written
    }
    count += bytes.count
  }

  func remove() { unlink(path) }
}
