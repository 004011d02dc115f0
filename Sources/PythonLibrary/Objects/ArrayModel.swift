import BLASBridge
import Datasets
import Fitting
import Foundation
import Learning
import Models
import Runs
import Settings
import Telemetry
import Tracker

/// A model that is fitted to an array of numbers of Python's, with the scaling that it needs.
final class ArrayModel: @unchecked Sendable {
  let name: String
  private let values: [String: HyperparameterValue]
  /// 1 for numbers, 0 where nothing is predicted.
  let outputs: Int
  let scaling: Scaling
  let form: FeatureForm
  let model: any FittedModel
  /// Epochs, or iterations, of the fit; 0 for a model that was read.
  let steps: Int
  /// What the model is saved as.
  private let saved: Checkpoint
  private let lock = NSLock()

  /// What makes columns of mean 0 and standard deviation 1 of those that a model was fitted to.
  struct Scaling: Codable {
    var means: [Double]
    var deviations: [Double]
  }

  /// What to predict of the rows.
  enum Target {
    case classes([Int], count: Int)
    case numbers([Float])
    case nothing
  }

  /// Rows `[n, d]`, row after row, of Python's.
  struct Rows {
    let values: UnsafeBufferPointer<Double>
    let count: Int
    let width: Int

    /// Throws where there is no such memory.
    init(address: Int, count: Int, width: Int) throws {
      let (size, overflows) = count.multipliedReportingOverflow(by: width)
      guard !overflows, count >= 1, width >= 1, let start = UnsafePointer<Double>(bitPattern: address) else {
        throw LibraryError("there are no rows of features")
      }
      (values, self.count, self.width) = (UnsafeBufferPointer(start: start, count: size), count, width)
    }
  }

  /// Fits to the end. Throws what is wrong with the hyperparameters, or with the rows for this model.
  init(
    fitting name: String, _ values: [String: HyperparameterValue], to rows: Rows, _ target: Target, weights: [Float]?,
    seed: UInt64
  ) throws {
    BLAS.threads = Surroundings.currentBLASThreads
    let type = try ModelCatalogue.named(name)
    let fittable = try ModelCatalogue.make(type, values)
    guard weights == nil || type.takesWeights else { throw LibraryError("\(name) takes no weights of rows") }
    let supervised: SupervisedTarget
    switch target {
    case .classes(let labels, let count):
      guard type.tasks.contains(.classification) else { throw LibraryError("\(name) predicts no classes") }
      (supervised, outputs) = (.classes(labels, count: count), count)
    case .numbers(let numbers):
      guard type.tasks.contains(.regression) else { throw LibraryError("\(name) predicts no numbers") }
      (supervised, outputs) = (.numbers(Matrix(rows: numbers.count, columns: 1, numbers)), 1)
    case .nothing:
      guard type.tasks.isEmpty else { throw LibraryError("\(name) needs a target to predict") }
      (supervised, outputs) = (.numbers(Matrix(rows: rows.count, columns: 0)), 0)
    }
    try fittable.check(rows: rows.count, features: rows.width)
    try fittable.memory(rows: rows.count, features: rows.width, outputs: outputs).require(name)
    scaling = Scaling(rows, weights)
    form = type.form
    let data = TrainingData(scaling.features(rows, form), supervised, weights: weights)
    let learner = try fittable.makeLearner(data, validation: nil, seed: seed)
    let sink = Nowhere()
    while !learner.isFinished { _ = try learner.advance(reporting: sink) { _, _ in } }
    (self.name, self.values, model, steps) = (name, values, learner.fittedModel, learner.step)
    var checkpoint = Checkpoint()
    checkpoint.texts["array_model"] = name
    checkpoint.set("hyperparameters", encoding: values)
    checkpoint.set("outputs", encoding: outputs)
    checkpoint.set("scaling", encoding: scaling)
    learner.save(into: &checkpoint)
    saved = checkpoint
  }

  /// `[n, outputs]`, and how many outputs. Throws for rows of another width.
  func outputs(of rows: Rows) throws -> (values: [Float], columns: Int) {
    guard rows.width == model.features else {
      throw LibraryError("the model has \(model.features) features, not \(rows.width)")
    }
    return lock.withLock {
      let outputs = model.outputs(of: scaling.features(rows, form))
      return (outputs.elements, outputs.columns)
    }
  }

  // MARK: Bytes

  func save() -> [UInt8] { saved.safetensors() }

  /// Throws where these bytes are not what `save` made.
  init(saved bytes: [UInt8]) throws {
    let checkpoint = try Checkpoint(safetensors: bytes)
    let name = try checkpoint.text("array_model")
    let type = try ModelCatalogue.named(name)
    values = try checkpoint.decode("hyperparameters")
    outputs = try checkpoint.decode("outputs")
    scaling = try checkpoint.decode("scaling")
    form = type.form
    model = try ModelCatalogue.make(type, values).fitted(
      from: checkpoint, features: scaling.means.count, outputs: outputs)
    (self.name, steps, saved) = (name, 0, checkpoint)
  }
}

extension ArrayModel.Scaling {
  /// A row counts as often as its weight says.
  fileprivate init(_ rows: ArrayModel.Rows, _ weights: [Float]?) {
    (means, deviations) = ([], [])
    for column in 0..<rows.width {
      var (total, sum, squares) = (0.0, 0.0, 0.0)
      for row in 0..<rows.count {
        let (value, weight) = (rows.values[row * rows.width + column], Double(weights?[row] ?? 1))
        if value.isFinite { (total, sum) = (total + weight, sum + weight * value) }
      }
      let mean = total > 0 ? sum / total : 0
      for row in 0..<rows.count {
        let (value, weight) = (rows.values[row * rows.width + column], Double(weights?[row] ?? 1))
        if value.isFinite { squares += weight * (value - mean) * (value - mean) }
      }
      let deviation = total > 0 ? (squares / total).squareRoot() : 0
      means.append(mean)
      deviations.append(deviation > 0 && deviation.isFinite ? deviation : 1)
    }
  }

  fileprivate func features(_ rows: ArrayModel.Rows, _ form: FeatureForm) -> Features {
    let (count, width) = (rows.count, rows.width)
    switch form {
    case .columns:
      return .columns(
        FeatureColumns(
          rows: count,
          columns: (0..<width).map { column in .numbers((0..<count).map { rows.values[$0 * width + column] }) }))
    case .scaled:
      let scaled = (0..<count * width).map { place in Float(self.scaled(rows.values[place], place % width)) }
      return .scaled(Matrix(rows: count, columns: width, scaled))
    case .sparse:
      let indices = (0..<count * width).map { Int32($0 % width) }
      return .sparse(
        SparseMatrix(
          columns: width, offsets: (0...count).map { $0 * width }, indices: indices,
          values: (0..<count * width).map { scaled(rows.values[$0], $0 % width) }))
    }
  }

  /// A missing value is at the mean.
  private func scaled(_ value: Double, _ column: Int) -> Double {
    value.isFinite ? (value - means[column]) / deviations[column] : 0
  }
}

/// Records nothing.
private final class Nowhere: MetricSink {
  func record(_ metric: Metric, _ value: Double, step: Int) {}
  func record(_ episode: Episode, step: Int) {}
}
