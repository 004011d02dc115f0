import Datasets
import Learning
import Runs
import Settings
import Trees

extension Predictor {
  /// The model in LightGBM's text. Columns are matched by the names of its features; its target is called `target`, and
  /// classes are numbered from 0, for it names neither.
  ///
  /// Throws `TreeError` for what is no such model, or one that has no equal here.
  package init(lightGBM text: String) throws {
    let own = try LightGBMText.model(text)
    guard Set(own.featureNames).count == own.featureNames.count else {
      throw TreeError("two features of the model have one name, and columns are matched by name")
    }
    let columns = zip(own.featureNames, own.levels).map { (name: $0, levels: $1) }
    let classes = own.trees.objective.classes.map { (0..<$0).map(String.init) }
    var reading = TableReading(format: CSVFormat(), missing: MissingValues(), columns: [:])
    for (name, levels) in columns { reading.columns[name] = ColumnReading(kind: levels == nil ? .number : .category) }
    self.init(
      name: GBDT.name,
      preprocessing: Preprocessing(columns: columns, target: TargetEncoding(column: "target", classes: classes)),
      reading: reading, model: FittedTrees(own.trees))
  }

  /// The model as LightGBM reads it; categories are named as pandas does it.
  ///
  /// Throws `ConfigurationError` for a model of another kind, and for one whose columns a pipeline makes.
  package func lightGBMText() throws(ConfigurationError) -> String {
    try requireOneModel(toBe: "exported")
    guard let trees = model as? FittedTrees else {
      throw ConfigurationError("LightGBM's text holds boosted trees, and the model is '\(name)': export one of gbdt")
    }
    guard preprocessing.target?.quantiles == nil else {
      throw ConfigurationError(
        "LightGBM's text has no place for several quantiles: fit one with --task regression --set objective=quantile")
    }
    guard preparation == nil else {
      throw ConfigurationError("LightGBM's text has no place for a pipeline, which makes the columns of this model")
    }
    let levels = preprocessing.columns.flatMap { column -> [[String]?] in
      column.encoding.levels.map { [$0] } ?? Array(repeating: nil, count: column.encoding.width)
    }
    return LightGBMText.text(trees.trees, featureNames: preprocessing.featureNames, levels: levels)
  }
}
