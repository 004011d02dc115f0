import Datasets

/// Values become missing: those that are listed, those of the rows that are listed, or those that are in both lists.
package struct SetMissing: Repair {
  package static let name = "set-missing"
  package static let summary = "make values missing: those listed, and those of the rows listed"
  package static let stage = RepairStage.unset
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, values, rows }

  package let column: String
  package let values: [String]?
  package let rows: [Int]?
  package var neededColumns: [String] { [column] }

  package init(column: String, values: [String]? = nil, rows: [Int]? = nil) {
    (self.column, self.values, self.rows) = (column, values, rows)
  }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    guard values != nil || rows != nil else { return .impossible("it needs values or rows") }
    let before = state.column(column)
    let places = rows.map { state.places(of: $0) } ?? Array(0..<state.table.rowCount)
    switch before {
    case .numbers(var numbers), .dates(var numbers):
      let isDate = before.kind == .date
      let listed = values.map { $0.map { Bound($0) } }
      if let odd = listed?.firstIndex(where: { isDate ? $0.date == nil && $0.number == nil : $0.number == nil }) {
        return .impossible("\(quoted(values![odd])) is no value of the column \(quoted(column))")
      }
      let wanted = listed.map { Set($0.compactMap { isDate ? $0.date ?? $0.number : $0.number }) }
      let found = places.filter { !numbers[$0].isNaN && wanted?.contains(numbers[$0]) ?? true }
      for row in found { numbers[row] = .nan }
      state.replace(column, isDate ? .dates(numbers) : .numbers(numbers))
      return .changed(found.count)
    case .categories(let words), .texts(let words):
      let wanted = values.map { Set($0) }
      let isWanted = (0..<words.levelCount).map { wanted?.contains(words.level($0)) ?? true }
      var codes = words.codes
      let found = places.filter { codes[$0] >= 0 && isWanted[Int(codes[$0])] }
      for row in found { codes[row] = -1 }
      state.replace(column, before.with(Words(levels: words.levels, codes: codes)))
      return .changed(found.count)
    case .missing: return .changed(0)
    case .leftOut: return .impossible("the column \(quoted(column)) was left out when the table was read")
    }
  }
}
