/// Reads the records of a CSV file one after another, holding a part of the file at a time.
struct CSVRecords: ~Copyable {
  /// A field of the current record, without its quotes: bytes `start ..< end` of the buffer.
  struct Field {
    var start: Int
    var end: Int
    var hasEscapes = false
  }

  /// The current record's fields, valid until the next one is read.
  private(set) var fields: [Field] = []
  /// The line at which the current record begins, counted from 1.
  private(set) var line = 1
  private(set) var buffer: UnsafeMutablePointer<UInt8>

  /// A record may have this many bytes; a longer one is taken for a quote that was never closed.
  static let longestRecord = 64 << 20

  private let stream: ByteStream
  private let delimiter: UInt8
  private let lineEnd: UInt8
  private let skipsSpaces: Bool
  private var capacity: Int
  /// Bytes of the buffer that are filled, and those that were consumed.
  private var filled = 0
  private var position = 0
  private var isAtEnd = false
  private var nextLine = 1

  /// `chunk`: how many bytes are read at a time.
  init(_ source: ByteSource, format: CSVFormat, chunk: Int = 1 << 18) throws(DatasetError) {
    self.init(try source.open(format.encoding), format: format, chunk: chunk)
  }

  /// Reads what the stream has from where it is.
  init(_ stream: ByteStream, format: CSVFormat, chunk: Int = 1 << 18) {
    self.stream = stream
    delimiter = format.separator
    lineEnd = format.lineEnd
    skipsSpaces = format.skipsSpaces
    capacity = max(16, chunk)
    buffer = .allocate(capacity: capacity)
  }

  deinit { buffer.deallocate() }

  /// Goes to the next record; false at the end. A blank line is a record of one empty field.
  mutating func next() throws(DatasetError) -> Bool {
    line = nextLine
    if line == 1 { try skipByteOrderMark() }
    while true {
      if position < filled {
        switch scan() {
        case .complete(let end, let lines):
          position = end
          nextLine += lines
          unescape()
          return true
        case .malformed(let problem, let lines): throw .badRow(line: line + lines, problem: problem)
        case .cut(let openQuoteLine):
          if isAtEnd, let openQuoteLine {
            throw .badRow(line: line + openQuoteLine, problem: "a quote is opened and never closed")
          }
          if filled - position > Self.longestRecord {
            throw .badRow(line: line, problem: "the row is longer than 64 MB; a quote may be open")
          }
        }
      }
      if isAtEnd { return false }
      try refill()
    }
  }

  private mutating func skipByteOrderMark() throws(DatasetError) {
    while filled < 3 && !isAtEnd { try refill() }
    if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
  }

  private enum Scan {
    /// The record's end with its line end, and how many line ends it holds.
    case complete(end: Int, lines: Int)
    case malformed(String, line: Int)
    /// The buffer ends before the record does. The line where an open quote stands.
    case cut(openQuoteLine: Int?)
  }

  private mutating func scan() -> Scan {
    fields.removeAll(keepingCapacity: true)
    let (bytes, end, delimiter) = (UnsafePointer(buffer), filled, delimiter)
    let (quote, newline, carriage) = (UInt8(ascii: "\""), lineEnd, UInt8(ascii: "\r"))
    let (space, skipsSpaces) = (UInt8(ascii: " "), skipsSpaces)
    var at = position
    var lines = 0
    while true {
      if skipsSpaces { while at < end, bytes[at] == space { at += 1 } }
      var field = Field(start: at, end: at)
      if at < end, bytes[at] == quote {
        let openLine = lines
        at += 1
        field.start = at
        while true {
          while at < end, bytes[at] != quote {
            if bytes[at] == newline { lines += 1 }
            at += 1
          }
          if at >= end { return .cut(openQuoteLine: openLine) }
          if at + 1 < end, bytes[at + 1] == quote {
            field.hasEscapes = true
            at += 2
          } else {
            break
          }
        }
        field.end = at
        at += 1
        if at >= end && !isAtEnd { return .cut(openQuoteLine: nil) }
      } else {
        while at < end, bytes[at] != delimiter, bytes[at] != newline { at += 1 }
        field.end = at
        if at >= end && !isAtEnd { return .cut(openQuoteLine: nil) }
        // A carriage return belongs to the line end, not to the field.
        if at > field.start, bytes[at - 1] == carriage, at >= end || bytes[at] == newline { field.end = at - 1 }
      }
      fields.append(field)
      if at < end, bytes[at] == delimiter {
        at += 1
        continue
      }
      if at < end, bytes[at] == carriage, newline != carriage {
        if at + 1 >= end && !isAtEnd { return .cut(openQuoteLine: nil) }
        if at + 1 >= end || bytes[at + 1] == newline { at += 1 }
      }
      if at >= end { return .complete(end: end, lines: lines + 1) }
      if bytes[at] == newline { return .complete(end: at + 1, lines: lines + 1) }
      return .malformed("after a closing quote comes neither a delimiter nor a line end", line: lines)
    }
  }

  /// Writes doubled quotes as single ones, in place.
  private mutating func unescape() {
    for index in fields.indices where fields[index].hasEscapes {
      var to = fields[index].start
      var from = to
      while from < fields[index].end {
        buffer[to] = buffer[from]
        from += buffer[from] == UInt8(ascii: "\"") ? 2 : 1
        to += 1
      }
      fields[index].end = to
    }
  }

  /// Moves what is left to the front and reads more; the buffer grows only for a record that fills it.
  private mutating func refill() throws(DatasetError) {
    let left = filled - position
    if position > 0 {
      buffer.update(from: buffer + position, count: left)
    } else if left == capacity {
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity)
      larger.update(from: buffer, count: left)
      buffer.deallocate()
      buffer = larger
      capacity *= 2
    }
    position = 0
    filled = left
    let count = try stream.read(into: buffer + filled, capacity: capacity - filled)
    filled += count
    isAtEnd = count == 0
  }
}
