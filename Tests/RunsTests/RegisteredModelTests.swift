import BLASBridge
import Datasets
import Learning
import Models
import Settings
import Telemetry
import Testing
import Tracker

@testable import Fitting
@testable import Runs

/// A model that a program brings along: the mean of the training rows plus a bonus, whatever the features.
private struct Mean: FittableModel {
  static let name = "mean"
  static let summary = "the mean of the training rows, whatever the features"
  static let tasks: [PredictionTask] = [.regression]
  static let hyperparameters: [Hyperparameter<Mean>] = [.number("bonus", \.bonus, .nonNegative, "added to the mean")]

  var bonus = 0.0

  func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate { MemoryEstimate() }

  func makeLearner(_ training: TrainingData, validation: TrainingData?, seed: UInt64) -> any FitLearner {
    DirectFit(restoring: MeanModel.init(from:)) { _ in
      let numbers = training.numbers.elements
      let mean = numbers.reduce(0, +) / Float(numbers.count) + Float(bonus)
      return MeanModel(value: mean, features: training.features.count)
    }
  }

  func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try MeanModel(from: checkpoint)
  }
}

private struct MeanModel: FittedModel {
  var value: Float
  var features: Int

  init(value: Float, features: Int) { (self.value, self.features) = (value, features) }

  init(from checkpoint: Checkpoint) throws {
    let numbers = try checkpoint.floats("mean", count: 2)
    self.init(value: numbers[0], features: Int(numbers[1]))
  }

  func outputs(of rows: Features) -> Matrix<Float> {
    Matrix(rows: rows.rows, columns: 1, [Float](repeating: value, count: rows.rows))
  }

  func save(into checkpoint: inout Checkpoint) { checkpoint.set("mean", [value, Float(features)]) }
}

@Suite struct RegisteredModelTests {
  @Test func `a model of a program's own is fitted, predicts and is done again like any other`() throws {
    let unknown = #expect(throws: HyperparameterError.self) { try ModelCatalogue.named("meen") }
    #expect(unknown?.description.hasPrefix("there is no model 'meen'") == true)
    ModelCatalogue.register(Mean.self)
    #expect(try ModelCatalogue.named("mean").hasTarget)
    let place = try FitPlace()
    let path = try place.file("numbers.csv", "x,y\n" + (1...20).map { "\($0),\($0 % 5)\n" }.joined())
    let configuration = try FitConfiguration(
      data: DataFile(path), target: "y", model: "mean", task: .regression, validation: 0,
      values: ["bonus": .number(0.5)])
    let (run, outcome) = try place.fit(configuration)
    // Numbers from 0 to 4, of which the variance is 2, half a unit beside their mean.
    #expect(outcome.training?["mse"] == 2.25)
    let record = try place.store.load(run.id)
    #expect(record.status == .finished && record.parameters == ["bonus": .number(0.5)])
    let predictor = try Predictor(of: run.id, in: place.store)
    #expect(predictor.name == "mean" && predictor.columns == ["predicted_y"])
    #expect(try predictor.predict(DataFile(path).table).allSatisfy { $0 == [.number(2.5)] })
    #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
  }

  @Test func `a model's name that is taken cannot be registered again`() async {
    await #expect(processExitsWith: .failure) { ModelCatalogue.register(MLP.self) }
  }
}
