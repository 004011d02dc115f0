import Datasets
import Formats

/// The rows of a column in parts that can be named: levels of categories, quarters of numbers, what is missing.
struct ColumnParts {
  struct Part {
    /// `region = 'north'`, `25 < age ≤ 40`, `income is missing`
    var condition: String
    /// `north`, `25 to 40`, `missing`
    var value: String
    /// Places in the list of rows that was split, ascending.
    var places: [Int]
  }

  private(set) var parts: [Part] = []
  /// Places of rows with a value.
  private(set) var present: [Int] = []
  private(set) var missing: [Int] = []

  /// Numbers with so few different values are split by value.
  private static let fewValues = 5

  /// `rows`: rows of the column, counted from 0; none where the column's values cannot be grouped, as texts.
  init(_ name: String, _ column: Column, rows: [Int]) {
    switch column {
    case .numbers(let values):
      split(rows) { values[$0].isNaN }
      addIntervals(name, rows, values) { Column.numbers([$0]).text(at: 0) ?? "" }
    case .dates(let values):
      split(rows) { values[$0].isNaN }
      addIntervals(name, rows, values, isoDate)
    case .categories(let words):
      split(rows) { words.codes[$0] < 0 }
      var byCode: [Int32: [Int]] = [:]
      for place in present { byCode[words.codes[rows[place]], default: []].append(place) }
      let levels = words.levels
      for (code, places) in byCode.sorted(by: { $0.key < $1.key }) {
        let level = levels[Int(code)]
        parts.append(Part(condition: "\(name) = '\(level)'", value: level, places: places))
      }
    case .texts(let words): split(rows) { words.codes[$0] < 0 }
    case .missing, .leftOut: return
    }
    if !missing.isEmpty, !present.isEmpty {
      parts.append(Part(condition: "\(name) is missing", value: "missing", places: missing))
    }
  }

  private mutating func split(_ rows: [Int], isMissing: (Int) -> Bool) {
    for (place, row) in rows.enumerated() {
      if isMissing(row) { missing.append(place) } else { present.append(place) }
    }
  }

  private mutating func addIntervals(_ name: String, _ rows: [Int], _ values: [Double], _ words: (Double) -> String) {
    let sorted = present.map { values[rows[$0]] }.sorted()
    guard let least = sorted.first, let most = sorted.last, least < most else { return }
    if let few = Self.differing(sorted) {
      for value in few {
        let places = present.filter { values[rows[$0]] == value }
        parts.append(Part(condition: "\(name) = \(words(value))", value: words(value), places: places))
      }
      return
    }
    // Values of the column, not between them, so that a condition holds as it is written.
    let quarters = [1, 2, 3].map { sorted[($0 * sorted.count - 1) / 4] }
    var cuts: [Double] = []
    for cut in quarters where cut < most && cut > cuts.last ?? -.infinity { cuts.append(cut) }
    for index in 0...cuts.count {
      let low = index == 0 ? nil : cuts[index - 1]
      let high = index == cuts.count ? nil : cuts[index]
      let places = present.filter { place in
        let value = values[rows[place]]
        return value > low ?? -.infinity && value <= high ?? .infinity
      }
      switch (low, high) {
      case (nil, let high?): add("\(name) ≤ \(words(high))", "up to \(words(high))", places)
      case (let low?, nil): add("\(name) > \(words(low))", "above \(words(low))", places)
      case (let low?, let high?):
        add("\(words(low)) < \(name) ≤ \(words(high))", "\(words(low)) to \(words(high))", places)
      case (nil, nil): break
      }
    }
  }

  private mutating func add(_ condition: String, _ value: String, _ places: [Int]) {
    parts.append(Part(condition: condition, value: value, places: places))
  }

  /// The different values of sorted numbers; nil where there are many.
  private static func differing(_ sorted: [Double]) -> [Double]? {
    var found: [Double] = []
    for value in sorted where value != found.last {
      found.append(value)
      if found.count > fewValues { return nil }
    }
    return found
  }
}
