import Files
import Foundation

/// A temporary file, gone with its owner.
class TemporaryFile {
  let path: String

  init(suffix: String = "") throws(FileError) {
    var template = Array((NSTemporaryDirectory() + "/rlrun-rows-XXXXXX" + suffix).utf8CString)
    let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard descriptor >= 0 else { throw FileError(.create, path: path, code: errno) }
    close(descriptor)
  }

  deinit { unlink(path) }
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
