import Files
import Glibc

/// Bytes of which any part can be read: a file's, or some in memory.
final class FileBytes: Sendable {
  /// Keeps the descriptor open.
  private let file: OpenFile?
  private let descriptor: Int32?
  private let path: String
  private let memory: [UInt8]
  private let system: SystemCalls
  let count: Int

  init(path: String, system: SystemCalls) throws(Fault) {
    do throws(FileError) {
      let opened = try OpenFile(path, O_RDONLY, .read, system)
      count = try opened.isRegular() ? opened.size() : 0
      descriptor = opened.descriptor
      file = consume opened
    } catch {
      throw .file(error)
    }
    memory = []
    self.path = path
    self.system = system
  }

  init(_ bytes: [UInt8]) {
    file = nil
    descriptor = nil
    memory = bytes
    path = ""
    count = bytes.count
    system = SystemCalls()
  }

  /// Copies bytes of a range within the file.
  func read(at offset: Int, _ length: Int, into output: UnsafeMutableRawPointer) throws(Fault) {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { throw .truncated }
    guard let descriptor else {
      memory.withUnsafeBytes { output.copyMemory(from: $0.baseAddress! + offset, byteCount: length) }
      return
    }
    var done = 0
    while done < length {
      let room = UnsafeMutableRawBufferPointer(start: output + done, count: length - done)
      let got = system.read(descriptor, room, offset + done)
      if got == -Int(EINTR) { continue }
      if got < 0 { throw .file(FileError(.read, path: path, code: Int32(-got))) }
      guard got > 0 else { throw .damaged("the file became shorter while it was read") }
      done += got
    }
  }
}
