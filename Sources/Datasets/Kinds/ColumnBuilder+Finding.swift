/// What a column turned out to be.
enum ColumnOutcome {
  case found(Column, ColumnFinding, spelling: Words?)
  /// It holds words after all, or numbers that are written otherwise: it has to be read again.
  case again
}

extension ColumnBuilder {
  /// A column is one of numbers, or of dates, where at most one value of ten is something else.
  static func isMostly(_ agreed: Int, of present: Int) -> Bool { agreed > 0 && 10 * (present - agreed) <= present }

  /// Decides what the column holds, of which the rows are at `lines`.
  ///
  /// Throws `badValue` for a value that is not of the recorded kind.
  func finish(lines: [Int]) throws(DatasetError) -> ColumnOutcome {
    switch task {
    case .recorded(let reading): return try finish(as: reading, lines)
    case .asked(let asked), .again(let asked?): return finish(asking: asked, lines)
    case .find, .again(nil): return context.format.rules == .first ? finishByFirstRules(lines) : find(lines)
    }
  }

  private func find(_ lines: [Int]) -> ColumnOutcome {
    switch sort {
    case .nothing, .undecided: return nothing(lines)
    case .numbers:
      if oddRows.isEmpty { return numbers(NumberNotation(decimal: context.format.decimal), nil, lines) }
      let census = ValueCensus(oddCodes, list, context, most: Self.mostCategories)
      let plain = values.count - emptyCount - oddRows.count
      guard !census.isPartial, let reading = census.numbers(plain: plain),
        reading.notation.decimal == context.format.decimal, reading.notation.mayLackUnit,
        Self.isMostly(reading.agreed, of: plain + census.present)
      else { return .again }
      return numbers(reading.notation, census, lines, ambiguous: reading.ambiguous)
    case .dates:
      if oddRows.isEmpty { return dates(nil, nil, lines) }
      let census = ValueCensus(oddCodes, list, context, most: Self.mostCategories)
      let plain = values.count - emptyCount - oddRows.count
      guard !census.isPartial, let reading = census.dates(plain: plain, asked: nil),
        Self.isMostly(reading.agreed, of: plain + census.present)
      else { return .again }
      return dates(reading.agreed > plain ? reading.notation : nil, census, lines, ambiguous: reading.ambiguous)
    case .words:
      var census = ValueCensus(codes, list, context, most: Self.mostCategories)
      func isNumbers() -> Bool { Self.isMostly(census.numbers(plain: 0)?.agreed ?? 0, of: census.present) }
      func isDates() -> Bool { Self.isMostly(census.dates(plain: 0, asked: nil)?.agreed ?? 0, of: census.present) }
      if census.isPartial, isNumbers() || isDates() { census = ValueCensus(codes, list, context) }
      if isNumbers(), let reading = census.numbers(plain: 0) {
        return numbers(reading.notation, census, lines, ambiguous: reading.ambiguous)
      }
      if isDates(), let reading = census.dates(plain: 0, asked: nil) {
        return dates(reading.notation, census, lines, ambiguous: reading.ambiguous)
      }
      return words(census, lines)
    }
  }

  /// Of the kind that was asked for, whatever else there is.
  private func finish(asking asked: AskedKind, _ lines: [Int]) -> ColumnOutcome {
    switch asked.kind {
    case .id, .ignored, .missing:
      var finding = ColumnFinding(name: name, reading: ColumnReading(kind: asked.kind))
      finding.reason = "asked for"
      return leftOut(finding, lines)
    case .category, .text:
      return words(ValueCensus(codes, list, context, most: Self.mostCategories), lines, asked.kind)
    case .number:
      let isWords = sort == .words
      let census = ValueCensus(isWords ? codes : oddCodes, list, context)
      let plain = isWords ? 0 : values.count - emptyCount - oddRows.count
      let own = NumberNotation(decimal: context.format.decimal)
      let reading = census.numbers(plain: plain) ?? .init(notation: own, agreed: 0)
      if !isWords, reading.notation.decimal != own.decimal || !reading.notation.mayLackUnit { return .again }
      return numbers(reading.notation, census, lines, ambiguous: reading.ambiguous, isAsked: true)
    case .date:
      let isWords = sort == .words
      let census = ValueCensus(isWords ? codes : oddCodes, list, context)
      let plain = isWords ? 0 : values.count - emptyCount - oddRows.count
      let reading = census.dates(plain: plain, asked: asked.dates)
      let order = reading.map(\.agreed) ?? 0 > plain ? reading?.notation : asked.dates
      return dates(order, census, lines, ambiguous: reading?.ambiguous, isAsked: true)
    }
  }

  /// No feature; its values are there if they were read.
  private func leftOut(_ finding: ColumnFinding, _ lines: [Int]) -> ColumnOutcome {
    if sort != .words { return .found(.leftOut(finding.kind, count: lines.count), finding, spelling: nil) }
    var finding = finding
    finding.missing = codes.count { $0 < 0 }
    return .found(.texts(Words(list, codes)), finding, spelling: nil)
  }

  /// As a fit recorded it, or as `kinds` say.
  private func finish(as reading: ColumnReading, _ lines: [Int]) throws(DatasetError) -> ColumnOutcome {
    switch reading.kind {
    case .id, .ignored: return leftOut(ColumnFinding(name: name, reading: reading), lines)
    case .missing: return nothing(lines)
    case .category, .text:
      return words(ValueCensus(codes, list, context, most: Self.mostCategories), lines, reading.kind)
    case .number, .date:
      let census = ValueCensus(sort == .words ? codes : oddCodes, list, context)
      let isNumber = reading.kind == .number
      let outcome =
        isNumber
        ? numbers(reading.numbers ?? NumberNotation(decimal: context.format.decimal), census, lines)
        : dates(reading.dates, census, lines)
      guard case .found(let column, var finding, let spelling) = outcome else { return outcome }
      if !reading.takesOddValues, let odd = finding.oddValues.first {
        throw .badValue(odd.value, column: name, line: odd.line, expected: reading.kind)
      }
      finding.reading = reading
      return .found(column, finding, spelling: spelling)
    }
  }

  /// Fits that recorded no kinds: one odd value makes words of a column.
  private func finishByFirstRules(_ lines: [Int]) -> ColumnOutcome {
    switch sort {
    case .nothing, .undecided: return nothing(lines)
    case .numbers, .dates:
      if !oddRows.isEmpty { return .again }
      return sort == .numbers ? numbers(NumberNotation(), nil, lines) : dates(nil, nil, lines)
    case .words: return words(nil, lines)
    }
  }

  /// A column without a value but spelled-out missing ones.
  func nothing(_ lines: [Int]) -> ColumnOutcome {
    var finding = ColumnFinding(name: name, reading: ColumnReading(kind: .missing))
    finding.reason = "no value in any row"
    finding.missing = lines.count
    if !oddRows.isEmpty { finding.marks = ValueCensus(oddCodes, list, context).marks }
    return .found(.missing(count: lines.count), finding, spelling: nil)
  }
}
