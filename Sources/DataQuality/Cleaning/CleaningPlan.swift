import Datasets
import Settings

/// Repairs in the order in which they are done, written as YAML:
///
///     repairs:
///       - set-missing: {column: age, values: ["-999"]}
///       - merge-categories: {column: country, into: {United States: [Untied States, united states]}}
///       - parse-units: {column: weight, to: g}
///       - deduplicate: {}
///       - impute: {column: age, by: median, group: country}
///
/// Rows in it are indices of the table that the plan is applied to, counted from 0.
package struct CleaningPlan: Codable, Hashable, Sendable {
  package var repairs: [CleaningStep]

  package init(_ repairs: [any Repair] = []) { self.repairs = repairs.map { CleaningStep($0) } }

  /// Reads YAML; `source` names it in errors. Throws `unreadable`.
  package init(yaml: String, source: String = "the plan") throws(DataQualityError) {
    self = try YAMLDocument.decode(CleaningPlan.self, yaml, source: source)
  }

  /// What `init(yaml:)` reads.
  package func yaml() throws -> String { try YAMLDocument.text(self) }

  /// Throws `repair` for the first that cannot be done.
  package func apply(to table: Table) throws(DataQualityError) -> CleanedTable {
    var state = CleaningState(table)
    var changes: [Int] = []
    for (index, step) in repairs.enumerated() {
      let repair = step.repair
      let name = type(of: repair).name
      func fail(_ problem: String) -> DataQualityError { .repair(number: index + 1, name: name, problem: problem) }
      for column in repair.neededColumns where !state.table.names.contains(column) {
        let guess = didYouMean(column, among: state.table.names)
        throw fail("the table has no column \(quoted(column))\(guess ?? "")")
      }
      switch repair.apply(to: &state) {
      case .changed(let count): changes.append(count)
      case .impossible(let problem): throw fail(problem)
      }
    }
    return CleanedTable(table: state.table, changes: changes, rows: state.rows)
  }
}

/// What a plan makes of a table.
package struct CleanedTable: Hashable, Sendable {
  package let table: Table
  /// The cells, rows or columns that each repair changed.
  package let changes: [Int]
  /// Of each row its index in the table that the plan was applied to.
  package let rows: [Int]
}
