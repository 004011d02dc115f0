import BLASBridge
import Datasets
import Learning
import Models
import Settings

/// A fitted model with all that makes its features of a table: what a fit keeps in the end, and what an ensemble has several of.
struct TableModel {
  /// The model's name.
  let name: String
  let hyperparameters: [String: HyperparameterValue]
  /// What comes before the preprocessing; nil without a pipeline.
  let preparation: Preparation?
  let preprocessing: Preprocessing
  let model: any FittedModel

  /// The columns that a table must have.
  var inputs: [String] { preparation?.inputs ?? preprocessing.columns.map(\.name) }

  /// The table as the pipeline makes it.
  func prepared(_ table: Table) throws(DatasetError) -> Table {
    guard let preparation else { return table }
    do {
      return try preparation.prepared(table)
    } catch {
      throw .unsuitable("\(error)")
    }
  }

  /// `[rows, outputs]`
  func outputs(of table: Table) throws(DatasetError) -> Matrix<Float> {
    model.outputs(of: try Features(of: prepared(table), preprocessing))
  }

  /// All but the numbers of the model.
  static func saveColumns(
    _ name: String, _ hyperparameters: [String: HyperparameterValue], _ preparation: Preparation?,
    _ preprocessing: Preprocessing, into checkpoint: inout Checkpoint
  ) {
    checkpoint.texts["model"] = name
    checkpoint.set("preprocessing", encoding: preprocessing)
    if let preparation { checkpoint.set("preparation", encoding: preparation) }
    checkpoint.set("features", encoding: preprocessing.featureNames)
    checkpoint.set("hyperparameters", encoding: hyperparameters)
  }

  func save(into checkpoint: inout Checkpoint) {
    Self.saveColumns(name, hyperparameters, preparation, preprocessing, into: &checkpoint)
    model.save(into: &checkpoint)
  }

  init(
    name: String, hyperparameters: [String: HyperparameterValue] = [:], preparation: Preparation?,
    preprocessing: Preprocessing, model: any FittedModel
  ) {
    (self.name, self.hyperparameters, self.preparation) = (name, hyperparameters, preparation)
    (self.preprocessing, self.model) = (preprocessing, model)
  }

  init(_ model: any FittedModel, fittedTo data: FitData, as configuration: FitConfiguration) {
    self.init(
      name: configuration.model, hyperparameters: configuration.hyperparameters, preparation: data.preparation,
      preprocessing: data.preprocessing, model: model)
  }

  /// Throws `CheckpointError` where the parts do not fit each other, or this program does not know the model.
  init(from checkpoint: Checkpoint) throws {
    name = try checkpoint.text("model")
    guard let type = try? ModelCatalogue.named(name) else {
      throw CheckpointError("the checkpoint is of a model '\(name)', which this program does not know")
    }
    preprocessing = try checkpoint.decode("preprocessing")
    preparation = checkpoint.texts["preparation"] == nil ? nil : try checkpoint.decode("preparation")
    // Other programs' checkpoints may have none.
    hyperparameters = checkpoint.texts["hyperparameters"] == nil ? [:] : try checkpoint.decode("hyperparameters")
    let features = preprocessing.featureNames.count
    model = try ModelCatalogue.make(type, hyperparameters).fitted(
      from: checkpoint, features: features, outputs: preprocessing.target?.outputs ?? 1)
    guard model.features == features else {
      throw CheckpointError(
        "the checkpoint's weights are of \(model.features) features, its preprocessing makes \(features)")
    }
  }
}
