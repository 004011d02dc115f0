/// The different values of a column that are no plain numbers or dates of the sort expected, and what each could be.
struct ValueCensus {
  struct Level {
    let code: Int
    /// Rows.
    let count: Int
    let isMark: Bool
    let number: Double?
    let spelled: SpelledNumber?
    let date: SpelledDate?
  }

  private(set) var levels: [Level] = []
  /// Only the first levels were looked at, the others are too many.
  let isPartial: Bool
  private let context: ColumnContext
  private let words: WordList

  /// Of the words with these codes; at most `most` different ones.
  init(_ codes: [Int32], _ words: WordList, _ context: ColumnContext, most: Int = .max) {
    self.context = context
    self.words = words
    var counts = [Int](repeating: 0, count: words.count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    let used = Array(counts.indices.lazy.filter { counts[$0] > 0 }.prefix(most == .max ? most : most + 1))
    isPartial = used.count > most
    levels = used.prefix(most).map { code in
      words.withBytes(of: code) { bytes in
        let number = ValueParsing.number(bytes, decimal: context.format.decimal.byte)
        let isMark = number == nil && context.missing.isInNumbers(bytes)
        let spelled = number == nil && !isMark ? SpelledNumber(bytes) : nil
        return Level(
          code: code, count: counts[code], isMark: isMark, number: number, spelled: spelled,
          date: number == nil && !isMark ? SpelledDate(bytes) : nil)
      }
    }
  }

  /// Rows whose value is no spelled-out missing one.
  var present: Int { levels.reduce(0) { $0 + ($1.isMark ? 0 : $1.count) } }
  var marks: [String: Int] {
    Dictionary(uniqueKeysWithValues: levels.filter(\.isMark).map { (words[$0.code], $0.count) })
  }

  /// A way to read a column, and how many rows agree with it.
  struct Reading<Notation> {
    var notation: Notation
    var agreed: Int
    /// A value that another notation would read otherwise, and none says which is meant.
    var ambiguous: String?
  }

  /// How most of the values are numbers, with `plain` numbers besides them; nil where none is.
  func numbers(plain: Int) -> Reading<NumberNotation>? {
    let own = context.format.decimal
    let units = [nil] + Set(levels.compactMap(\.spelled?.unit)).sorted().map(Optional.some)
    var best: Reading<NumberNotation>?
    for decimal in context.decimalIsSettled ? [own] : [own, own.other] {
      for unit in units {
        let notation = NumberNotation(decimal: decimal, unit: unit)
        var agreed = decimal == own && notation.mayLackUnit ? plain : 0
        for level in levels where value(level, notation) != nil { agreed += level.count }
        if agreed > best?.agreed ?? 0 { best = Reading(notation: notation, agreed: agreed) }
      }
    }
    guard var best else { return nil }
    let spelled = levels.filter { $0.spelled != nil && value($0, best.notation) != nil }
    let telling = spelled.contains { !$0.spelled!.isAmbiguous && $0.spelled!.value(best.notation.decimal.other) == nil }
    if !context.decimalIsSettled, !telling, let first = spelled.first(where: { $0.spelled!.isAmbiguous }) {
      best.ambiguous = words[first.code]
    }
    return best
  }

  /// nil where the level is no number of this notation.
  func value(_ level: Level, _ notation: NumberNotation) -> Double? {
    if let number = level.number {
      if notation.decimal == context.format.decimal { return notation.mayLackUnit ? number : nil }
      return words.withBytes(of: level.code) { notation.value($0) }
    }
    return level.spelled.flatMap { notation.value($0) }
  }

  /// How most of the values are dates, with `plain` ISO dates besides them; the order that fits most, of equals the one
  /// that is usual where the file comes from.
  func dates(plain: Int, asked: DateOrder?) -> Reading<DateOrder>? {
    func agreed(_ order: DateOrder) -> Int {
      levels.reduce(plain) { $0 + ($1.date?.seconds(order) == nil ? 0 : $1.count) }
    }
    let isEuropean = context.format.decimal == .comma || context.format.delimiter == ";"
    let first = levels.first { $0.date?.isAmbiguous == true }
    let hasPoints = first.map { words[$0.code].prefix { $0 != " " }.contains(".") } ?? false
    let usual: DateOrder = asked ?? (isEuropean || hasPoints ? .dayFirst : .monthFirst)
    let other: DateOrder = usual == .dayFirst ? .monthFirst : .dayFirst
    let order = asked == nil && agreed(other) > agreed(usual) ? other : usual
    if agreed(order) == 0 { return nil }
    let isTold = asked != nil || hasPoints || agreed(.dayFirst) != agreed(.monthFirst)
    return Reading(notation: order, agreed: agreed(order), ambiguous: isTold ? nil : first.map { words[$0.code] })
  }
}
