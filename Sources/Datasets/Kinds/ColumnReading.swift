/// How the fields of a column become values: found out when a table is read, kept with a fit, and applied to other tables.
package struct ColumnReading: Codable, Hashable, Sendable {
  package var kind: ColumnKind
  /// How numbers are written; nil for plain decimals.
  package var numbers: NumberNotation?
  /// The order of the parts of dates; nil for ISO 8601 alone.
  package var dates: DateOrder?
  /// Values that are not of the kind count as missing; else they are refused.
  package var takesOddValues: Bool

  package init(
    kind: ColumnKind, numbers: NumberNotation? = nil, dates: DateOrder? = nil, takesOddValues: Bool = false
  ) {
    self.kind = kind
    self.numbers = numbers
    self.dates = dates
    self.takesOddValues = takesOddValues
  }
}

/// How a whole table was read, so that it, and others like it, are read the same way again.
package struct TableReading: Codable, Hashable, Sendable {
  package var format: CSVFormat
  package var missing: MissingValues
  package var columns: [String: ColumnReading]

  package init(format: CSVFormat, missing: MissingValues, columns: [String: ColumnReading]) {
    (self.format, self.missing, self.columns) = (format, missing, columns)
  }
}

/// The kind that a user wants a column to have: `number`, `category`, `date`, `date:dmy`, `date:mdy`, `text`, `id` or
/// `ignore`. Use it in a ``TableRequest``; a command line reads it from text.
///
/// ```swift
/// let kind = AskedKind("date:dmy")
/// print(kind?.kind == .date, kind?.dates == .dayFirst)  // true true
/// ```
public struct AskedKind: Codable, Hashable, Sendable, CustomStringConvertible {
  public let kind: ColumnKind
  public let dates: DateOrder?

  /// Traps for the kind of a column without values, which is found and not asked for.
  public init(_ kind: ColumnKind, dates: DateOrder? = nil) {
    precondition(kind != .missing, "a column is not asked to be empty")
    self.kind = kind
    self.dates = dates
  }

  /// nil for other words.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let kind = ColumnKind(rawValue: parts[0]), kind != .missing else { return nil }
    self.kind = kind
    dates = parts.count == 2 ? DateOrder(rawValue: parts[1]) : nil
    if parts.count == 2, kind != .date || dates == nil { return nil }
  }

  public var description: String { kind.rawValue + (dates.map { ":" + $0.rawValue } ?? "") }
  package static let names = ["number", "category", "date", "date:dmy", "date:mdy", "text", "id", "ignore"]
}

/// What is said about a table before it is read; everything else is found out. Use it where detection guesses wrong, or where
/// files must be read the same whatever is in them.
///
/// ```swift
/// var request = TableRequest(delimiter: ";", decimal: .comma, missing: ["-999"])
/// request.kinds["zip"] = AskedKind(.category)
/// request.notMissing = ["NA"]  // Namibia
/// ```
public struct TableRequest: Hashable, Sendable {
  public var hasHeader = true
  public var delimiter: Unicode.Scalar?
  public var decimal: DecimalMark?
  public var encoding: TextEncoding?
  public var kinds: [String: AskedKind] = [:]
  /// What stands for a missing value in every column.
  public var missing: [String] = []
  /// What is a value although it looks like a spelled-out missing one.
  public var notMissing: [String] = []
  /// Rows that cannot be read are passed over; else the first of them ends the reading.
  package var skipsBadRows = false

  public init(
    hasHeader: Bool = true, delimiter: Unicode.Scalar? = nil, decimal: DecimalMark? = nil,
    encoding: TextEncoding? = nil, kinds: [String: AskedKind] = [:], missing: [String] = [], notMissing: [String] = []
  ) {
    self.hasHeader = hasHeader
    self.delimiter = delimiter
    self.decimal = decimal
    self.encoding = encoding
    self.kinds = kinds
    self.missing = missing
    self.notMissing = notMissing
  }
}
