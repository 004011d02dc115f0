import Datasets

/// A column as checks see it: what it means, whether it was read as numbers and dates or only as it is written.
///
/// A column of words is one of numbers or dates where at least eight of ten of its values are, spelled-out missing ones left
/// aside, however they are written.
package struct CheckedColumn: Sendable {
  package enum Meaning: Sendable { case numbers, dates, categories, texts, nothing }

  package let name: String
  package let column: Column
  package let meaning: Meaning
  /// How the values are written; nil where that is not known any more.
  package let words: Words?
  /// Rows of each level of `words`.
  let counts: [Int]
  /// What each level is, in columns of numbers and dates.
  let spelled: [SpelledText]
  /// Levels that stand for a missing value.
  let marks: [Int]
  /// The unit that most values have, where they have one.
  let unit: String?
  /// Row by row, in columns of numbers and dates, those in seconds since 1970; NaN where there is none. Values that stand for
  /// a missing one are NaN.
  package let values: [Double]
  /// Numbers that stand for a missing one, as -999, and were left out of `values`.
  let sentinels: [Double]

  package init(_ name: String, _ column: Column) {
    (self.name, self.column) = (name, column)
    switch column {
    case .numbers(let numbers), .dates(let numbers):
      meaning = column.kind == .date ? .dates : .numbers
      (words, counts, spelled, marks, unit) = (nil, [], [], [], nil)
      sentinels = Self.sentinels(of: numbers, isDate: column.kind == .date)
      values = Self.without(sentinels, numbers)
    case .categories(let words), .texts(let words):
      let counts = words.levelCounts
      let used = counts.indices.filter { counts[$0] > 0 }
      let kind = Self.meaning(words, counts, used)
      var unit: String?
      if kind == .numbers || kind == .dates {
        let spelled = counts.indices.map { SpelledText(words.level($0)) }
        self.spelled = spelled
        marks = used.filter { spelled[$0].isMark }
        if kind == .numbers { unit = Self.usualUnit(spelled, counts) }
        let order = Self.usualOrder(spelled, counts)
        let ofLevels = spelled.map { kind == .dates ? $0.date?.seconds(order) ?? .nan : Self.number($0, in: unit) }
        let numbers = words.codes.map { $0 < 0 ? .nan : ofLevels[Int($0)] }
        sentinels = Self.sentinels(of: numbers, isDate: kind == .dates)
        values = Self.without(sentinels, numbers)
      } else {
        (spelled, values, sentinels) = ([], [], [])
        let rows = words.codes.count
        // A class may be called 'none', a person 'Null': only what is rare stands for a missing value.
        marks = used.filter { 20 * counts[$0] <= rows && SpelledText.isMark(words.level($0)) }
      }
      (self.words, self.counts, self.unit, meaning) = (words, counts, unit, kind)
    case .missing, .leftOut:
      (meaning, words, counts, spelled, marks, unit) = (.nothing, nil, [], [], [], nil)
      (values, sentinels) = ([], [])
    }
  }

  var count: Int { column.count }

  // MARK: What it means

  private static func meaning(_ words: Words, _ counts: [Int], _ used: [Int]) -> Meaning {
    if used.isEmpty { return .nothing }
    var (numbers, dates, present) = (0, 0, 0)
    for index in stride(from: 0, to: used.count, by: max(1, used.count / 2_000)) {
      let text = SpelledText(words.level(used[index]))
      if text.isMark { continue }
      let count = counts[used[index]]
      present += count
      if text.number != nil { numbers += count }
      if text.date != nil { dates += count }
    }
    if present > 0, 10 * numbers >= 8 * present { return .numbers }
    if present > 0, 10 * dates >= 8 * present { return .dates }
    let rows = used.reduce(0) { $0 + counts[$1] }
    return used.count <= 1_000 && 2 * used.count <= rows ? .categories : .texts
  }

  private static func usualUnit(_ spelled: [SpelledText], _ counts: [Int]) -> String? {
    var (rows, all): ([String: Int], Int) = ([:], 0)
    for (text, count) in zip(spelled, counts) where text.number != nil {
      all += count
      if case .unit(let unit) = text.form { rows[unit, default: 0] += count }
    }
    guard let most = rows.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), 2 * most.value > all else { return nil }
    return most.key
  }

  private static func number(_ text: SpelledText, in usual: String?) -> Double {
    guard let number = text.number else { return .nan }
    guard case .unit(let unit) = text.form, let usual, unit != usual else { return number }
    return UnitScale.converted(number, from: unit, to: usual) ?? .nan
  }

  /// The order of day and month that reads most of the values.
  static func usualOrder(_ words: Words) -> DateOrder {
    usualOrder((0..<words.levelCount).map { SpelledText(words.level($0)) }, words.levelCounts)
  }

  private static func usualOrder(_ spelled: [SpelledText], _ counts: [Int]) -> DateOrder {
    var (day, month, points) = (0, 0, 0)
    for (text, count) in zip(spelled, counts) {
      guard let date = text.date else { continue }
      if date.dayFirst != nil { day += count }
      if date.monthFirst != nil { month += count }
      if case .date(let pattern) = text.form, pattern.contains(".") { points += count }
    }
    return day > month || (day == month && points > 0) ? .dayFirst : .monthFirst
  }

  // MARK: Numbers that stand for missing ones

  private static let large = [-99.0, -999, -9_999, -99_999, -999_999, 999, 9_999, 99_999, 999_999, 9_999_999]
  /// 1900-01-01, 1970-01-01, 9999-12-31.
  private static let dates = [-2_208_988_800.0, 0, 253_402_214_400]

  private static func sentinels(of values: [Double], isDate: Bool) -> [Double] {
    let candidates = isDate ? dates : large + [-1, -9]
    var counts: [Double: Int] = [:]
    for value in values where candidates.contains(value) { counts[value, default: 0] += 1 }
    if counts.isEmpty { return [] }
    let rest = values.filter { !$0.isNaN && counts[$0] == nil }.sorted()
    guard rest.count >= 20 else { return [] }
    let (low, high) = (rest[rest.count / 100], rest[rest.count - 1 - rest.count / 100])
    let span = max(high - low, .ulpOfOne)
    return candidates.filter { candidate in
      guard let count = counts[candidate], 2 * count < rest.count else { return false }
      if !isDate, abs(candidate) < 99 { return count >= 5 && low >= 0 && rest[rest.count / 200] >= 0 }
      return count >= 2 && (candidate < low - span || candidate > high + span)
    }
  }

  private static func without(_ sentinels: [Double], _ values: [Double]) -> [Double] {
    sentinels.isEmpty ? values : values.map { sentinels.contains($0) ? .nan : $0 }
  }
}
