import Formats

/// Reads the records of a CSV file one after another, holding a part of the file at a time.
struct CSVRecords: ~Copyable {
  private var lexer: CSVLexer
  private let stream: ByteStream

  /// `chunk`: how many bytes are read at a time.
  init(_ source: ByteSource, format: CSVFormat, chunk: Int = 1 << 18) throws(DatasetError) {
    self.init(try source.open(format.encoding), format: format, chunk: chunk)
  }

  /// Reads what the stream has from where it is.
  init(_ stream: ByteStream, format: CSVFormat, chunk: Int = 1 << 18) {
    self.stream = stream
    lexer = CSVLexer(
      delimiter: format.separator, lineEnd: format.lineEnd, skipsSpaces: format.skipsSpaces, chunk: chunk)
  }

  /// The current record's fields, valid until the next one is read.
  var fields: [CSVLexer.Field] { lexer.fields }
  var buffer: UnsafeMutablePointer<UInt8> { lexer.buffer }
  /// The line at which the current record begins, counted from 1.
  var line: Int { lexer.line }
  /// Whether the current record is a line with nothing on it.
  var isBlank: Bool { lexer.isBlank }

  /// The bytes of a field, valid until the next record is read.
  func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> { lexer.bytes(index) }

  /// Goes to the next record; false at the end. A blank line is a record of one empty field.
  mutating func next() throws(DatasetError) -> Bool {
    while true {
      switch try step() {
      case .record: return true
      case .end: return false
      case .more:
        try lexer.refill { (room, capacity) throws(DatasetError) in try stream.read(into: room, capacity: capacity) }
      }
    }
  }

  private mutating func step() throws(DatasetError) -> CSVLexer.Step {
    do throws(CSVError) {
      return try lexer.next()
    } catch {
      throw .badRow(line: error.line, problem: error.problem.rawValue)
    }
  }
}
