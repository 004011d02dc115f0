/// The columns that a builder's values make.
extension ColumnBuilder {
  /// Numbers of this notation; whatever else there is counts as missing.
  func numbers(
    _ notation: NumberNotation, _ census: ValueCensus?, _ lines: [Int], ambiguous: String? = nil, isAsked: Bool = false
  ) -> ColumnOutcome {
    let byCode = census.map { census in
      Dictionary(
        uniqueKeysWithValues: census.levels.compactMap { level in
          census.value(level, notation).map { (Int32(level.code), $0) }
        })
    }
    var (numbers, odd) = filled(byCode ?? [:])
    let sentinels = context.missing.numbers
    if !sentinels.isEmpty { for row in numbers.indices where sentinels.contains(numbers[row]) { numbers[row] = .nan } }
    var finding = ColumnFinding(name: name, reading: ColumnReading(kind: .number))
    odd = record(odd, census, numbers, lines, into: &finding)
    let isPlain = notation == NumberNotation(decimal: context.format.decimal) && !respelled(census, notation)
    finding.reading.numbers = isPlain ? nil : notation
    finding.reading.takesOddValues = !odd.isEmpty || isAsked
    finding.reason = reason(notation, isPlain, isAsked, odd: odd.count)
    if let ambiguous, let value = byCode?.first(where: { list[Int($0.key)] == ambiguous })?.value {
      finding.notes.append(
        "\(quoted(ambiguous)) is read as \(value.plain): --decimal \(notation.decimal.other.rawValue) reads it otherwise"
      )
    }
    if let census, !isPlain, sort == .numbers { noteRespelled(census, notation, lines, into: &finding) }
    if !isAsked, !odd.isEmpty { warnOfOddValues(&finding) }
    return .found(
      .numbers(numbers), finding,
      spelling: sort == .words && name == context.target ? Words(list, codes) : nil)
  }

  /// Seconds of dates, ISO 8601 or of this order.
  func dates(
    _ order: DateOrder?, _ census: ValueCensus?, _ lines: [Int], ambiguous: String? = nil, isAsked: Bool = false
  ) -> ColumnOutcome {
    let byCode = census.map { census in
      Dictionary(
        uniqueKeysWithValues: census.levels.compactMap { level in
          level.date?.seconds(order ?? .monthFirst).map { (Int32(level.code), $0) }
        })
    }
    var (seconds, odd) = filled(byCode ?? [:])
    var finding = ColumnFinding(name: name, reading: ColumnReading(kind: .date, dates: order))
    odd = record(odd, census, seconds, lines, into: &finding)
    finding.reading.takesOddValues = !odd.isEmpty || isAsked
    let settled = order == nil || census?.levels.contains { $0.date?.isAmbiguous == true } != true
    finding.reason =
      (isAsked ? "asked for" : odd.isEmpty ? "dates" : "mostly dates")
      + (order == nil ? ", ISO 8601" : settled ? "" : order == .dayFirst ? ", day before month" : ", month before day")
    if let ambiguous, let order, let value = byCode?.first(where: { list[Int($0.key)] == ambiguous })?.value {
      let other: DateOrder = order == .dayFirst ? .monthFirst : .dayFirst
      finding.warnings.append(
        "\(quoted(ambiguous)) is read as \(isoDay(value)), and no value says which is meant: "
          + "--kind \(argument("\(name)=date:\(other.rawValue)")) reads \(other == .dayFirst ? "the day" : "the month") first"
      )
    }
    if !isAsked, !odd.isEmpty { warnOfOddValues(&finding) }
    return .found(.dates(seconds), finding, spelling: nil)
  }

  /// Whether so many different words among all are categories.
  static func repeats(_ different: Int, of present: Int) -> Bool {
    different <= mostCategories && 2 * different <= present
  }

  /// Categories where words repeat, texts else.
  func words(_ census: ValueCensus?, _ lines: [Int], _ asked: ColumnKind? = nil) -> ColumnOutcome {
    let column = Words(list, codes)
    let present = codes.count { $0 >= 0 }
    let different = list.count
    let repeats = Self.repeats(different, of: present)
    let kind = asked ?? (repeats ? .category : .text)
    var finding = ColumnFinding(name: name, reading: ColumnReading(kind: kind))
    finding.missing = lines.count - present
    finding.reason =
      asked != nil
      ? "asked for"
      : repeats
        ? "\(plural(different, "word")) that repeat" : "\(plural(different, "word")) in \(plural(present, "row"))"
    if present == 0, asked == nil { return nothing(lines) }
    if let census, asked == nil {
      if kind == .category {
        for (mark, count) in census.marks.sorted(by: { $0.key < $1.key }) {
          finding.notes.append(
            "\(quoted(mark)) is a category of \(plural(count, "row")): --na \(argument(mark)) makes it a missing value")
        }
      }
      warnOfNumbers(census, lines, &finding)
    }
    return .found(kind == .category ? .categories(column) : .texts(column), finding, spelling: nil)
  }

  // MARK: What is odd

  /// The values with those of words in their rows, and the rows that have neither.
  private func filled(_ byCode: [Int32: Double]) -> (values: [Double], odd: [(row: Int, code: Int32)]) {
    var odd: [(row: Int, code: Int32)] = []
    if sort == .words {
      let values = codes.enumerated().map { row, code -> Double in
        if code < 0 { return .nan }
        if let value = byCode[code] { return value }
        odd.append((row, code))
        return .nan
      }
      return (values, odd)
    }
    var values = values
    for (row, code) in zip(oddRows, oddCodes) {
      if let value = byCode[code] { values[row] = value } else { odd.append((row, code)) }
    }
    return (values, odd)
  }

  /// Notes what is missing; returns those of the odd rows whose value is no spelled-out missing one.
  private func record(
    _ rows: [(row: Int, code: Int32)], _ census: ValueCensus?, _ values: [Double], _ lines: [Int],
    into finding: inout ColumnFinding
  ) -> [(row: Int, code: Int32)] {
    let isCounted = census == nil && context.missing.numbers.isEmpty
    finding.missing = isCounted ? emptyCount : values.count { $0.isNaN }
    guard let census else { return [] }
    let isMark = Set(census.levels.filter(\.isMark).map { Int32($0.code) })
    finding.marks = census.marks
    let odd = rows.filter { !isMark.contains($0.code) }
    finding.oddCount = odd.count
    finding.oddValues = odd.prefix(3).map { .init(value: list[Int($0.code)], line: lines[$0.row]) }
    return odd
  }

  private func warnOfOddValues(_ finding: inout ColumnFinding) {
    let what = finding.kind == .date ? "dates" : "numbers"
    let others = finding.oddCount == 1 ? "1 other value, which counts" : "\(finding.oddCount) other values, which count"
    finding.warnings.append(
      "mostly \(what), but \(others) as missing: \(places(finding.oddValues, of: finding.oddCount)). "
        + "--kind \(argument("\(name)=category")) keeps them as words")
  }

  /// Words of which half or more are numbers.
  private func warnOfNumbers(_ census: ValueCensus, _ lines: [Int], _ finding: inout ColumnFinding) {
    guard let reading = census.numbers(plain: 0), 2 * reading.agreed >= census.present else { return }
    let isNumber = Set(
      census.levels.filter { $0.isMark || census.value($0, reading.notation) != nil }.map { Int32($0.code) })
    let odd = codes.enumerated().lazy.filter { $1 >= 0 && !isNumber.contains($1) }
    let first = odd.prefix(3).map { ColumnFinding.Place(value: list[Int($1)], line: lines[$0]) }
    let count = census.present - reading.agreed
    if count == 0 || census.isPartial { return }
    let share = Int((100 * Double(reading.agreed) / Double(census.present)).rounded(.down))
    finding.warnings.append(
      "\(share) % are numbers, but \(plural(count, "other value")) make words of the column: \(places(Array(first), of: count)). "
        + "--kind \(argument("\(name)=number")) counts them as missing")
  }

  private func respelled(_ census: ValueCensus?, _ notation: NumberNotation) -> Bool {
    census?.levels.contains { $0.number == nil && census!.value($0, notation) != nil } ?? false
  }

  /// A few values that are written otherwise than the others.
  private func noteRespelled(
    _ census: ValueCensus, _ notation: NumberNotation, _ lines: [Int], into finding: inout ColumnFinding
  ) {
    let levels = census.levels.filter { $0.number == nil && census.value($0, notation) != nil }
    guard let first = levels.first, let place = oddCodes.firstIndex(of: Int32(first.code)) else { return }
    let count = levels.reduce(0) { $0 + $1.count }
    finding.notes.append(
      "\(plural(count, "value")) written otherwise than plain numbers: \(quoted(list[first.code])) "
        + "(line \(lines[oddRows[place]])) is read as \(census.value(first, notation)!.plain)")
  }

  private func reason(_ notation: NumberNotation, _ isPlain: Bool, _ isAsked: Bool, odd: Int) -> String {
    if isAsked { return "asked for" }
    let what = notation.unit == "%" ? "percentages" : notation.unit.map { "amounts in \($0)" } ?? "numbers"
    let comma = notation.decimal == .comma && context.format.decimal == .point ? " with decimal commas" : ""
    return (odd > 0 ? "mostly " : "") + what + comma
  }
}

/// `'n/a' (line 7), 'inf' (line 9), …`
package func places(_ places: [ColumnFinding.Place], of count: Int) -> String {
  places.map { "\(quoted($0.value)) (line \($0.line))" }.joined(separator: ", ") + (count > places.count ? ", …" : "")
}

/// A word as a shell takes it.
func argument(_ text: String) -> String {
  let isPlain =
    !text.isEmpty
    && text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789_-=:./%+".unicodeScalars.contains($0) }
  return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}

extension Double {
  /// Without `.0`.
  var plain: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}

/// `2024-03-09`
func isoDay(_ seconds: Double) -> String {
  guard abs(seconds) < 1e12 else { return "\(seconds)" }
  let day = CalendarDay(Int((seconds / 86400).rounded(.down)))
  func padded(_ number: Int, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
  }
  return "\(padded(day.year, 4))-\(padded(day.month, 2))-\(padded(day.day, 2))"
}
