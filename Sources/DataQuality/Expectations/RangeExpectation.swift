import Datasets

package struct RangeExpectation: Expectation {
  package static let name = "range"
  package static let summary = "numbers or dates lie between bounds"
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, least, most }

  package let column: String
  package let least: Bound?
  package let most: Bound?
  package var neededColumns: [String] { [column] }

  package init(column: String, least: Bound? = nil, most: Bound? = nil) {
    (self.column, self.least, self.most) = (column, least, most)
  }

  package func problem(in data: CheckedTable) -> String? {
    guard let found = data.column(column) else { return nil }
    if least == nil && most == nil { return "it needs the least or the most value" }
    guard found.meaning != .nothing else { return nil }
    guard let isDate = found.isDate else { return "the column \(quoted(column)) holds neither numbers nor dates" }
    for bound in [least, most].compactMap(\.self) where value(bound, isDate) == nil {
      return "\(quoted(bound.text)) is no \(isDate ? "date" : "number"), which the column \(quoted(column)) holds"
    }
    return nil
  }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    guard let found = data.column(column), let isDate = found.isDate else { return [] }
    let low = least.flatMap { value($0, isDate) } ?? -.infinity
    let high = most.flatMap { value($0, isDate) } ?? .infinity
    // NaN is in no range, and out of none.
    let rows = found.values.indices.filter { found.values[$0] < low || found.values[$0] > high }
    if rows.isEmpty { return [] }
    let range = [least.map { "at least \($0.text)" }, most.map { "at most \($0.text)" }].compactMap(\.self)
    return [
      ExpectationFailure(
        Self.self, column: column, rows: rows,
        "\(rowsText(rows.count, "is", "are")) not \(range.joined(separator: " and "))",
        evidence: found.examples(rows))
    ]
  }

  private func value(_ bound: Bound, _ isDate: Bool) -> Double? { isDate ? bound.date : bound.number }
}

extension CheckedColumn {
  /// nil where it holds neither numbers nor dates.
  var isDate: Bool? { meaning == .dates ? true : meaning == .numbers ? false : nil }
}
