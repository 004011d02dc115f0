import BLASBridge
import Datasets
import Foundation
import Models
import Testing

@testable import Trees

/// Models that LightGBM wrote, with what it predicts: Tests/Goldens/lightgbm_models.py.
@Suite struct LightGBMTextTests {
  static func golden(_ name: String) throws -> Data {
    try Data(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Goldens/recorded/lightgbm/\(name)"))
  }

  static func model(_ name: String) throws -> LightGBMText.Model {
    try LightGBMText.model(String(decoding: golden(name + ".txt"), as: UTF8.self))
  }

  /// Empty fields are missing; the last column is of categories where `areCodes`.
  static func rows(areCodes: Bool) throws -> FeatureColumns {
    let lines = String(decoding: try golden("rows.csv"), as: UTF8.self).split(separator: "\n").dropFirst()
    let fields = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan } }
    let columns = (0..<4).map { column -> FeatureColumns.Values in
      let numbers = fields.map { $0[column] }
      if !areCodes || column < 3 { return .numbers(numbers) }
      return .codes(numbers.map { $0.isNaN ? -1 : Int32($0) }, levels: 100)
    }
    return FeatureColumns(rows: fields.count, columns: columns)
  }

  static let names = [
    "binary", "multiclass", "regression", "poisson", "tweedie", "zeros", "nothing_missing", "scaled",
  ]

  @Test(arguments: names) func `a model of LightGBM predicts what it predicts there`(_ name: String) throws {
    let recorded = try JSONSerialization.jsonObject(with: Self.golden("predictions.json")) as! [String: Any]
    let expected = try #require(recorded[name] as? [[Double]])
    let model = try Self.model(name)
    #expect(model.featureNames == ["Column_0", "Column_1", "Column_2", "Column_3"])
    for areCodes in [false, true] {
      let outputs = FittedTrees(model.trees).outputs(try Self.rows(areCodes: areCodes))
      #expect(outputs.rows == expected.count)
      for (row, values) in expected.enumerated() {
        for (index, value) in values.enumerated() {
          let own = outputs[row, outputs.columns - values.count + index]
          #expect(abs(Double(own) - value) <= 1e-6 * max(1, abs(value)), "row \(row)")
        }
      }
    }
  }

  @Test(arguments: names) func `a model that was written and read is the same`(_ name: String) throws {
    let model = try Self.model(name)
    let again = try LightGBMText.model(LightGBMText.text(model.trees, featureNames: ["a", "b", "c d", "e"]))
    #expect(again.trees == model.trees && again.featureNames == ["a", "b", "c_d", "e"])
  }

  @Test func `a model that was fitted here keeps its predictions in LightGBM's text`() throws {
    let data = curve(rows: 300)
    let trees = try GBDT.small(trees: 5, rows: 5).fit(data)
    let read = try LightGBMText.model(LightGBMText.text(trees)).trees
    #expect(read.initialScores == [0] && read.trees.count == 5)
    let rows = data.features.columns
    for (a, b) in zip(trees.scores(of: rows)[0], read.scores(of: rows)[0]) { #expect(abs(a - b) < 1e-12) }
    var none = trees
    none.trees = []
    #expect(try LightGBMText.model(LightGBMText.text(none)).trees.scores { _ in 0 } == trees.initialScores)
  }

  @Test func `levels keep their names, and without names are called by their codes`() throws {
    let codes = FeatureColumns.Values.codes([0, 1, 2, 0, 1, 2, -1, 2], levels: 3)
    let data = TrainingData(
      .columns(FeatureColumns(rows: 8, columns: [.numbers([1, 2, 3, 4, 5, 6, 7, 8]), codes, codes])),
      .numbers(.init(column: [0, 5, 9, 0, 5, 9, 2, 9])))
    var settings = GBDT.small(trees: 3)
    (settings.leastRowsInGroup, settings.categorySmoothing, settings.categoryL2) = (1, 0, 0)
    let trees = try settings.fit(data)
    let levels: [[String]?] = [nil, ["red", "blau \"x\"", "grün"], ["a", "b", "c"]]
    let text = LightGBMText.text(trees, featureNames: ["n", "colour", "letter"], levels: levels)
    #expect(text.hasSuffix(#"pandas_categorical:[["red","blau \"x\"","grün"],["a","b","c"]]"# + "\n"))
    let read = try LightGBMText.model(text)
    #expect(read.levels == levels && read.featureNames == ["n", "colour", "letter"])
    #expect(try Self.model("binary").levels[3]?.prefix(3) == ["0", "1", "2"])
    let fewer = text.replacing(#"["a","b","c"]"#, with: "").replacing("\"],]", with: "\"]]")
    #expect(throws: TreeError.self) { try LightGBMText.model(fewer) }
  }

  @Test func `what is no model, or a damaged one, is refused in a sentence`() throws {
    let text = String(decoding: try Self.golden("binary.txt"), as: UTF8.self)
    let changes: [(String, String)] = [
      ("tree\n", "forest\n"), ("num_leaves=9", "num_leaves=10"), ("num_leaves=9", "num_leaves=-1"),
      ("num_leaves=9", "num_leaves=99999999999999999999"), ("left_child=", "left_child=7 "),
      ("max_feature_idx=3", "max_feature_idx=0"), ("binary sigmoid:1", "rank_xendcg"), ("is_linear=0", "is_linear=1"),
      ("cat_boundaries=0", "cat_boundaries=5"), ("num_tree_per_iteration=1", "num_tree_per_iteration=5"),
    ]
    for (old, new) in changes {
      let damaged = text.replacing(old, with: new, maxReplacements: 1)
      #expect(damaged != text, "\(old)")
      #expect(throws: TreeError.self, "\(old)") { try LightGBMText.model(damaged) }
    }
    // Cut anywhere, it is refused or a shorter model, and nothing traps.
    for length in stride(from: 0, to: text.count, by: 97) { _ = try? LightGBMText.model(String(text.prefix(length))) }
  }
}
