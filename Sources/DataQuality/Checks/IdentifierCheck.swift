import Datasets
import Formats

/// A column is an identifier where its name says so and nine of ten values occur once, or where 97 of 100 do and all have the
/// form of a code: `ORD-000123`.
package enum IdentifierCheck: DataCheck {
  package static let name = "identifiers"
  package static let summary = "identifiers that several rows have"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(
      data.columns.compactMap { column in
        guard isIdentifier(column) else { return nil }
        // Duplicate rows are somebody else's business.
        let rows = data.table.columns.count == 1 ? Array(0..<column.count) : distinctRows(data)
        var places: [String: [Int]] = [:]
        for row in rows {
          if let value = value(column, row) { places[value, default: []].append(row) }
        }
        let twice = places.filter { $0.value.count > 1 }
        if twice.isEmpty { return nil }
        let found = twice.values.flatMap { $0 }.sorted()
        return DataIssue(
          self, column: column.name, rows: found,
          "\(grouped(twice.count)) identifier\(twice.count == 1 ? "" : "s") in more than one row: "
            + listed(twice.keys.sorted()),
          evidence: twice.sorted { $0.value[0] < $1.value[0] }.map {
            "\($0.key): rows \($0.value.map(String.init).joined(separator: ", "))"
          })
      })
  }

  private static func distinctRows(_ data: CheckedTable) -> [Int] {
    data.duplicates.first.indices.filter { data.duplicates.first[$0] == $0 }
  }

  private static func value(_ column: CheckedColumn, _ row: Int) -> String? {
    if let words = column.words { return words[row] }
    guard case .numbers(let values) = column.column, !values[row].isNaN else { return nil }
    return shortest(values[row])
  }

  static func isIdentifier(_ column: CheckedColumn) -> Bool {
    let isNamed = namesRows(column.name)
    if let words = column.words {
      let used = column.counts.indices.filter { column.counts[$0] > 0 }
      let rows = used.reduce(0) { $0 + column.counts[$1] }
      guard rows >= 2 else { return false }
      let share = Double(used.count { column.counts[$0] == 1 }) / Double(rows)
      if isNamed { return share >= 0.9 }
      guard share >= 0.97, rows >= 20, column.meaning == .texts else { return false }
      let sample = stride(from: 0, to: used.count, by: max(1, used.count / 200)).map { form(words.level(used[$0])) }
      let usual = Dictionary(grouping: sample, by: \.self).max { $0.value.count < $1.value.count }!
      return usual.key.contains("9") && !usual.key.contains(" ") && 20 * usual.value.count >= 19 * sample.count
    }
    guard isNamed, case .numbers(let values) = column.column else { return false }
    var counts: [Double: Int] = [:]
    for value in values where !value.isNaN {
      if value != value.rounded() { return false }
      counts[value, default: 0] += 1
    }
    return values.count >= 2 && counts.values.count { $0 == 1 } * 10 >= 9 * values.count
  }

  /// `ORD-000123` is `A-9`.
  private static func form(_ text: String) -> String {
    var form = ""
    for character in text {
      let sign = character.isNumber ? "9" : character.isLetter ? "A" : String(character)
      if !form.hasSuffix(sign) { form += sign }
    }
    return form
  }

  /// `id`, `order_id`, `orderId`, `uuid`.
  static func namesRows(_ name: String) -> Bool {
    let lower = name.lowercased()
    return ["id", "uuid", "guid", "key"].contains(lower)
      || ["_id", "-id", " id", ".id", "_key", "_uuid"].contains { lower.hasSuffix($0) }
      || (name.hasSuffix("Id") && name.count > 2)
      || (name.hasSuffix("ID") && name.count > 2 && name.dropLast(2).last!.isLowercase)
  }
}
