/// How a CSV file is written, and how it is read.
///
/// RFC 4180: fields between delimiters; a field that holds a delimiter, a quote or a line end stands in double quotes,
/// and a quote within is doubled. Lines end with LF or CRLF, the last one need not. A UTF-8 byte order mark is skipped.
/// A quote inside a field that does not begin with one is an ordinary character. Blank lines are skipped, but in a file
/// of one column, where they are missing values.
public struct CSVFormat: Hashable, Codable, Sendable {
  /// Whether the first line has the columns' names. Without, they are `column1`, `column2` and so on.
  public var hasHeader: Bool
  /// One ASCII character.
  public var delimiter: Unicode.Scalar {
    get { Unicode.Scalar(separator) }
    set {
      precondition(newValue.isASCII && !"\"\r\n".unicodeScalars.contains(newValue), "'\(newValue)' cannot part fields")
      separator = UInt8(newValue.value)
    }
  }
  var separator = UInt8(ascii: ",")

  /// Traps where the delimiter is not ASCII, or is a quote or a line end.
  public init(hasHeader: Bool = true, delimiter: Unicode.Scalar = ",") {
    self.hasHeader = hasHeader
    self.delimiter = delimiter
  }

  /// What stands for a missing value, besides nothing at all.
  public static let missingMarks = ["NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"]
}
