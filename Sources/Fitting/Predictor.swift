import BLASBridge
import Datasets
import Files
import Foundation
import Learning
import Models
import Runs
import Settings
import Telemetry
import Tracker

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
  package let preprocessing: Preprocessing
  /// What comes before the preprocessing; nil without a pipeline.
  let preparation: Preparation?
  /// How the data that it was fitted to were written.
  package var format: CSVFormat { reading.format }
  /// How they were read: the columns that features are made of.
  package let reading: TableReading
  let model: any FittedModel

  /// The model of a run's last checkpoint. Throws where there is no such run, or it is not a fit.
  public init(of run: String, in store: Store) throws {
    let id = try store.find(run)
    try store.load(id).requireModel()
    try self.init(CheckpointReference(run: id, choice: .last).load(from: store))
  }

  /// The model in a checkpoint file, which may have been copied anywhere, or written by another program.
  public init(contentsOf path: String) throws {
    guard let bytes = try? OpenFile.contents(of: path) else {
      throw CheckpointError("the checkpoint '\(path)' cannot be read")
    }
    try self.init(Checkpoint(safetensors: bytes))
  }

  init(_ checkpoint: Checkpoint) throws {
    let name = try checkpoint.text("model")
    guard let type = try? ModelCatalogue.named(name) else {
      throw CheckpointError("the checkpoint is of a model '\(name)', which this program does not know")
    }
    self.name = name
    preprocessing = try checkpoint.decode("preprocessing")
    preparation = checkpoint.texts["preparation"] == nil ? nil : try checkpoint.decode("preparation")
    let hasFormat = checkpoint.texts["format_of_data"] != nil
    let format: CSVFormat = hasFormat ? try checkpoint.decode("format_of_data") : .ofFirstRules()
    if checkpoint.texts["reading"] == nil {
      // As before kinds were recorded.
      var reading = TableReading(ofFirstRules: format)
      for column in preprocessing.columns {
        reading.columns[column.name] = ColumnReading(kind: column.encoding.kind)
      }
      self.reading = reading
    } else {
      reading = try checkpoint.decode("reading")
    }
    model = try Self.model(type, from: checkpoint, for: preprocessing)
  }

  /// The names of the predicted columns: the target's and the classes' with a prefix; cluster and distance; components.
  public var columns: [String] {
    if let own = model.outputColumns { return own.map(\.name) }
    let target = preprocessing.target?.column ?? "target"
    return ["predicted_\(target)"] + (preprocessing.target?.classes ?? []).map { "probability_\($0)" }
  }

  /// The model of these features and outputs in a checkpoint. Throws `CheckpointError` where it does not fit them.
  static func model(
    _ type: any FittableModel.Type, from checkpoint: Checkpoint, for preprocessing: Preprocessing
  ) throws -> any FittedModel {
    let features = preprocessing.featureNames.count
    // Other programs' checkpoints may have none.
    let values: [String: HyperparameterValue] =
      checkpoint.texts["hyperparameters"] == nil ? [:] : try checkpoint.decode("hyperparameters")
    let model = try ModelCatalogue.make(type, values).fitted(
      from: checkpoint, features: features, outputs: preprocessing.target?.classes?.count ?? 1)
    guard model.features == features else {
      throw CheckpointError(
        "the checkpoint's weights are of \(model.features) features, its preprocessing makes \(features)")
    }
    return model
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
  public func predict(_ table: Table) throws(DatasetError) -> [[Value]] { try predict(prepared: prepared(table)) }

  /// The columns that a table must have.
  package var inputs: [String] { preparation?.inputs ?? preprocessing.columns.map(\.name) }

  /// The table as the model's pipeline makes it.
  func prepared(_ table: Table) throws(DatasetError) -> Table {
    guard let preparation else { return table }
    do {
      return try preparation.prepared(table)
    } catch {
      throw .unsuitable("\(error)")
    }
  }

  func predict(prepared table: Table) throws(DatasetError) -> [[Value]] {
    let output = model.outputs(of: try Features(of: table, preprocessing))
    let own = model.outputColumns
    let best = preprocessing.target?.classes == nil ? [] : output.argmax()
    return (0..<output.rows).map { row in
      let numbers = (0..<output.columns).map { column -> Value in
        let value = output[row, column]
        return own?[column].isInteger == true ? .integer(Int(value)) : .number(value)
      }
      guard let classes = preprocessing.target?.classes else { return numbers }
      return [.label(classes[best[row]])] + numbers
    }
  }
}
