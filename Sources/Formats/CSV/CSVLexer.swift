import CKernels

/// Finds the records of CSV, which it is handed part by part: RFC 4180 with any delimiter and line end.
///
///     while true {
///       switch try lexer.next() {
///       case .records: use(lexer.bytes(0))
///       case .more: try lexer.refill { try stream.read(into: $0, capacity: $1) }
///       case .end, .otherCount: return
///       }
///     }
package struct CSVLexer: ~Copyable {
  package enum Step {
    /// One or more.
    case records
    /// The buffer ends before the next record does.
    case more
    /// The next record has another number of fields.
    case otherCount
    case end
  }

  /// The fields of the current records, one record's after another's, without their quotes: places in the buffer.
  package private(set) var fields: UnsafeMutablePointer<RLField>
  package private(set) var fieldCount = 0
  package private(set) var recordCount = 0
  /// The line at which each of the current records begins.
  package private(set) var lines: UnsafeMutablePointer<Int>
  /// The line at which the first of them begins, or the record that is malformed.
  package private(set) var line: Int
  package private(set) var buffer: UnsafeMutablePointer<UInt8>
  /// The bytes that the current records were found in.
  package private(set) var span = 0..<0
  /// All of those are ASCII.
  package private(set) var isASCII = true

  /// So many records are found at a time.
  package static let mostRecords = 1024
  /// A record may have this many bytes; a longer one is taken for a quote that was never closed.
  private static let longestRecord = 64 << 20
  /// What may be read, and is not used, in front of the buffer and behind it.
  private static let margin = 64

  private var dialect: RLCSVDialect
  private var capacity: Int
  private var fieldCapacity = 1 << 14
  /// Bytes of the buffer that are filled, and those that were consumed.
  private var filled = 0
  private var position = 0
  private var hasStarted = false
  private var nextLine: Int
  /// Where the malformed record begins.
  private var malformed = (position: 0, line: 0)
  /// The line at hand is passed over.
  private var leavesLine = false
  private var isAtEnd: Bool { dialect.is_last != 0 }

  /// `lineEnd`: LF, which CRLF is too, or CR; `chunk`: how many bytes are asked for at a time; `line`: the number of the
  /// first line in its file.
  package init(
    delimiter: UInt8 = UInt8(ascii: ","), lineEnd: UInt8 = UInt8(ascii: "\n"), skipsSpaces: Bool = false,
    chunk: Int = 1 << 18,
    line: Int = 1
  ) {
    dialect = RLCSVDialect(
      delimiter: delimiter, line_end: lineEnd, skips_spaces: skipsSpaces ? 1 : 0, is_last: 0, columns: 0)
    self.line = line
    nextLine = line
    capacity = max(16, chunk)
    buffer = Self.allocate(capacity)
    fields = .allocate(capacity: fieldCapacity)
    lines = .allocate(capacity: Self.mostRecords)
  }

  deinit {
    (buffer - Self.margin).deallocate()
    fields.deallocate()
    lines.deallocate()
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
    let whole = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + 2 * margin)
    whole.initialize(repeating: 0, count: margin)
    (whole + margin + capacity).initialize(repeating: 0, count: margin)
    return whole + margin
  }

  /// Goes to the next record. A blank line is a record of one empty field; a byte order mark is passed over.
  ///
  /// Throws for a malformed record, which `skipLine` or `skipFirstLine` leaves behind.
  package mutating func next() throws(CSVError) -> Step { try next(1, columns: 0) }

  /// Goes to the next records, at most `count` of them and all of so many fields.
  ///
  /// Throws where the next record is malformed.
  package mutating func next(_ count: Int, columns: Int) throws(CSVError) -> Step {
    line = nextLine
    (recordCount, fieldCount) = (0, 0)
    if !hasStarted {
      if filled < 3 && !isAtEnd { return .more }
      if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
      hasStarted = true
    }
    if leavesLine { leaveLine() }
    if position == filled { return isAtEnd ? .end : .more }
    dialect.columns = UInt32(columns)
    var scan = RLCSVScan()
    var outcome = RL_CSV_NO_ROOM
    while true {
      (scan.position, scan.line) = (position, nextLine)
      outcome = rl_csv_records(
        buffer, filled, &dialect, &scan, fields, fieldCapacity, lines, min(count, Self.mostRecords))
      if outcome != RL_CSV_NO_ROOM { break }
      fields.deallocate()
      fieldCapacity *= 2
      fields = .allocate(capacity: fieldCapacity)
    }
    (recordCount, fieldCount, isASCII) = (scan.records, scan.fields, scan.is_ascii != 0)
    if recordCount > 0 {
      span = position..<scan.position
      (position, nextLine) = (scan.position, scan.line)
      return .records
    }
    switch outcome {
    case RL_CSV_OTHER_COUNT: return .otherCount
    case RL_CSV_TEXT_AFTER_QUOTE:
      malformed = (position, nextLine)
      (position, nextLine) = (scan.problem_position, scan.problem_line)
      throw CSVError(problem: .textAfterQuote, line: nextLine)
    case RL_CSV_OPEN_QUOTE:
      malformed = (position, nextLine)
      position = filled
      throw CSVError(problem: .unclosedQuote, line: scan.problem_line)
    default:
      if filled - position > Self.longestRecord {
        malformed = (position, nextLine)
        throw CSVError(problem: .tooLong, line: line)
      }
      return .more
    }
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
      let larger = Self.allocate(2 * capacity)
      larger.update(from: buffer, count: left)
      (buffer - Self.margin).deallocate()
      buffer = larger
      capacity *= 2
    }
    position = 0
    filled = left
    let count = try read(buffer + filled, capacity - filled)
    filled += count
    dialect.is_last = count == 0 ? 1 : 0
  }

  /// Leaves the rest of a malformed record's line behind, as far as the buffer has it.
  package mutating func skipLine() {
    while position < filled {
      position += 1
      if buffer[position - 1] == dialect.line_end { break }
    }
    nextLine += 1
  }

  /// Goes back to where the malformed record begins and leaves only its first line behind, for an open quote may have swallowed
  /// the lines after it.
  package mutating func skipFirstLine() {
    (position, nextLine) = malformed
    leavesLine = true
  }

  /// Passes over the line at hand, as far as the buffer has it.
  private mutating func leaveLine() {
    while leavesLine, position < filled {
      leavesLine = buffer[position] != dialect.line_end
      position += 1
    }
    if leavesLine, !isAtEnd { return }
    leavesLine = false
    nextLine += 1
    line = nextLine
  }

  /// Leaves out current records that are not marked, of those that have so many fields each.
  package mutating func keepRecords(columns: Int, _ keeps: [Bool]) {
    var kept = 0
    for record in 0..<recordCount where keeps[record] {
      if kept < record {
        (fields + kept * columns).update(from: fields + record * columns, count: columns)
        lines[kept] = lines[record]
      }
      kept += 1
    }
    (recordCount, fieldCount) = (kept, kept * columns)
    if kept > 0 { line = lines[0] }
  }

  /// Whether the current record is a line with nothing on it.
  package var isBlank: Bool { fieldCount == 1 && fields[0].start == fields[0].end }

  /// The bytes of a field, valid until the next records are read.
  @inline(__always) package func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let field = fields[index]
    return UnsafeBufferPointer(start: buffer + Int(field.start), count: Int(field.end - field.start))
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
