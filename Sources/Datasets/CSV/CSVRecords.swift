import CKernels
import Formats

/// Reads the records of a CSV file in order, holding a part of the file at a time.
struct CSVRecords: ~Copyable {
  private var lexer: CSVLexer
  private let stream: ByteStream
  private let numbers = UnsafeMutablePointer<Double>.allocate(capacity: CSVLexer.mostRecords)
  private let codes = UnsafeMutablePointer<Int32>.allocate(capacity: CSVLexer.mostRecords)
  /// The current records are valid UTF-8.
  private var isText = true
  /// Rows that were passed over; nil where the first that cannot be read ends the reading.
  private(set) var skipped: SkippedRows?

  /// `chunk`: how many bytes are read at a time.
  init(_ source: ByteSource, format: CSVFormat, chunk: Int = 1 << 18) throws(DatasetError) {
    self.init(try source.open(format.encoding), format: format, chunk: chunk)
  }

  /// Reads what the stream has from where it is. `skipsBadRows`: rows of a table that cannot be read are passed over.
  init(_ stream: ByteStream, format: CSVFormat, chunk: Int = 1 << 18, skipsBadRows: Bool = false) {
    self.stream = stream
    skipped = skipsBadRows ? SkippedRows() : nil
    lexer = CSVLexer(
      delimiter: format.separator, lineEnd: format.lineEnd, skipsSpaces: format.skipsSpaces, chunk: chunk)
  }

  deinit {
    numbers.deallocate()
    codes.deallocate()
  }

  /// How many records are read at a time, and how many fields they have together.
  var count: Int { lexer.recordCount }
  var fieldCount: Int { lexer.fieldCount }
  /// The bytes of them.
  var byteCount: Int { lexer.span.count }
  /// The line at which each of them begins, counted from 1.
  var lines: UnsafeBufferPointer<Int> { UnsafeBufferPointer(start: lexer.lines, count: lexer.recordCount) }
  /// The line at which the first of them begins.
  var line: Int { lexer.line }
  /// Whether the one record is a line with nothing on it.
  var isBlank: Bool { lexer.isBlank }

  /// The bytes of a field, valid until the next records are read.
  func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> { lexer.bytes(index) }

  /// The fields at a place of the current records, which have `columns` fields each.
  func column(_ place: Int, of columns: Int) -> FieldColumn {
    FieldColumn(
      buffer: lexer.buffer, fields: lexer.fields + place, stride: columns, lines: lexer.lines, isText: isText,
      numbers: numbers, codes: codes)
  }

  /// Goes to the next record; false at the end. A blank line is a record of one empty field.
  mutating func next() throws(DatasetError) -> Bool { try go(1, columns: 0) == .records }

  /// Goes to the next rows of a table, `count` of them or fewer; false at the end. Blank lines are passed over, but in a
  /// table of one column.
  ///
  /// Throws `badRow` where the next record has another number of fields, unless such rows are passed over.
  mutating func nextRows(_ count: Int = .max, columns: Int) throws(DatasetError) -> Bool {
    while true {
      switch try go(count, columns: columns) {
      case .records: if self.count > 0 { return true }
      case .otherCount:
        _ = try next()
        if isBlank { continue }
        if skipped == nil { try requireFields(columns) }
        skip(line: line, fieldsProblem(columns))
      case .end, .more: return false
      }
    }
  }

  private mutating func go(_ count: Int, columns: Int) throws(DatasetError) -> CSVLexer.Step {
    while true {
      let step = try step(count, columns)
      if step == .more {
        try lexer.refill { (room, capacity) throws(DatasetError) in try stream.read(into: room, capacity: capacity) }
        continue
      }
      if step == .records {
        isText = lexer.isASCII || UTF8Check.count(found, isWhole: true).unsound == 0
        if !isText, columns > 0, skipped != nil { keepTexts(columns) }
      }
      return step
    }
  }

  private var found: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: lexer.buffer + lexer.span.lowerBound, count: lexer.span.count)
  }

  private mutating func step(_ count: Int, _ columns: Int) throws(DatasetError) -> CSVLexer.Step {
    while true {
      do throws(CSVError) {
        return try lexer.next(count, columns: columns)
      } catch {
        guard columns > 0, skipped != nil else { throw .badRow(line: error.line, problem: error.problem.rawValue) }
        skip(line: lexer.line, error.problem.rawValue)
        lexer.skipFirstLine()
      }
    }
  }

  private mutating func skip(line: Int, _ problem: String) { skipped?.add(line: line, problem) }

  /// Passes over rows with bytes that are not UTF-8.
  private mutating func keepTexts(_ columns: Int) {
    var keeps: [Bool] = []
    for row in 0..<count {
      let isSound = (row * columns..<(row + 1) * columns).allSatisfy {
        UTF8Check.count(bytes($0), isWhole: true).unsound == 0
      }
      if !isSound { skip(line: lines[row], "it is not valid UTF-8; --encoding windows-1252 reads any bytes") }
      keeps.append(isSound)
    }
    lexer.keepRecords(columns: columns, keeps)
    isText = true
  }
}
