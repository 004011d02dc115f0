/// Collects the values of one column while its kind is found out.
///
/// The first value decides whether numbers, dates or words are expected. Where a later one is neither missing nor of
/// that sort the column holds words, the earlier ones included, and has to be read again from the start.
struct ColumnBuilder {
  enum Sort { case numbers, dates, words }

  let name: String
  /// What was asked for; nil where it is to be found out.
  let kind: ColumnKind?
  private(set) var sort: Sort?
  private(set) var hasToBeReadAgain = false
  private var values: [Double] = []
  private var index = WordIndex()
  private var codes: [Int32] = []
  private var present = 0

  /// More different words make a column of texts.
  static let mostCategories = 1000

  init(name: String, kind: ColumnKind?, sort: Sort? = nil) {
    self.name = name
    self.kind = kind
    self.sort =
      switch kind {
      case .number: .numbers
      case .date: .dates
      case .category, .text: .words
      case .missing, nil: sort
      }
  }

  /// Takes the value of the next row, at `line`.
  @inline(__always)
  mutating func append(_ bytes: ValueParsing.Bytes, line: Int) throws(DatasetError) {
    if sort == .numbers, let number = ValueParsing.number(bytes) {
      values.append(number)
    } else {
      try appendOther(bytes, line: line)
    }
  }

  private mutating func appendOther(_ bytes: ValueParsing.Bytes, line: Int) throws(DatasetError) {
    if ValueParsing.isMissing(bytes) {
      if sort == .words { codes.append(-1) } else { values.append(.nan) }
      return
    }
    if sort == nil {
      sort = ValueParsing.number(bytes) != nil ? .numbers : ValueParsing.date(bytes) != nil ? .dates : .words
      if sort == .words { codes = [Int32](repeating: -1, count: values.count) }
    }
    switch sort! {
    case .words:
      guard let code = index.code(of: bytes) else {
        throw .badRow(line: line, problem: "the column '\(name)' is not valid UTF-8")
      }
      codes.append(code)
      present += 1
    case .numbers, .dates:
      if let value = sort == .numbers ? ValueParsing.number(bytes) : ValueParsing.date(bytes) {
        values.append(value)
      } else if let kind {
        let text = String(decoding: bytes.prefix(60), as: UTF8.self)
        throw .badRow(line: line, problem: "'\(text)' in the column '\(name)' is not a \(kind)")
      } else {
        hasToBeReadAgain = true
        values.append(.nan)
      }
    }
  }

  /// The column of `count` rows.
  func column(count: Int) -> Column {
    switch sort {
    case nil: return .missing(count: count)
    case .numbers: return .numbers(values)
    case .dates: return .dates(values)
    case .words:
      let words = Words(levels: index.words, codes: codes)
      let repeats = index.words.count <= Self.mostCategories && 2 * index.words.count <= present
      return (kind.map { $0 == .category } ?? repeats) ? .categories(words) : .texts(words)
    }
  }
}
