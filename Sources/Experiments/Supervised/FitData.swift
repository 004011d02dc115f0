import BLASBridge
import Datasets
import Foundation
import Learning
import Telemetry

/// The rows of a fit: read, split, and encoded by what was fitted on the training rows.
struct FitData {
  let preprocessing: Preprocessing
  let training: Part
  /// nil without validation rows.
  let validation: Part?
  /// Of a regression's training targets; 1 for classes.
  let targetVariance: Double

  /// Some rows' features and targets.
  struct Part {
    let x: Matrix<Float>
    /// Empty where there is no target.
    let target: SupervisedTarget

    var labels: [Int] { if case .classes(let labels, _) = target { labels } else { [] } }
    var numbers: Matrix<Float> {
      if case .numbers(let values) = target { values } else { Matrix(rows: 0, columns: 1) }
    }

    /// nil where there is nothing to predict.
    func score(_ outputs: Matrix<Float>, _ encoding: TargetEncoding?) -> FitScores? {
      guard let encoding else { return nil }
      if let classes = encoding.classes { return FitScores(truth: labels, probabilities: outputs, classes: classes) }
      let count = numbers.rows
      return FitScores(
        truth: (0..<count).map { numbers[$0, 0] }, predicted: (0..<count).map { outputs[$0, 0] })
    }

    /// The mean cross-entropy, or the mean squared error in units of the training targets' variance.
    func loss(_ outputs: Matrix<Float>, variance: Double) -> Double? {
      if x.rows == 0 { return nil }
      var sum = 0.0
      switch target {
      case .classes(let labels, _):
        for (row, label) in labels.enumerated() { sum -= log(Double(max(outputs[row, label], 1e-30))) }
      case .numbers(let values):
        for row in 0..<values.rows {
          let error = Double(outputs[row, 0] - values[row, 0])
          sum += error * error / variance
        }
      }
      return sum / Double(x.rows)
    }
  }

  init(_ configuration: FitConfiguration, seed: UInt64) throws {
    let table = try Table(csv: configuration.data)
    if table.rowCount == 0 {
      throw DatasetError.unsuitable("The data '\(configuration.data)' have a header and no row")
    }
    let target = configuration.target
    // Class indices to divide the classes evenly; a first encoding of all rows finds them.
    let whole = try Preprocessing(fitting: table, target: target, task: configuration.task)
    if let task = whole.target?.task, !configuration.model.tasks.contains(task) {
      let hint = task == .regression ? "--task classification makes its numbers classes" : "its values are classes"
      throw ConfigurationError(
        "the model '\(configuration.model.rawValue)' does no \(task.rawValue), which the column '\(target ?? "")' is for: "
          + hint)
    }
    let strata = try whole.target?.classes == nil ? nil : whole.target?.classIndices(of: table)
    let split = Split(count: table.rowCount, validation: configuration.validation, seed: seed, strata: strata)
    if split.training.isEmpty { throw DatasetError.unsuitable("The split leaves no row to train on") }
    let preprocessing = try Preprocessing(
      fitting: table, rows: split.training, target: target, task: configuration.task)
    self.preprocessing = preprocessing
    func part(_ table: Table, _ rows: [Int]?) throws -> Part {
      let features = try preprocessing.features(of: table, rows: rows)
      let x = Matrix(rows: features.rows, columns: features.columns, features.values)
      guard let encoding = preprocessing.target else {
        return Part(x: x, target: .numbers(Matrix(rows: features.rows, columns: 0)))
      }
      if let classes = encoding.classes {
        return Part(x: x, target: .classes(try encoding.classIndices(of: table, rows: rows), count: classes.count))
      }
      return Part(x: x, target: .numbers(Matrix(column: try encoding.numbers(of: table, rows: rows))))
    }
    training = try part(table, split.training)
    if let path = configuration.validationData {
      validation = try part(Table(csv: path, kinds: preprocessing.kinds), nil)
    } else {
      validation = split.validation.isEmpty ? nil : try part(table, split.validation)
    }
    targetVariance = Self.variance(training)
    try Self.check(configuration, rows: training.x.rows, features: training.x.columns)
  }

  /// Throws where there are too few rows or features for what the model is to find.
  private static func check(_ configuration: FitConfiguration, rows: Int, features: Int) throws {
    func value(_ name: String) -> Int {
      if case .integer(let value)? = configuration.hyperparameters[name] { value } else { 0 }
    }
    switch configuration.model {
    case .kmeans where value("n_clusters") > rows:
      throw ConfigurationError(
        "n_clusters \(value("n_clusters")) is more than the \(rows) rows to find them in: lower it")
    case .pca where rows < 2 || value("n_components") > min(rows, features):
      throw ConfigurationError(
        "n_components \(value("n_components")) is more than \(rows) rows of \(features) features have: lower it")
    default: break
    }
  }

  private static func variance(_ part: Part) -> Double {
    guard case .numbers(let values) = part.target, values.columns > 0 else { return 1 }
    let numbers = (0..<values.rows).map { Double(values[$0, 0]) }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    return variance > 0 ? variance : 1
  }

  /// How many epochs, or iterations that are recorded, there are at most.
  func epochs(_ configuration: FitConfiguration) -> Int {
    func value(_ name: String) -> Int {
      if case .integer(let value)? = configuration.hyperparameters[name] { value } else { 1 }
    }
    return switch configuration.model {
    case .mlp: value("epochs")
    case .logistic: max(1, value("max_iter"))
    default: 1
    }
  }

  /// Step 0: how much there is of what.
  func record(to sink: any MetricSink, epochs: Int) {
    sink.record("data/training_rows", Double(training.x.rows), step: 0)
    sink.record("data/validation_rows", Double(validation?.x.rows ?? 0), step: 0)
    sink.record("data/features", Double(training.x.columns), step: 0)
    sink.record("train/epochs", Double(epochs), step: 0)
    guard let target = preprocessing.target else { return }
    guard let classes = target.classes else {
      sink.record("data/baseline_loss", 1, step: 0)
      return
    }
    var entropy = 0.0
    for (index, label) in classes.enumerated() {
      let count = training.labels.count { $0 == index }
      sink.record(Metric("data/class_count/\(label)"), Double(count), step: 0)
      let share = Double(count) / Double(training.labels.count)
      if share > 0 { entropy -= share * log(share) }
    }
    sink.record("data/baseline_loss", entropy, step: 0)
  }
}
