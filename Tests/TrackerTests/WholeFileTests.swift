import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct WholeFileTests {
  private func folder() throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    return folder
  }

  @Test func `files are read whole, also empty ones and those of the kernel's, which say that they are empty`() throws {
    let folder = try folder()
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try writeBytes(bytes, folder.path + "/full")
    try writeBytes([], folder.path + "/empty")
    #expect(try OpenFile.contents(of: folder.path + "/full") == bytes)
    #expect(try OpenFile.contents(of: folder.path + "/empty").isEmpty)
    #expect(String(decoding: try OpenFile.contents(of: "/proc/self/status"), as: UTF8.self).contains("VmPeak"))
  }

  @Test func `a pipe is read to its end`() throws {
    let folder = try folder()
    let path = folder.path + "/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    let writer = Thread {
      let file = try? OpenFile(path, O_WRONLY, .write)
      try? file?.writeAll(bytes, SystemCalls())
    }
    writer.start()
    #expect(try OpenFile.contents(of: path) == bytes)
  }

  @Test func `what cannot be read is an error with the system's number`() throws {
    let folder = try folder()
    #expect(throws: FileError(.read, path: folder.path, code: EISDIR)) { try OpenFile.contents(of: folder.path) }
    let missing = folder.path + "/none"
    #expect(throws: FileError(.read, path: missing, code: ENOENT)) { try OpenFile.contents(of: missing) }
  }
}
