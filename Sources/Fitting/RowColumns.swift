import Datasets

// Columns that say something about rows and are no features: how much a row counts, which rows belong together,
// and which come first.
extension Table {
  /// The weights of `rows`, on average 1.
  ///
  /// Throws `missingColumn`, `wrongKind`, and `badRow` or `unsuitable` for what cannot be weights.
  func weights(_ name: String, rows: [Int]) throws(DatasetError) -> [Float] {
    let column = try column(name)
    guard case .numbers(let values) = column else {
      throw .wrongKind(column: name, expected: .number, found: column.kind)
    }
    for row in rows where !(values[row] >= 0 && values[row].isFinite) {
      let problem = values[row].isNaN ? "there is no weight" : "the weight \(values[row]) is below 0"
      throw .badRow(line: lines[row], problem: "\(problem) in the column \(quoted(name))")
    }
    // In units of the largest, whose sum is in range.
    let largest = rows.map { values[$0] }.max() ?? 0
    if largest == 0 { throw .unsuitable("All weights of the training rows are 0, in the column \(quoted(name))") }
    let mean = rows.reduce(0) { $0 + values[$1] / largest } / Double(rows.count)
    return rows.map { Float(values[$0] / largest / mean) }
  }

  /// The group of each of `rows`, as a number. Throws `missingColumn`, `wrongKind`, and `badRow` for a row without a group.
  func groups(_ name: String, rows: [Int]) throws(DatasetError) -> [Int] {
    let column = try column(name)
    func checked(_ row: Int, _ hasValue: Bool) throws(DatasetError) {
      if !hasValue { throw .badRow(line: lines[row], problem: "there is no group in the column \(quoted(name))") }
    }
    var groups: [Int] = []
    switch column {
    case .categories(let words), .texts(let words):
      for row in rows {
        try checked(row, words.codes[row] >= 0)
        groups.append(Int(words.codes[row]))
      }
    case .numbers(let values), .dates(let values):
      var places: [Double: Int] = [:]
      for row in rows {
        try checked(row, !values[row].isNaN)
        groups.append(places[values[row], default: places.count])
        places[values[row]] = groups.last
      }
    case .missing, .leftOut: throw .wrongKind(column: name, expected: .category, found: column.kind)
    }
    return groups
  }

  /// The time of each of `rows`. Throws `missingColumn`, `wrongKind`, and `badRow` for a row without a time.
  func times(_ name: String, rows: [Int]) throws(DatasetError) -> [Double] {
    let column = try column(name)
    switch column {
    case .numbers(let values), .dates(let values):
      for row in rows where values[row].isNaN {
        throw .badRow(line: lines[row], problem: "there is no time in the column \(quoted(name))")
      }
      return rows.map { values[$0] }
    default: throw .wrongKind(column: name, expected: .date, found: column.kind)
    }
  }
}
