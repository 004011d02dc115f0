import Datasets
import Settings

/// One sort of fault that is looked for in tables. A new one is a file and a line in `DataChecks.all`.
package protocol DataCheck: Sendable {
  static var name: String { get }
  /// What it finds, in a line.
  static var summary: String { get }
  static func look(at data: CheckedTable) -> CheckOutcome
}

/// What comes of a check.
package enum CheckOutcome: Sendable {
  case issues([DataIssue])
  /// It could not be made, for this reason.
  case skipped(String)
}

/// The checks, in the order in which a report has their issues.
package enum DataChecks {
  package static let all: [any DataCheck.Type] = [
    UnreadableFileCheck.self, MissingCheck.self, SpelledMissingCheck.self, UndecodableTextCheck.self,
    DateFormatCheck.self,
    NumberFormatCheck.self, UnitCheck.self, CategoryCheck.self, SpellingCheck.self, DuplicateCheck.self,
    NearDuplicateCheck.self, IdentifierCheck.self, OutlierCheck.self, GroupOutlierCheck.self, RowOutlierCheck.self,
    ExpectationCheck.self, ConstantCheck.self, LeakageCheck.self,
  ]

  /// Throws for a name that no check has.
  package static func require(_ name: String) throws(DataQualityError) {
    let names = all.map { $0.name }
    if !names.contains(name) { throw .unknownCheck(name, suggestion: didYouMean(name, among: names) ?? "") }
  }
}

/// What checks are told besides the table.
package struct DataCheckOptions: Sendable {
  /// The column that is to be predicted.
  package var target: String?
  /// Columns of categories in whose groups outliers are looked for, besides those that explain a column of numbers.
  package var groups: [String] = []
  package var expectations: Expectations?
  /// Tables that expectations refer to, by the names they have there.
  package var references: [String: Table] = [:]
  /// Names of the only checks to make; nil for all.
  package var checks: [String]?
  /// Hunspell's dictionary, without `.dic` and `.aff`.
  package var dictionary = "/usr/share/hunspell/en_US"

  package init(target: String? = nil, expectations: Expectations? = nil) {
    self.target = target
    self.expectations = expectations
  }
}

/// A table as checks see it.
package struct CheckedTable: Sendable {
  package let table: Table
  package let columns: [CheckedColumn]
  package let options: DataCheckOptions
  /// Of each row the first one that equals it.
  let duplicates: RowDuplicates

  init(_ table: Table, _ options: DataCheckOptions) {
    self.table = table
    self.options = options
    columns = zip(table.names, table.columns).map { CheckedColumn($0, $1) }
    duplicates = RowDuplicates(table)
  }

  func column(_ name: String) -> CheckedColumn? { columns.first { $0.name == name } }
}

/// What all checks find in a table.
///
///     let table = try Table(asWritten: .file(path: "orders.csv"))
///     let report = try DataCheckReport(table, DataCheckOptions(target: "returned"))
///     print(report.text(width: 100))
///     let cleaned = try CleaningPlan(suggestedFor: report.issues).apply(to: table)
package struct DataCheckReport: Codable, Hashable, Sendable {
  package let rows: Int
  package let columns: Int
  package let issues: [DataIssue]
  /// Checks that could not be made.
  package let skipped: [Skipped]

  package struct Skipped: Codable, Hashable, Sendable {
    package let check: String
    package let reason: String
  }

  /// Throws for expectations that do not fit the table, a target, group or check that is not there.
  package init(_ table: Table, _ options: DataCheckOptions = DataCheckOptions()) throws {
    for name in options.checks ?? [] { try DataChecks.require(name) }
    for name in options.groups + [options.target].compactMap(\.self) { _ = try table.column(name) }
    try options.expectations?.validate(for: table, references: options.references)
    let data = CheckedTable(table, options)
    var (issues, skipped): ([DataIssue], [Skipped]) = ([], [])
    for check in DataChecks.all where options.checks?.contains(check.name) ?? true {
      switch check.look(at: data) {
      case .issues(let found): issues += found
      case .skipped(let reason): skipped.append(Skipped(check: check.name, reason: reason))
      }
    }
    (rows, columns) = (table.rowCount, table.names.count)
    (self.issues, self.skipped) = (issues, skipped)
  }
}

extension Table {
  /// Reads CSV with every column as it is written, but for empty fields, which are missing: for checks, which look at how
  /// values are written, and for repairs. Throws as other reading does.
  package init(asWritten source: ByteSource, request: TableRequest = TableRequest()) throws(DatasetError) {
    self = try TableReport(asWritten: source, request: request).table
  }
}

extension TableReport {
  /// The same, with how it was read. `sample`: the bytes of the rows that are read, about; nil for all.
  package init(
    asWritten source: ByteSource, request: TableRequest = TableRequest(), sample: Int? = nil
  ) throws(DatasetError) {
    // The beginning tells the columns' names, and what they hold makes no difference.
    let start = try TableReport(source, request: request, sample: 1)
    var reading = start.reading
    for name in Array(reading.columns.keys) { reading.columns[name] = ColumnReading(kind: .text) }
    try self.init(
      source, reading: reading, sample: sample, remarks: start.remarks, skipsBadRows: request.skipsBadRows)
  }
}
