import BLASBridge
import Datasets
import Files
import Formats
import Foundation
import Learning
import Models
import Runs
import Settings
import Telemetry
import Tracker
import Validation

/// A fitted model with its preprocessing, ready to predict rows that it has not seen. Load one from a run or from a checkpoint
/// file that was copied elsewhere.
///
/// ```swift
/// import Foundation
/// import Tracker
///
/// let store = try Store(path: "runs", create: true)
/// let model = try Predictor(of: "latest", in: store)
/// let summary = try model.predict(csv: "new.csv", joining: true) { FileHandle.standardOutput.write(Data($0)) }
/// ```
public struct Predictor {
  /// The model's name.
  public let name: String
  /// One, but for a fit that kept the models of its folds, and for several fits that predict together.
  let ensemble: ModelEnsemble
  /// Of the first model.
  package var preprocessing: Preprocessing { ensemble.first.preprocessing }
  /// What comes before the preprocessing of the first model; nil without a pipeline.
  var preparation: Preparation? { ensemble.first.preparation }
  /// How the data that it was fitted to were written.
  package var format: CSVFormat { reading.format }
  /// How they were read: the columns that features are made of.
  package let reading: TableReading
  /// The first one.
  var model: any FittedModel { ensemble.first.model }
  /// The column whose rows of one value the model puts into order; nil for other models than rankings.
  private let queries: String?
  /// nil for a model of a fit without rows that it was not fitted to.
  let support: PredictionSupport?
  /// The shares whose quantiles are predicted; none by default.
  private(set) var quantiles: [Double] = []
  /// What intervals and sets of classes are predicted by; nil: none are.
  private(set) var quantile: Double?

  /// The model of a run's last checkpoint. Throws where there is no such run, or it is not a fit.
  public init(of run: String, in store: Store) throws {
    let id = try store.find(run)
    try store.load(id).requireModel()
    try self.init(CheckpointReference(run: id, choice: .last).load(from: store))
  }

  /// The model in a checkpoint file, which may have been copied anywhere, or written by another program; or in LightGBM's text.
  public init(contentsOf path: String) throws {
    guard let bytes = try? OpenFile.contents(of: path) else {
      throw CheckpointError("the checkpoint '\(path)' cannot be read")
    }
    // LightGBM's text, and nothing else, begins so.
    if bytes.starts(with: Array("tree\n".utf8)) || bytes.starts(with: Array("tree\r\n".utf8)) {
      try self.init(lightGBM: String(decoding: bytes, as: UTF8.self))
    } else {
      try self.init(Checkpoint(safetensors: bytes))
    }
  }

  /// Of a model that was fitted elsewhere.
  init(name: String, preprocessing: Preprocessing, reading: TableReading, model: any FittedModel) {
    (self.name, self.reading) = (name, reading)
    ensemble = ModelEnsemble(TableModel(name: name, preparation: nil, preprocessing: preprocessing, model: model))
    (support, queries) = (nil, nil)
  }

  init(_ checkpoint: Checkpoint) throws {
    name = try checkpoint.text("model")
    if checkpoint.texts["folds"] != nil, checkpoint.texts["preprocessing"] == nil, checkpoint.texts["ensemble"] == nil {
      throw CheckpointError("the fit was stopped in its folds, before it had a model: resume the run")
    }
    ensemble = try ModelEnsemble(from: checkpoint)
    let hasFormat = checkpoint.texts["format_of_data"] != nil
    let format: CSVFormat = hasFormat ? try checkpoint.decode("format_of_data") : .ofFirstRules()
    if checkpoint.texts["reading"] == nil {
      // As before kinds were recorded.
      var reading = TableReading(ofFirstRules: format)
      for column in ensemble.first.preprocessing.columns {
        reading.columns[column.name] = ColumnReading(kind: column.encoding.kind)
      }
      self.reading = reading
    } else {
      reading = try checkpoint.decode("reading")
    }
    queries = checkpoint.texts["queries"]
    support = try PredictionSupport(from: checkpoint, classes: ensemble.first.preprocessing.target?.classes ?? [])
  }

  /// Predicts an interval for numbers, or a set of classes, that holds the truth of so large a share of the rows.
  ///
  /// Throws `ConfigurationError` for a share that is none, and where the model has seen too few rows that it was not fitted to.
  package mutating func predictIntervals(coverage: Double) throws(ConfigurationError) {
    guard coverage > 0, coverage < 1 else {
      throw ConfigurationError("an interval covers a share of the rows between 0 and 1, not \(coverage)")
    }
    guard model.outputColumns == nil else {
      throw ConfigurationError("intervals are of a predicted column, and the model '\(name)' predicts none")
    }
    if isRanking {
      throw ConfigurationError(
        "the model '\(name)' orders the rows of each query by scores that estimate no number, so that it has no intervals"
      )
    }
    if preprocessing.target?.quantiles != nil {
      throw ConfigurationError(
        "the model '\(name)' predicts quantiles, which are bounds themselves: leave out the interval")
    }
    guard let scores = support?.conformal else {
      throw ConfigurationError(
        "the model has no rows to take intervals from: fit it with validation rows or with --folds")
    }
    quantile = scores.quantile(coverage: coverage)
    if quantile == nil {
      let needed = ConformalScores.fewestRows(for: coverage)
      throw ConfigurationError(
        "an interval for a share of \(shortest(coverage)) needs \(shortest(needed)) validation rows, and the model has "
          + "\(scores.ascending.count): ask for less, or fit it with more")
    }
  }

  /// Predicts quantiles of these shares, for a model that knows them.
  ///
  /// Throws `ConfigurationError` for another model, and for what is no share.
  package mutating func predictQuantiles(_ shares: [Double]) throws(ConfigurationError) {
    for share in shares where !(0...1).contains(share) {
      throw ConfigurationError("a quantile is of a share from 0 to 1, not \(share)")
    }
    if let own = preprocessing.target?.quantiles {
      throw ConfigurationError(
        "the model '\(name)' predicts the quantiles \(own.map { shortest($0) }.joined(separator: ", ")) anyway: others need a "
          + "fit of their own")
    }
    guard !ensemble.hasSeveral, (model as? any QuantileModel)?.hasQuantiles == true else {
      throw ConfigurationError(
        "the model '\(name)' knows no quantiles: fit a random_forest or extra_trees to a number with --set quantiles=true"
      )
    }
    quantiles = shares
  }

  private var isRanking: Bool { (model as? any RankingModel)?.isRanking == true }

  /// The column whose rows of one value are judged together; nil where each row is for itself.
  ///
  /// Throws `ConfigurationError` for a ranking that does not name one.
  func queriesToJudge() throws(ConfigurationError) -> String? {
    guard isRanking else { return nil }
    guard let queries else {
      throw ConfigurationError(
        "the model '\(name)' orders the rows of each query, and its checkpoint does not name their column: fit it again "
          + "with --group")
    }
    return queries
  }

  /// The names of the predicted columns: the target's and the classes' with a prefix; cluster and distance; components.
  public var columns: [String] {
    if let own = model.outputColumns { return own.map(\.name) }
    let target = preprocessing.target?.column ?? "target"
    let classes = preprocessing.target?.classes
    let intervals = quantile == nil ? [] : classes == nil ? ["lower_\(target)", "upper_\(target)"] : ["set_\(target)"]
    if let own = preprocessing.target?.quantiles { return own.map { Self.column(ofQuantile: $0, target) } }
    return ["predicted_\(target)"] + (classes ?? []).map { "probability_\($0)" } + intervals
      + quantiles.map { Self.column(ofQuantile: $0, target) }
  }

  private static func column(ofQuantile share: Double, _ target: String) -> String {
    "quantile_\(shortest(share))_\(target)"
  }

  /// A predicted value. Match on it for a class, a cluster or a number.
  ///
  /// ```swift
  /// func labels(of rows: [[Predictor.Value]]) -> [String] {
  ///   rows.compactMap { if case .label(let name)? = $0.first { name } else { nil } }
  /// }
  /// ```
  public enum Value: Hashable, Sendable {
    /// Of a class.
    case label(String)
    /// Of a cluster, counted from 0.
    case integer(Int)
    case number(Float)
  }

  /// The predicted columns of every row of a table, in order.
  ///
  /// A missing number counts as the training rows' mean for a model of scaled features, and as missing for one of columns; a
  /// missing category counts as none, and so does an unknown one unless the fit refuses them. Throws `DatasetError` for a column that is not there or holds something else.
  public func predict(_ table: Table) throws(DatasetError) -> [[Value]] {
    if ensemble.hasSeveral { return values(try outputs(ofTable: table)) }
    return try predict(prepared: ensemble.first.prepared(table))
  }

  /// The columns that a table must have.
  package var inputs: [String] { ensemble.inputs }

  /// Of a model that is no ensemble: of rows as its pipeline makes them.
  func predict(prepared table: Table) throws(DatasetError) -> [[Value]] {
    let features = try Features(of: table, preprocessing)
    let spread = quantiles.isEmpty ? nil : (model as? any QuantileModel)?.quantiles(quantiles, of: features)
    return values(calibrated(model.outputs(of: features)), spread)
  }

  private func values(_ output: Matrix<Float>, _ spread: Matrix<Float>? = nil) -> [[Value]] {
    let own = model.outputColumns
    let best = preprocessing.target?.classes.map { support?.decision?.labels(output, $0) ?? output.argmax() } ?? []
    return (0..<output.rows).map { row in
      let numbers = (0..<output.columns).map { column -> Value in
        let value = output[row, column]
        return own?[column].isInteger == true ? .integer(Int(value)) : .number(value)
      }
      guard let classes = preprocessing.target?.classes else {
        let own = spread.map { spread in (0..<spread.columns).map { Value.number(spread[row, $0]) } }
        return numbers + interval(around: numbers) + (own ?? [])
      }
      return [.label(classes[best[row]])] + numbers + set(of: classes, numbers)
    }
  }

  /// What the models say of a table's rows, with calibrated probabilities: `[rows, outputs]`.
  package func outputs(ofTable table: Table) throws(DatasetError) -> Matrix<Float> {
    calibrated(try ensemble.outputs(of: table))
  }

  func calibrated(_ outputs: Matrix<Float>) -> Matrix<Float> { support?.calibrated(outputs) ?? outputs }

  private func interval(around numbers: [Value]) -> [Value] {
    guard let quantile, case .number(let predicted)? = numbers.first else { return [] }
    return [.number(Float(Double(predicted) - quantile)), .number(Float(Double(predicted) + quantile))]
  }

  /// The classes, with | between them; the most probable one where none is probable enough.
  private func set(of classes: [String], _ numbers: [Value]) -> [Value] {
    guard let quantile else { return [] }
    let probabilities = numbers.map { if case .number(let value) = $0 { Double(value) } else { 0.0 } }
    let set = Self.set(probabilities, quantile: quantile)
    return [.label(set.map { classes[$0] }.joined(separator: "|"))]
  }

  /// The indices of the classes that are probable enough; of the most probable one where none is.
  static func set(_ probabilities: [Double], quantile: Double) -> [Int] {
    let set = ConformalScores.set(probabilities[...], quantile: quantile)
    return set.isEmpty ? ClassProbabilities(probabilities, classes: probabilities.count).best : set
  }
}
