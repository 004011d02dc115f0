import Formats
import Foundation

/// The bytes of a file a user named.
func readFile(_ path: String) throws(InputError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw InputError(path: path, code: errno) }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 18)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count == 0 { return bytes }
    if count > 0 {
      bytes += chunk[..<count]
    } else if errno != EINTR {
      throw InputError(path: path, code: errno)
    }
  }
}

/// A file a user named could not be read.
struct InputError: UserFacingError {
  var path: String
  var code: Int32

  var status: FailureStatus { .badUsage }
  var description: String { "could not read \(path): \(String(cString: strerror(code)))" }
}
