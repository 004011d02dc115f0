import Datasets
import Settings

struct RareStep: ColumnStep {
  static let name = "rare"
  static let summary = "rare and new categories to one word"
  static let hyperparameters: [Hyperparameter<RareStep>] = [
    .optionalNumber("min_frequency", \.rare.minFrequency, .positive, "rows that a category needs; below 1 a share"),
    .optionalNumber("max_categories", \.rare.maxCategories, .atLeast(1), "the most categories, the rarest are one"),
  ]
  static let texts =
    ColumnChoice.parameters(of: \RareStep.choice) + [.text("replacement", \.replacement, "the word for rare ones")]

  var rare = RareCategories(minFrequency: 0.01)
  var replacement = "rare"
  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    struct Item: Codable, Sendable {
      var column: String
      var kept: [String]
    }
    var items: [Item]
    var replacement: String

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let columns = items.map(\.column)
      let new = zip(items, try output.words(of: columns)).map { item, words in
        let places = Dictionary(zip(item.kept, item.kept.indices), uniquingKeysWith: { first, _ in first })
        let other = places[replacement] ?? item.kept.count
        let table = words.levels.map { Int32(places[$0] ?? other) }
        let codes = words.codes.map { $0 < 0 ? -1 : table[Int($0)] }
        return [(name: item.column, column: Column.categories(Words(levels: item.kept + [replacement], codes: codes)))]
      }
      try output.replace(columns, by: new)
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let names = try data.names(choice, kinds: [.category])
    let items = zip(names, try data.output.words(of: names)).map { name, words in
      let levels = CategoryLevels(words)
      let rare = rare.places(of: words, among: levels)
      return Fitted.Item(
        column: name, kept: levels.levels.indices.filter { !rare.contains($0) }.map { levels.levels[$0] })
    }
    return Fitted(items: items, replacement: replacement)
  }
}
