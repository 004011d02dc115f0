import Datasets

/// The categories of one column that the training rows have: numbers by size, other words by their Unicode scalars, and a
/// missing value last where there is one, as a category of its own.
struct CategoryLevels: Codable, Hashable, Sendable {
  var levels: [String]
  var hasMissing: Bool

  /// The number of categories, with the missing value.
  var count: Int { levels.count + (hasMissing ? 1 : 0) }

  init(_ words: Words) {
    var isUsed = [Bool](repeating: false, count: words.levels.count)
    var hasMissing = false
    for code in words.codes { if code >= 0 { isUsed[Int(code)] = true } else { hasMissing = true } }
    self.init(unsorted: Array(Set(zip(words.levels, isUsed).lazy.filter(\.1).map(\.0))), hasMissing: hasMissing)
  }

  private init(unsorted: [String], hasMissing: Bool) {
    let numbers = unsorted.map(SpelledValue.number)
    if numbers.contains(nil) {
      levels = unsorted.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } else {
      levels = zip(unsorted, numbers).sorted { ($0.1!, $0.0) < ($1.1!, $1.0) }.map(\.0)
    }
    self.hasMissing = hasMissing
  }

  /// What a feature of a category is called.
  func name(_ place: Int) -> String { place < levels.count ? levels[place] : "missing" }

  /// Each row's category; -1 for a new one, which a missing value is where the training rows had none.
  func codes(of words: Words) -> [Int32] {
    let places = Dictionary(zip(levels, levels.indices), uniquingKeysWith: { first, _ in first })
    // Behind the words' codes, which begin with -1 for a missing value.
    let table: [Int32] =
      [hasMissing ? Int32(levels.count) : -1] + words.levels.map { places[$0].map { Int32($0) } ?? -1 }
    return words.codes.map { table[Int($0) + 1] }
  }

  /// The number of rows of each category.
  func counts(_ codes: [Int32]) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    return counts
  }
}

/// Which categories are rare, as scikit-learn's `min_frequency` and `max_categories` say.
struct RareCategories: Hashable, Sendable {
  /// Rows, or below 1 a share of all.
  var minFrequency: Double?
  /// The most categories, all rare ones being one.
  var maxCategories: Double?

  /// The places of rare ones, ascending.
  func places(_ counts: [Int], rows: Int) -> [Int] {
    var isRare = [Bool](repeating: false, count: counts.count)
    if let minFrequency {
      let least = minFrequency < 1 ? Double(rows) * minFrequency : minFrequency
      for (place, count) in counts.enumerated() where Double(count) < least { isRare[place] = true }
    }
    let frequent = isRare.count { !$0 }
    if let maxCategories, Int(maxCategories) < frequent + 1 {
      // Of equal counts the earlier ones are rare.
      let byCount = counts.indices.sorted { (counts[$0], $0) < (counts[$1], $1) }
      for place in byCount.dropLast(Int(maxCategories) - 1) { isRare[place] = true }
    }
    return isRare.indices.filter { isRare[$0] }
  }

  /// The places of rare ones among the levels of these words. A missing value is never rare here: it has a value of its own.
  func places(of words: Words, among levels: CategoryLevels) -> Set<Int> {
    let counts = levels.counts(levels.codes(of: words)).prefix(levels.levels.count)
    return Set(places(Array(counts), rows: words.codes.count))
  }
}

extension PipelineError {
  /// A category in a row that no training row had.
  static func unseen(_ words: Words, _ codes: [Int32], _ column: String, _ lines: [Int]) -> PipelineError? {
    guard let row = codes.firstIndex(of: -1) else { return nil }
    let value = words[row].map { "the value '\($0)'" } ?? "no value"
    return PipelineError(
      "line \(lines[row]): the column '\(column)' has \(value), which no training row had: set handle_unknown")
  }
}
