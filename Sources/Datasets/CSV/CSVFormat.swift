/// How a CSV file is written, and how it is read.
///
/// RFC 4180: fields between delimiters; a field that holds a delimiter, a quote or a line end stands in double quotes,
/// and a quote within is doubled. Lines end with LF or CRLF, or all with CR; the last one need not. A byte order mark is
/// skipped. A quote inside a field that does not begin with one is an ordinary character. Blank lines are skipped, but in
/// a file of one column, where they are missing values. Spaces around a column's name do not count.
package struct CSVFormat: Hashable, Sendable {
  /// Whether the first line has the columns' names. Without, they are `column1`, `column2` and so on.
  package var hasHeader: Bool
  /// One ASCII character.
  package var delimiter: Unicode.Scalar {
    get { Unicode.Scalar(separator) }
    set {
      precondition(newValue.isASCII && !"\"\r\n".unicodeScalars.contains(newValue), "'\(newValue)' cannot part fields")
      separator = UInt8(newValue.value)
    }
  }
  var separator = UInt8(ascii: ",")
  /// What stands before the decimals of a number.
  package var decimal = DecimalMark.point
  package var encoding = TextEncoding.utf8
  /// Lines end with CR alone, as on old Macintoshes.
  package var endsLinesWithCR = false
  /// Spaces after a delimiter do not belong to the value.
  package var skipsSpaces = false
  /// The rules by which kinds and missing values are found out.
  var rules = Rules.current

  /// A fit keeps them, so that its data mean the same again.
  enum Rules: Int, Codable {
    /// Before they were recorded: one odd value makes words of a column; the marks count as missing in every column.
    case first = 1
    case current = 2
  }

  /// Traps where the delimiter is not ASCII, or is a quote or a line end.
  package init(hasHeader: Bool = true, delimiter: Unicode.Scalar = ",") {
    self.hasHeader = hasHeader
    self.delimiter = delimiter
  }

  /// The format of a fit that was recorded without one.
  package static func ofFirstRules(hasHeader: Bool = true, delimiter: Unicode.Scalar = ",") -> CSVFormat {
    var format = CSVFormat(hasHeader: hasHeader, delimiter: delimiter)
    format.rules = .first
    return format
  }

  /// Whether a fit recorded it before kinds were.
  package var isOfFirstRules: Bool { rules == .first }

  /// Takes over what is said of a file.
  package mutating func apply(_ request: TableRequest) {
    if let delimiter = request.delimiter { self.delimiter = delimiter }
    decimal = request.decimal ?? decimal
    encoding = request.encoding ?? encoding
  }

  var lineEnd: UInt8 { endsLinesWithCR ? UInt8(ascii: "\r") : UInt8(ascii: "\n") }
}

extension CSVFormat: Codable {
  private enum Key: String, CodingKey {
    case hasHeader, separator, decimal, encoding, endsLinesWithCR, skipsSpaces, rules
  }

  /// Fits of earlier versions recorded the header and the delimiter alone.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(hasHeader: try values.decode(Bool.self, forKey: .hasHeader))
    separator = try values.decode(UInt8.self, forKey: .separator)
    decimal = try values.decodeIfPresent(DecimalMark.self, forKey: .decimal) ?? .point
    encoding = try values.decodeIfPresent(TextEncoding.self, forKey: .encoding) ?? .utf8
    endsLinesWithCR = try values.decodeIfPresent(Bool.self, forKey: .endsLinesWithCR) ?? false
    skipsSpaces = try values.decodeIfPresent(Bool.self, forKey: .skipsSpaces) ?? false
    rules = try values.decodeIfPresent(Rules.self, forKey: .rules) ?? .first
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(hasHeader, forKey: .hasHeader)
    try values.encode(separator, forKey: .separator)
    try values.encode(decimal, forKey: .decimal)
    try values.encode(encoding, forKey: .encoding)
    try values.encode(endsLinesWithCR, forKey: .endsLinesWithCR)
    try values.encode(skipsSpaces, forKey: .skipsSpaces)
    try values.encode(rules, forKey: .rules)
  }
}

/// The character before the decimals of a number. It is found out, unless a ``TableRequest`` says so.
///
/// ```swift
/// let request = TableRequest(delimiter: ";", decimal: .comma)  // 3,14
/// ```
public enum DecimalMark: String, Codable, Hashable, Sendable, CaseIterable {
  case point, comma

  var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
  var other: DecimalMark { self == .point ? .comma : .point }
}
