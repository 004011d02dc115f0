import Datasets

/// Numbers and dates below a bound become the bound, and those above another.
package struct Clip: Repair {
  package static let name = "clip"
  package static let summary = "move numbers and dates beyond bounds to the bounds"
  package static let stage = RepairStage.limit
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, least, most }

  package let column: String
  package let least: Bound?
  package let most: Bound?
  package var neededColumns: [String] { [column] }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    guard least != nil || most != nil else { return .impossible("it needs the least or the most value") }
    let before = state.column(column)
    guard let values = before.numbers else {
      return .impossible(
        "the column \(quoted(column)) holds no numbers: parse-numbers or parse-dates makes some of texts")
    }
    let isDate = before.kind == .date
    let bounds = [least, most].map { bound in bound.flatMap { isDate ? $0.date : $0.number } }
    for (bound, value) in zip([least, most], bounds) where bound != nil && value == nil {
      return .impossible("\(quoted(bound!.text)) is no \(isDate ? "date" : "number")")
    }
    let (low, high) = (bounds[0] ?? -.infinity, bounds[1] ?? .infinity)
    if low > high { return .impossible("the least value is above the most") }
    let clipped = values.map { $0.isNaN ? $0 : min(max($0, low), high) }
    state.replace(column, isDate ? .dates(clipped) : .numbers(clipped))
    return .changed(zip(values, clipped).count { $0 != $1 && !$0.isNaN })
  }
}

extension Column {
  /// Of numbers and dates.
  var numbers: [Double]? {
    switch self {
    case .numbers(let values), .dates(let values): values
    default: nil
    }
  }
}
