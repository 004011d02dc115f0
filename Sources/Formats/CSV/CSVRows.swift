/// The rows of a CSV text in memory, each with the line it begins on; a byte order mark and empty lines are passed over.
package struct CSVRows: ~Copyable {
  package struct Row: Hashable {
    /// Counted from 1.
    package var line: Int
    /// Those before the problem where there is one.
    package var fields: [String]
    package var problem: CSVError.Problem?
  }

  private var lexer: CSVLexer

  /// Lines end with LF, CRLF or CR. `line`: the number of the text's first line in its file.
  package init(_ text: some Sequence<UInt8>, line: Int = 1) {
    var bytes = Array(text)
    var isQuoted = false
    for index in bytes.indices {
      if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
      let isFollowed = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
      if bytes[index] == UInt8(ascii: "\r"), !isQuoted, !isFollowed { bytes[index] = UInt8(ascii: "\n") }
    }
    lexer = CSVLexer(chunk: bytes.count + 1, line: line)
    lexer.refill { room, _ in
      bytes.withUnsafeBufferPointer { if !$0.isEmpty { room.update(from: $0.baseAddress!, count: $0.count) } }
      return bytes.count
    }
    lexer.refill { _, _ in 0 }
  }

  package mutating func next() -> Row? {
    do throws(CSVError) {
      repeat {
        guard case .records = try lexer.next() else { return nil }
      } while lexer.isBlank
      return Row(line: lexer.line, fields: fields)
    } catch {
      let row = Row(line: lexer.line, fields: fields, problem: error.problem)
      lexer.skipLine()
      return row
    }
  }

  private var fields: [String] { (0..<lexer.fieldCount).map { String(decoding: lexer.bytes($0), as: UTF8.self) } }
}
