/// The rows of a CSV text by RFC 4180, each with the line it begins on; a byte order mark and empty lines are passed over.
package struct CSVRows: Sequence, IteratorProtocol {
  package struct Row: Hashable {
    /// Counted from 1.
    package var line: Int
    package var fields: [String]
    /// The text ends inside quotes.
    package var isUnclosed = false
  }

  private let bytes: [UInt8]
  private var offset = 0
  private var line = 1

  /// `line`: the number of the text's first line in its file.
  package init(_ bytes: some Sequence<UInt8>, line: Int = 1) {
    self.bytes = Array(bytes)
    self.line = line
    if self.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  package mutating func next() -> Row? {
    while offset < bytes.count {
      let row = row()
      if row.fields != [""] { return row }
    }
    return nil
  }

  private mutating func row() -> Row {
    var row = Row(line: line, fields: [])
    while true {
      row.fields.append(field(&row.isUnclosed))
      guard offset < bytes.count else { return row }
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: ",") { continue }
      // What ends a field and is no comma ends the line: "\n", "\r\n" or "\r".
      if byte == UInt8(ascii: "\r"), offset < bytes.count, bytes[offset] == UInt8(ascii: "\n") { offset += 1 }
      line += 1
      return row
    }
  }

  /// Reads up to the comma or line end that follows.
  private mutating func field(_ isUnclosed: inout Bool) -> String {
    var text: [UInt8] = []
    var isQuoted = offset < bytes.count && bytes[offset] == UInt8(ascii: "\"")
    if isQuoted { offset += 1 }
    while offset < bytes.count {
      let byte = bytes[offset]
      if isQuoted, byte == UInt8(ascii: "\"") {
        offset += 1
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
          text.append(byte)
          offset += 1
        } else {
          isQuoted = false
        }
        continue
      }
      if !isQuoted, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      if byte == UInt8(ascii: "\n") { line += 1 }
      text.append(byte)
      offset += 1
    }
    if isQuoted { isUnclosed = true }
    return String(decoding: text, as: UTF8.self)
  }
}
