extension ColumnFinding {
  /// What there is to say of a column of a source whose values have types: words are categories or texts, a name of rows is one
  /// by its name. The values stay.
  package static func found(
    _ name: String, in column: Column, lines: [Int]
  ) -> (column: Column, finding: ColumnFinding) {
    var column = column
    if case .texts(let words) = column, ColumnBuilder.repeats(words.list.count, of: column.count - column.missingCount)
    {
      column = .categories(words)
    }
    if column.count > 0, column.missingCount == column.count { column = .missing(count: column.count) }
    var finding = ColumnFinding(
      name: name, reading: ColumnReading(kind: column.kind), reason: "as in the source", missing: column.missingCount)
    column = finding.judge(column, lines: lines, keepsIDs: true)
    return (column, finding)
  }

  /// Looks at a column whose kind was found out: an id is left out, or is one with its values if `keepsIDs`; whatever else is
  /// odd becomes a warning.
  mutating func judge(_ column: Column, lines: [Int], keepsIDs: Bool = false) -> Column {
    let judged = judge(column, lines)
    return keepsIDs && judged.kind == .id ? column : judged
  }

  private mutating func judge(_ column: Column, _ lines: [Int]) -> Column {
    switch column {
    case .numbers(let values): return judge(numbers: values, column, lines)
    case .categories(let words):
      warnOfNearConstant(words)
      if namesRows {
        warnings.append("its name says id, but its values repeat: --kind \(argument("\(name)=id")) leaves it out")
      }
      return column
    case .texts(let words):
      guard namesRows, words.list.count == words.codes.count else { return column }
      return leaveOut("its name says id, and no value repeats", column)
    case .dates, .missing, .leftOut: return column
    }
  }

  /// `id`, `user_id`, `orderId`, `index`, `Unnamed: 0`
  private var namesRows: Bool {
    let lower = name.lowercased()
    if ["id", "uuid", "guid", "index", "rowid", "row_id", "rownames", "unnamed: 0", "column1"].contains(lower) {
      return true
    }
    return ["_id", "-id", " id", ".id"].contains { lower.hasSuffix($0) } || name.hasSuffix("Id")
      || (name.hasSuffix("ID") && name.count > 2 && name.dropLast(2).last!.isLowercase)
  }

  private mutating func judge(numbers values: [Double], _ column: Column, _ lines: [Int]) -> Column {
    let isWhole = values.allSatisfy { $0 == $0.rounded() && abs($0) < 1e15 }
    let counts =
      isWhole && values.count > 2 && values.indices.dropFirst().allSatisfy { values[$0] == values[$0 - 1] + 1 }
    if isWhole, namesRows {
      let isUnique = counts || Set(values).count == values.count
      // A first column without a name is the number of the row, where programs wrote one.
      if isUnique, name != "column1" || counts { return leaveOut("its name says id, and no value repeats", column) }
      if name != "column1" {
        warnings.append(
          "its name says id, but it is used as a number: --kind \(argument("\(name)=id")) leaves it out, =category makes classes of it"
        )
      }
    } else if counts, values.count >= 20, values[0] == 0 || values[0] == 1 {
      warnings.append("it counts the rows: --kind \(argument("\(name)=id")) leaves it out if it is an id")
    }
    warnOfNearConstant(values)
    warnOfGiants(values, lines)
    return column
  }

  private mutating func leaveOut(_ why: String, _ column: Column) -> Column {
    kind = .id
    reading = ColumnReading(kind: .id)
    reason = why
    notes.append("left out as an id: --kind \(argument("\(name)=\(column.kind.rawValue)")) makes it a feature")
    return .leftOut(.id, count: column.count)
  }

  private mutating func warnOfNearConstant(_ words: Words) {
    guard kind == .category else { return }
    var counts = [Int](repeating: 0, count: words.list.count)
    for code in words.codes where code >= 0 { counts[Int(code)] += 1 }
    let present = counts.reduce(0, +)
    guard let most = counts.indices.max(by: { counts[$0] < counts[$1] }) else { return }
    warnOfNearConstant(quoted(words.list[most]), counts[most], of: present)
  }

  /// The value of more than half of the rows, if there is one, is found without sorting (Boyer and Moore 1981).
  private mutating func warnOfNearConstant(_ all: [Double]) {
    // Where a thousand of them, evenly spaced, have no such value all have none that is in nearly every row.
    let step = max(1, all.count / 1000)
    if step > 1, Self.majority(stride(from: 0, to: all.count, by: step).lazy.map { all[$0] }) == nil { return }
    guard let (value, present) = Self.majority(all) else { return }
    warnOfNearConstant(value.plain, all.count { $0 == value }, of: present)
  }

  private static func majority(_ values: some Sequence<Double>) -> (value: Double, present: Int)? {
    var (candidate, lead, present) = (Double.nan, 0, 0)
    for value in values where !value.isNaN {
      present += 1
      if lead == 0 { candidate = value }
      lead += value == candidate ? 1 : -1
    }
    return lead > present / 2 ? (candidate, present) : nil
  }

  private mutating func warnOfNearConstant(_ value: String, _ count: Int, of present: Int) {
    if count == present, present > 1 {
      warnings.append("every value is \(value): it carries no information")
    } else if present >= 100, 100 * count >= 99 * present {
      warnings.append("nearly constant: \(value) in \(count) of \(present) rows")
    }
  }

  /// A few numbers so large that scaling by their deviation leaves nothing of the others.
  private mutating func warnOfGiants(_ values: [Double], _ lines: [Int]) {
    var largest = 0.0
    for value in values where abs(value) > largest { largest = abs(value) }
    guard largest > 1e6 else { return }
    let limit = largest * 1e-6
    var (giants, present, others) = (0, 0, 0.0)
    for value in values where !value.isNaN {
      present += 1
      if abs(value) > limit { giants += 1 } else { others = max(others, abs(value)) }
    }
    guard giants > 0, 50 * giants <= present || giants == 1, others > 0 else { return }
    let places = values.indices.lazy.filter { abs(values[$0]) > limit }.prefix(3).map {
      Place(value: "\(values[$0])", line: lines[$0])
    }
    warnings.append(
      "\(giants == 1 ? "1 value is" : "\(giants) values are") so large that scaling leaves nothing of the others: "
        + "\(Datasets.places(Array(places), of: giants)). --na \(argument(places.first!.value)) makes it a missing value"
    )
  }
}
