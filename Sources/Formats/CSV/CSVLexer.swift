/// Finds the records of CSV, which it is handed part by part: RFC 4180 with any delimiter and line end.
///
///     while true {
///       switch try lexer.next() {
///       case .record: use(lexer.fields)
///       case .more: try lexer.refill { try stream.read(into: $0, capacity: $1) }
///       case .end: return
///       }
///     }
package struct CSVLexer: ~Copyable {
  /// A field of the current record, without its quotes: bytes `start ..< end` of the buffer.
  package struct Field {
    package var start: Int
    package var end: Int
    var hasEscapes = false
  }

  package enum Step {
    case record
    /// The buffer ends before the record does.
    case more
    case end
  }

  /// The current record's fields, valid until the next one is read.
  package private(set) var fields: [Field] = []
  /// The line at which the current record begins.
  package private(set) var line: Int
  package private(set) var buffer: UnsafeMutablePointer<UInt8>

  /// A record may have this many bytes; a longer one is taken for a quote that was never closed.
  private static let longestRecord = 64 << 20

  private let delimiter: UInt8
  private let lineEnd: UInt8
  private let skipsSpaces: Bool
  private var capacity: Int
  /// Bytes of the buffer that are filled, and those that were consumed.
  private var filled = 0
  private var position = 0
  private var isAtEnd = false
  private var hasStarted = false
  private var nextLine: Int

  /// `lineEnd`: LF, which CRLF is too, or CR; `chunk`: how many bytes are asked for at a time; `line`: the number of the
  /// first line in its file.
  package init(
    delimiter: UInt8 = UInt8(ascii: ","), lineEnd: UInt8 = UInt8(ascii: "\n"), skipsSpaces: Bool = false,
    chunk: Int = 1 << 18,
    line: Int = 1
  ) {
    self.delimiter = delimiter
    self.lineEnd = lineEnd
    self.skipsSpaces = skipsSpaces
    self.line = line
    nextLine = line
    capacity = max(16, chunk)
    buffer = .allocate(capacity: capacity)
  }

  deinit { buffer.deallocate() }

  /// Goes to the next record. A blank line is a record of one empty field; a byte order mark is passed over.
  ///
  /// Throws for a malformed record, which `skipLine` leaves behind.
  package mutating func next() throws(CSVError) -> Step {
    line = nextLine
    if !hasStarted {
      if filled < 3 && !isAtEnd { return .more }
      if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
      hasStarted = true
    }
    if position < filled {
      switch scan() {
      case .complete(let end, let lines):
        position = end
        nextLine += lines
        unescape()
        return .record
      case .malformed(let at, let lines):
        (position, nextLine) = (at, line + lines)
        throw CSVError(problem: .textAfterQuote, line: nextLine)
      case .cut(let openQuoteLine):
        if isAtEnd, let openQuoteLine {
          position = filled
          throw CSVError(problem: .unclosedQuote, line: line + openQuoteLine)
        }
        if filled - position > Self.longestRecord { throw CSVError(problem: .tooLong, line: line) }
      }
    }
    return isAtEnd ? .end : .more
  }

  /// Moves what is left to the front and reads more; the buffer grows only for a record that fills it.
  ///
  /// `read` writes up to as many bytes as it is told and returns how many, 0 at the end.
  package mutating func refill<Failure: Error>(
    _ read: (UnsafeMutablePointer<UInt8>, _ capacity: Int) throws(Failure) -> Int
  ) throws(Failure) {
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
    let count = try read(buffer + filled, capacity - filled)
    filled += count
    isAtEnd = count == 0
  }

  /// Leaves the rest of a malformed record's line behind, as far as the buffer has it.
  package mutating func skipLine() {
    while position < filled {
      position += 1
      if buffer[position - 1] == lineEnd { break }
    }
    nextLine += 1
  }

  /// Whether the current record is a line with nothing on it.
  @inlinable package var isBlank: Bool { fields.count == 1 && fields[0].start == fields[0].end }

  /// The bytes of a field, valid until the next record is read.
  @inlinable package func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: buffer + fields[index].start, count: fields[index].end - fields[index].start)
  }

  private enum Scan {
    /// The record's end with its line end, and how many line ends it holds.
    case complete(end: Int, lines: Int)
    /// Where there is neither a delimiter nor a line end behind a closing quote.
    case malformed(at: Int, lines: Int)
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
      return .malformed(at: at, lines: lines)
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
}

/// A record that is no CSV.
package struct CSVError: Error, Hashable {
  package enum Problem: String, Sendable {
    case unclosedQuote = "a quote is opened and never closed"
    case textAfterQuote = "after a closing quote comes neither a delimiter nor a line end"
    case tooLong = "the row is longer than 64 MB; a quote may be open"
  }

  package var problem: Problem
  /// Where the problem is.
  package var line: Int
}
