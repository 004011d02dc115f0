import Datasets
import Settings

/// Something that has to hold of a table. A new one is a file and a line in `ExpectationKinds.all`.
package protocol Expectation: PlanEntry {
  var neededColumns: [String] { get }
  /// The reason why it makes no sense for a table whose columns are there; nil where it does.
  func problem(in data: CheckedTable) -> String?
  /// What breaks it, for a table that it makes sense for.
  func failures(in data: CheckedTable) -> [ExpectationFailure]
}

/// What breaks an expectation.
package struct ExpectationFailure: Codable, Hashable, Sendable {
  /// The name of the expectation's sort.
  package let expectation: String
  /// nil where it is about several columns or none.
  package let column: String?
  /// Indices of the rows that break it, counted from 0, ascending; none where it is about a whole column or table.
  package let rows: [Int]
  /// Their number, or that of all rows where it is about a whole column or table.
  package let rowCount: Int
  package let sentence: String
  /// Values that break it.
  package let evidence: [String]

  init(
    _ expectation: any Expectation.Type, column: String?, rows: [Int], of whole: Int? = nil, _ sentence: String,
    evidence: [String] = []
  ) {
    self.expectation = expectation.name
    (self.column, self.rows, rowCount) = (column, rows, whole ?? rows.count)
    (self.sentence, self.evidence) = (sentence, Array(evidence.prefix(20)))
  }
}

/// The sorts of expectations there are.
package enum ExpectationKinds {
  package static let all: [any Expectation.Type] = [
    KindExpectation.self, RangeExpectation.self, PatternExpectation.self, UniqueExpectation.self,
    AllowedExpectation.self, ReferenceExpectation.self, MissingShareExpectation.self, RowCountExpectation.self,
    FreshExpectation.self, StatisticExpectation.self, DriftExpectation.self,
  ]
}

/// What a user expects of tables of a sort, written as YAML:
///
///     expectations:
///       - kind: {column: age, is: number}
///       - range: {column: age, least: 0, most: 120}
///       - pattern: {column: email, matches: "[^@ ]+@[^@ ]+"}
///       - unique: {columns: [order_id]}
///       - allowed: {column: channel, values: [web, shop, phone]}
///       - reference: {column: city, table: cities, key: name}
///       - missing-share: {column: comment, most: 0.05}
///       - row-count: {least: 100}
///       - fresh: {column: ordered, days: 7, at: 2024-07-01}
///       - statistic: {column: amount, of: median, least: 40, most: 70}
///       - drift: {column: amount, table: last_month, test: ks, effect: 0.1, p: 0.01}
///
/// Missing values break none of them but `missing-share`.
package struct Expectations: Codable, Hashable, Sendable {
  package var expectations: [ExpectationEntry]

  package init(_ expectations: [any Expectation]) {
    self.expectations = expectations.map { ExpectationEntry(expectation: $0) }
  }

  /// Reads YAML; `source` names it in errors. Throws `unreadable`.
  package init(yaml: String, source: String = "the expectations") throws(DataQualityError) {
    self = try YAMLDocument.decode(Expectations.self, yaml, source: source)
  }

  /// What `init(yaml:)` reads.
  package func yaml() throws -> String { try YAMLDocument.text(self) }

  /// What in the table breaks them, in their order. `references`: the tables that they name. Throws `expectation` for one
  /// that makes no sense for the table.
  package func check(
    _ table: Table, references: [String: Table] = [:]
  ) throws(DataQualityError) -> [ExpectationFailure] {
    try validate(for: table, references: references)
    return failures(in: Self.checked(table, references))
  }

  /// Throws `expectation` for the first that makes no sense for the table.
  func validate(for table: Table, references: [String: Table]) throws(DataQualityError) {
    let data = Self.checked(table, references)
    for (index, entry) in expectations.enumerated() {
      let name = type(of: entry.expectation).name
      var problem: String?
      for column in entry.expectation.neededColumns where problem == nil && !table.names.contains(column) {
        problem =
          "the table has no column \(quoted(column))" + (didYouMean(column, among: table.names) ?? "")
      }
      problem = problem ?? entry.expectation.problem(in: data)
      if let problem { throw .expectation(number: index + 1, name: name, problem: problem) }
    }
  }

  func failures(in data: CheckedTable) -> [ExpectationFailure] {
    expectations.flatMap { $0.expectation.failures(in: data) }
  }

  private static func checked(_ table: Table, _ references: [String: Table]) -> CheckedTable {
    var options = DataCheckOptions()
    options.references = references
    return CheckedTable(table, options)
  }
}

/// An expectation as an entry of the list.
package struct ExpectationEntry: Codable, Hashable, Sendable {
  package let expectation: any Expectation

  init(expectation: any Expectation) { self.expectation = expectation }

  package init(from decoder: any Decoder) throws {
    expectation =
      try EntryCoding.decode(decoder, among: ExpectationKinds.all, noun: "expectation") as! any Expectation
  }

  package func encode(to encoder: any Encoder) throws { try EntryCoding.encode(expectation, encoder) }

  package static func == (a: Self, b: Self) -> Bool { AnyHashable(a.expectation) == AnyHashable(b.expectation) }
  package func hash(into hasher: inout Hasher) { AnyHashable(expectation).hash(into: &hasher) }
}

extension CheckedColumn {
  /// The value of a row as it is written, nil where it is missing or stands for a missing one.
  func text(_ row: Int) -> String? {
    if let words {
      let code = words.codes[row]
      return code < 0 || marks.contains(Int(code)) ? nil : words[row]
    }
    return values.isEmpty || values[row].isNaN ? nil : spelledExactly(values[row])
  }

  /// Rows whose value does not pass; each different one is looked at once.
  func rows(whereText isFine: (String) -> Bool) -> [Int] {
    guard let words else { return (0..<values.count).filter { row in text(row).map { !isFine($0) } ?? false } }
    let unfit = counts.indices.filter { counts[$0] > 0 && !marks.contains($0) && !isFine(words.level($0)) }
    return unfit.isEmpty ? [] : rows(of: unfit)
  }

  /// Different values of some rows, for evidence.
  func examples(_ rows: [Int]) -> [String] {
    var (seen, examples): (Set<String>, [String]) = ([], [])
    for row in rows where examples.count < 20 {
      if let text = text(row), seen.insert(text).inserted { examples.append(quoted(text)) }
    }
    return examples
  }
}
