import Datasets
import Formats

package enum ConstantCheck: DataCheck {
  package static let name = "constant"
  package static let summary = "columns with the same value in every row"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(
      data.columns.compactMap { column in
        guard column.count > 1, let value = constant(column) else { return nil }
        return DataIssue(
          self, column: column.name, rows: [], of: column.count, "every value is \(value): it carries no information",
          evidence: [value], repairs: column.name == data.options.target ? [] : [DropColumns(columns: [column.name])])
      })
  }

  private static func constant(_ column: CheckedColumn) -> String? {
    if let words = column.words {
      let used = column.counts.indices.filter { column.counts[$0] > 0 }
      return used.count == 1 && column.counts[used[0]] > 1 ? quoted(words.level(used[0])) : nil
    }
    switch column.column {
    case .numbers(let values), .dates(let values):
      let present = values.lazy.filter { !$0.isNaN }
      guard let first = present.first, present.allSatisfy({ $0 == first }), present.dropFirst().first != nil else {
        return nil
      }
      return column.spelledOut(first)
    default: return nil
    }
  }
}
