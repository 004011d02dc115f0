import BLASBridge
import Datasets
import Learning
import Settings

extension NaiveBayes: FittableModel {
  package static let name = "naive_bayes"
  package static let summary = "naive Bayes of numbers and categories: classification"
  package static let tasks: [PredictionTask] = [.classification]
  package static let form = FeatureForm.columns
  package static let takesWeights = true

  /// Two numbers for each class and column of numbers, one for each class and level: next to nothing beside the rows.
  package func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    var memory = MemoryEstimate()
    memory.add("distributions", bytes: 16 * Double(features) * Double(max(1, outputs)), lower: "features or classes")
    return memory
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) throws -> any FitLearner {
    if numbers == .multinomial {
      for case .numbers(let values) in training.features.columns.columns {
        guard let negative = values.first(where: { $0 < 0 }) else { continue }
        throw HyperparameterError("numbers=multinomial takes counts, and a feature is \(negative): take gaussian")
      }
    }
    return DirectFit(restoring: NaiveBayesModel.init(from:)) { _ in
      fit(
        training.features.columns, training.labels, classes: training.target.classCount, weights: training.weights)
    }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    let model = try NaiveBayesModel(from: checkpoint)
    guard model.classes == outputs else {
      throw CheckpointError("the checkpoint's model has \(model.classes) classes, its target \(outputs)")
    }
    return model
  }
}

extension NaiveBayesModel: FittedModel {
  package var features: Int { columns.count }
  package func outputs(of rows: Features) -> Matrix<Float> { probabilities(rows.columns) }
  package func save(into checkpoint: inout Checkpoint) { checkpoint.set("naive_bayes", encoding: self) }
  package init(from checkpoint: Checkpoint) throws { self = try checkpoint.decode("naive_bayes") }
}
