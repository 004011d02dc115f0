/// How columns are read, all of a table alike.
struct ColumnContext {
  var format: CSVFormat
  var missing: MissingValues
  /// The decimal mark was asked for: no other is tried.
  var decimalIsSettled = false
  /// The column whose numbers are kept as they are written, for they may be classes.
  var target: String?
  /// Names of rows keep their values, though they are no features.
  var keepsIDs = false
}

/// Collects the values of one column while its kind is found out.
///
/// The first value decides whether numbers, dates or words are expected. What is of another sort is put aside, and at the
/// end decides with all others what the column holds; where that is words, numbers have to be read again as they are
/// written.
struct ColumnBuilder {
  enum Sort { case undecided, numbers, dates, words, nothing }

  /// What is known of the column before it is read.
  enum Task {
    case find
    case asked(AskedKind)
    case recorded(ColumnReading)
    /// The second reading of a column that holds words after all, or numbers of another notation.
    case again(AskedKind?)
  }

  let name: String
  let task: Task
  let context: ColumnContext
  private let decimal: UInt8
  var sort: Sort
  /// Of numbers and dates, NaN for whatever else there is.
  var values: [Double] = []
  var emptyCount = 0
  /// The rows of values that are not of the sort that is expected, and their words.
  var oddRows: [Int] = []
  var oddCodes: [Int32] = []
  let list = WordList()
  /// Of words.
  var codes: [Int32] = []
  private var isReconsidered = false
  /// How many rows there may be, where that is known.
  var expectedRows = 0
  /// A value that counts as missing may be a date.
  private let mayLackDates: Bool

  /// More different words make a column of texts.
  static let mostCategories = 1000

  init(name: String, task: Task, context: ColumnContext) {
    self.name = name
    self.task = task
    self.context = context
    decimal = context.format.decimal.byte
    mayLackDates = context.missing.everywhere.contains { mark in
      var mark = mark
      return mark.withUTF8 { ValueParsing.date($0) != nil }
    }
    let kind: ColumnKind? =
      switch task {
      case .find, .again(nil): nil
      case .asked(let asked): asked.kind
      case .again(let asked?): asked.kind
      case .recorded(let reading): reading.kind
      }
    var isAgain = false
    if case .again = task { isAgain = true }
    switch kind {
    case .id: sort = context.keepsIDs ? .words : .nothing
    case .ignored: sort = .nothing
    case .category, .text: sort = .words
    case .number, nil: sort = isAgain || name == context.target ? .words : kind == nil ? .undecided : .numbers
    case .date: sort = isAgain ? .words : .dates
    case .missing: sort = .undecided
    }
    // Plain numbers are none in a column of percentages, or of another decimal mark.
    if case .recorded(let reading) = task, let notation = reading.numbers,
      notation.decimal != context.format.decimal || !notation.mayLackUnit
    {
      sort = .words
    }
  }

  /// Takes the values of a column's first rows, so many of them. Returns the first that cannot be taken, and why.
  mutating func append(_ fields: FieldColumn, rows: Int) -> (row: Int, error: DatasetError)? {
    if sort == .nothing { return nil }
    var row = 0
    while true {
      row += appendPlain(fields, row..<rows)
      if row == rows { return nil }
      do throws(DatasetError) {
        try append(fields[row], line: fields.lines[row])
      } catch {
        return (row, error)
      }
      row += 1
    }
  }

  /// Takes values as long as they are plain and of the sort that is expected; returns how many.
  private mutating func appendPlain(_ fields: FieldColumn, _ rows: Range<Int>) -> Int {
    var empty = 0
    defer { emptyCount += empty }
    switch sort {
    case .nothing, .undecided: return 0
    case .dates where mayLackDates: return 0
    case .numbers, .dates:
      let count =
        sort == .dates
        ? fields.readDates(rows, empty: &empty) : fields.readNumbers(rows, decimal: decimal, empty: &empty)
      if values.capacity < expectedRows { values.reserveCapacity(expectedRows) }
      values.append(contentsOf: UnsafeBufferPointer(start: fields.numbers, count: count))
      return count
    case .words:
      let takesNew = fields.isText && context.missing.everywhere.isEmpty
      let most = !takesNew ? 0 : isReconsidered ? Int.max : Self.mostCategories
      let count = list.read(fields, rows, most: most, empty: &empty)
      if codes.capacity < expectedRows { codes.reserveCapacity(expectedRows) }
      codes.append(contentsOf: UnsafeBufferPointer(start: fields.codes, count: count))
      return count
    }
  }

  /// How many different words there may be, from those of the rows so far.
  private var expectedWords: Int {
    list.count < 4096 || codes.isEmpty ? 0 : Int(1.02 * Double(expectedRows) * Double(list.count) / Double(codes.count))
  }

  /// Takes the value of the next row, at `line`.
  private mutating func append(_ bytes: ValueParsing.Bytes, line: Int) throws(DatasetError) {
    if sort == .numbers, let number = ValueParsing.number(bytes, decimal: decimal) {
      values.append(number)
    } else {
      try appendOther(bytes, line: line)
    }
  }

  private mutating func appendOther(_ bytes: ValueParsing.Bytes, line: Int) throws(DatasetError) {
    if sort == .nothing { return }
    if isMissing(bytes) {
      emptyCount += 1
      if sort == .words { codes.append(-1) } else { values.append(.nan) }
      return
    }
    if sort == .undecided {
      if let number = ValueParsing.number(bytes, decimal: decimal) {
        sort = .numbers
        return values.append(number)
      }
      if let date = ValueParsing.date(bytes) {
        sort = .dates
        return values.append(date)
      }
      // A mark may be of any column.
      if context.missing.isInNumbers(bytes) { return try putAside(bytes, line: line) }
      becomeWords()
    }
    if sort == .words {
      codes.append(try code(of: bytes, line: line))
      if list.count > Self.mostCategories, !isReconsidered { reconsider() }
    } else if sort == .dates, let date = ValueParsing.date(bytes) {
      values.append(date)
    } else {
      try appendOdd(bytes, line: line)
    }
  }

  /// Spelled-out missing values are not among them where the column is not one of numbers.
  private func isMissing(_ bytes: ValueParsing.Bytes) -> Bool {
    if bytes.isEmpty { return true }
    if context.format.rules == .first { return context.missing.isEverywhere(bytes) }
    return ValueParsing.isBlank(bytes) || context.missing.isEverywhere(bytes)
  }

  /// What is no plain number or date in a column of those.
  private mutating func appendOdd(_ bytes: ValueParsing.Bytes, line: Int) throws(DatasetError) {
    if case .recorded(let reading) = task {
      let value =
        sort == .numbers ? reading.numbers?.value(bytes) : reading.dates.flatMap { SpelledDate(bytes)?.seconds($0) }
      if let value { return values.append(value) }
      if !reading.takesOddValues, !context.missing.isInNumbers(bytes) {
        throw .badValue(
          String(decoding: bytes.prefix(200), as: UTF8.self), column: name, line: line, expected: reading.kind)
      }
    }
    try putAside(bytes, line: line)
  }

  private mutating func putAside(_ bytes: ValueParsing.Bytes, line: Int) throws(DatasetError) {
    oddCodes.append(try code(of: bytes, line: line))
    oddRows.append(values.count)
    values.append(.nan)
  }

  private mutating func code(of bytes: ValueParsing.Bytes, line: Int) throws(DatasetError) -> Int32 {
    list.makeRoom(for: bytes.count, expected: expectedWords)
    guard let code = list.code(of: bytes) else {
      throw .badRow(
        line: line, problem: "the column \(quoted(name)) is not valid UTF-8; --encoding windows-1252 reads any bytes")
    }
    return code
  }

  /// Nothing but missing values has been read.
  private mutating func becomeWords() {
    sort = .words
    codes = [Int32](repeating: -1, count: values.count)
    for (row, code) in zip(oddRows, oddCodes) { codes[row] = code }
    (values, oddRows, oddCodes) = ([], [], [])
  }

  /// Goes on as numbers where most of the words so far are numbers: a column may begin with something else.
  private mutating func reconsider() {
    isReconsidered = true
    if context.format.rules == .first { return }
    switch task {
    case .find: break
    case .asked(let asked) where asked.kind == .number: break
    case .recorded(let reading) where reading == ColumnReading(kind: .number): break
    default: return
    }
    let numbers = list.indices.map { list.withBytes(of: $0) { ValueParsing.number($0, decimal: decimal) } }
    let present = codes.count { $0 >= 0 }
    let agreed = codes.count { $0 >= 0 && numbers[Int($0)] != nil }
    guard 10 * (present - agreed) <= present else { return }
    sort = .numbers
    values = codes.enumerated().map { row, code in
      if code < 0 { return .nan }
      if let number = numbers[Int(code)] { return number }
      oddRows.append(row)
      oddCodes.append(code)
      return .nan
    }
    codes = []
  }
}
