extension Preprocessing {
  /// The columns of `rows` of a table as they are, all rows if nil; further columns are ignored.
  ///
  /// Throws `missingColumn`, `wrongKind`, and `unseen` where unseen categories are to be refused. Traps where the features
  /// are scaled.
  package func featureColumns(of table: Table, rows: [Int]? = nil) throws(DatasetError) -> FeatureColumns {
    precondition(form == .columns, "the features are scaled")
    let rows = rows ?? Array(0..<table.rowCount)
    var result: [FeatureColumns.Values] = []
    for encoded in columns { result += try values(encoded, of: table, rows) }
    return FeatureColumns(rows: rows.count, columns: result)
  }

  private func values(
    _ encoded: EncodedColumn, of table: Table, _ rows: [Int]
  ) throws(DatasetError) -> [FeatureColumns.Values] {
    let column = try column(encoded, of: table)
    switch (encoded.encoding, column) {
    case (.plainNumber, .numbers(let values)): return [.numbers(rows.map { values[$0] })]
    case (.plainDate(let parts), .dates(let values)):
      return [.numbers(rows.map { values[$0] })] + parts.map { $0.values(rows.lazy.map { values[$0] }) }
    case (.code(let levels), .categories(let words)), (.code(let levels), .texts(let words)):
      let places = Self.places(of: words, among: levels)
      var codes = [Int32](repeating: -1, count: rows.count)
      for (index, row) in rows.enumerated() where words.codes[row] >= 0 {
        if let place = places[Int(words.codes[row])] {
          codes[index] = Int32(place)
        } else {
          try checkUnseen(words, row, encoded.name, table)
        }
      }
      return [.codes(codes, levels: levels.count)]
    case (let encoding, .missing):
      let none = [Double](repeating: .nan, count: rows.count)
      let noCodes = [Int32](repeating: -1, count: rows.count)
      return switch encoding {
      case .code(let levels): [.codes(noCodes, levels: levels.count)]
      case .plainDate(let parts): [.numbers(none)] + parts.map { $0.values(none) }
      default: [.numbers(none)]
      }
    default:
      throw .wrongKind(column: encoded.name, expected: encoded.encoding.kind, found: column.kind)
    }
  }
}

extension DatePart {
  /// The part of dates as one column: the day of the year from 0, the weekday from Monday as a code, the seconds since
  /// midnight.
  fileprivate func values(_ seconds: some Collection<Double>) -> FeatureColumns.Values {
    switch self {
    case .season: .numbers(seconds.map { $0.isNaN ? $0 : Double(Self.day($0).dayOfYear) })
    case .weekday: .codes(seconds.map { $0.isNaN ? -1 : Int32(Self.day($0).weekday) }, levels: 7)
    case .timeOfDay: .numbers(seconds.map { $0 - 86400 * ($0 / 86400).rounded(.down) })
    }
  }

  private static func day(_ seconds: Double) -> CalendarDay { CalendarDay((seconds / 86400).rounded(.down)) }
}
