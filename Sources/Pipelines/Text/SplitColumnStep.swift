import Datasets
import Settings

struct SplitColumnStep: ColumnStep {
  static let name = "split_column"
  static let summary = "texts to several columns, at a separator or by the groups of a pattern"
  static let hyperparameters: [Hyperparameter<SplitColumnStep>] = [
    .integer("n", \.most, .atLeast(1, limit: 1_000), "columns; the last one has the rest of the text"),
    .flag("keep", \.keep, "keep the column itself"),
  ]
  static let texts: [TextParameter<SplitColumnStep>] = [
    .text("column", \.column, "the column to split"),
    .text("separator", \.separator, "the text between the parts"),
    .text("regex", \.regex, "a pattern whose groups are the parts; texts that it does not match have none"),
    .list("into", \.into, "names of the new columns; COLUMN.1 and so on where not given"),
  ]

  var most = 2
  var keep = false
  var column = ""
  var separator = ""
  var regex = ""
  var into: [String] = []

  struct Fitted: FittedStep {
    var column: String
    var separator: String
    var regex: String
    var keep: Bool
    var names: [String]
    /// Whether the parts are numbers, as all of the training rows were.
    var isNumber: [Bool]

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      guard isNumber.count == names.count, !names.isEmpty else {
        throw PipelineError("the saved parts of '\(column)' do not fit their names")
      }
      let words = try output.words(of: [column])[0]
      let parts = try SplitColumnStep.parts(words.levels, separator, regex, names.count)
      let new = names.indices.map { place -> (name: String, column: Column) in
        if isNumber[place] {
          let numbers = parts.map { $0[place].flatMap(SpelledValue.number) ?? .nan }
          return (names[place], .numbers(words.codes.map { $0 < 0 ? .nan : numbers[Int($0)] }))
        }
        var levels = MergedLevels()
        let codes = parts.map { part in part[place].map { levels.code(of: $0) } ?? -1 }
        let column = Words(levels: levels.levels, codes: words.codes.map { $0 < 0 ? -1 : codes[Int($0)] })
        return (names[place], .categories(column))
      }
      let kept = keep ? [(name: column, column: try output.columns([column])[0])] : []
      try output.replace([column], by: [kept + new])
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    if column == data.target {
      throw PipelineError("the column '\(column)' is the target, which no step may change", status: .badUsage)
    }
    let words = try data.output.words(of: [column])[0]
    let groups = regex.isEmpty ? most : try LinearRegex(regex).groups
    if !into.isEmpty, into.count != groups {
      throw PipelineError("there are \(into.count) names for \(groups) parts", status: .badUsage)
    }
    let names = into.isEmpty ? (1...groups).map { "\(column).\($0)" } : into
    let parts = try Self.parts(words.levels, separator, regex, groups)
    var isUsed = [Bool](repeating: false, count: words.levels.count)
    for code in words.codes where code >= 0 { isUsed[Int(code)] = true }
    let isNumber = names.indices.map { place in
      let texts = zip(parts, isUsed).compactMap { $1 ? $0[place] : nil }
      return !texts.isEmpty && texts.allSatisfy { SpelledValue.number($0) != nil }
    }
    return Fitted(
      column: column, separator: separator, regex: regex, keep: keep, names: names, isNumber: isNumber)
  }

  func check() throws(PipelineError) {
    guard !column.isEmpty, separator.isEmpty != regex.isEmpty else {
      throw PipelineError("it takes a column and either a separator or a regex", status: .badUsage)
    }
    if !regex.isEmpty, try LinearRegex(regex).groups == 0 {
      throw PipelineError("the regex has no group: put brackets around each part", status: .badUsage)
    }
  }

  /// The parts of each text, nil for those that it has not.
  private static func parts(
    _ texts: [String], _ separator: String, _ regex: String, _ count: Int
  ) throws(PipelineError) -> [[String?]] {
    let none = [String?](repeating: nil, count: count)
    if regex.isEmpty {
      return texts.map { text in
        let parts = text.split(separator: separator, maxSplits: count - 1, omittingEmptySubsequences: false)
        return (parts.map { String($0) } + none).prefix(count).map { $0 }
      }
    }
    let pattern = try LinearRegex(regex)
    guard pattern.groups == count else { throw PipelineError("the saved regex has another number of groups") }
    return texts.map { pattern.firstMatch(in: $0) ?? none }
  }
}
