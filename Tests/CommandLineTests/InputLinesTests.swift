import Foundation
import Testing

@testable import rlrun

/// Lines of another program, as they come.
@Suite struct InputLinesTests {
  @Test func `lines are given one by one, the last without its end`() throws {
    let pipe = Pipe()
    var lines = InputLines(pipe.fileHandleForReading.fileDescriptor)
    #expect(lines.mustWait)
    try pipe.fileHandleForWriting.write(contentsOf: Data("a\n\nb é".utf8))
    #expect(!lines.mustWait)
    #expect(try lines.line() == "a")
    #expect(!lines.mustWait)
    #expect(try lines.line() == "")
    // A line that has not ended has to be waited for.
    #expect(lines.mustWait)
    try pipe.fileHandleForWriting.write(contentsOf: Data("c\nd".utf8))
    #expect(try lines.line() == "b éc")
    try pipe.fileHandleForWriting.close()
    #expect(try lines.line() == "d")
    #expect(try lines.line() == nil && !lines.mustWait)
  }

  @Test func `a line without end is refused`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "rlrun-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(repeating: 65, count: 3_000_000).write(to: file)
    let handle = try FileHandle(forReadingFrom: file)
    var lines = InputLines(handle.fileDescriptor)
    #expect(throws: UsageError.self) { try lines.line() }
  }
}
