import CKernels

/// The fields of one column in the records that a lexer has found, valid until it finds the next ones.
struct FieldColumn {
  let buffer: UnsafeMutablePointer<UInt8>
  /// The first row's.
  let fields: UnsafeMutablePointer<RLField>
  /// From a row's field to the next one's.
  let stride: Int
  /// The line at which each row begins.
  let lines: UnsafeMutablePointer<Int>
  /// All are valid UTF-8.
  let isText: Bool
  /// What is read, for as many rows as a lexer finds at a time.
  let numbers: UnsafeMutablePointer<Double>
  let codes: UnsafeMutablePointer<Int32>

  subscript(row: Int) -> ValueParsing.Bytes {
    let field = fields[row * stride]
    return ValueParsing.Bytes(start: buffer + Int(field.start), count: Int(field.end - field.start))
  }

  /// Reads rows into `numbers` until one is neither a plain number nor empty; returns how many.
  func readNumbers(_ rows: Range<Int>, decimal: UInt8, empty: inout Int) -> Int {
    rl_csv_numbers(buffer, fields + rows.lowerBound * stride, stride, rows.count, decimal, numbers, &empty)
  }

  /// Reads rows into `numbers` until one is neither a plain ISO date nor empty; returns how many.
  func readDates(_ rows: Range<Int>, empty: inout Int) -> Int {
    rl_csv_dates(buffer, fields + rows.lowerBound * stride, stride, rows.count, numbers, &empty)
  }
}
