import BLASBridge
import Datasets
import Formats
import Foundation
import Learning
import Models
import Runs
import Telemetry

/// The rows of a fit: split by its seed, and encoded by what was fitted on the training rows.
struct FitData {
  let preprocessing: Preprocessing
  /// What comes before the preprocessing; nil without a pipeline.
  let preparation: Preparation?
  let training: FitRows
  /// nil without validation rows.
  let validation: FitRows?
  /// Rows that are left out because they have no target.
  let rowsWithoutTarget: Int
  /// What was found in each column.
  let findings: [ColumnFinding]
  /// What is unusual about the way the data are written.
  let remarks: [String]
  /// The classes of the target, in all rows, and how they are written; none for other fits.
  let targetClasses: [(label: String, count: Int, otherSpellings: [String])]

  /// `seed` decides the split.
  init(_ configuration: FitConfiguration, seed: UInt64) throws {
    let file = try configuration.data.read()
    let own = try DataFileError.naming(file.path) { try Self.divide(file.table, configuration, seed: seed) }
    (preprocessing, preparation, training) = (own.preprocessing, own.preparation, own.training)
    (findings, remarks) = (file.findings, file.remarks)
    targetClasses = configuration.task == .classification ? configuration.target.map(file.table.classes) ?? [] : []
    if let other = try configuration.validationData?.read(beside: file) {
      let usable = try DataFileError.naming(other.path) { () throws(DatasetError) in
        try Self.rowsWithTarget(other.table, configuration.target)
      }
      if usable.isEmpty { throw ConfigurationError("'\(other.path)' has no row to validate with") }
      validation = try DataFileError.naming(other.path) {
        let (table, rows) = try own.preparation?.prepared(other.table, usable) ?? (other.table, usable)
        return try FitRows(table, rows, own.preprocessing, variance: own.training.variance)
      }
      rowsWithoutTarget = own.withoutTarget + other.table.rowCount - usable.count
    } else {
      (validation, rowsWithoutTarget) = (own.validation, own.withoutTarget)
    }
    try check(configuration)
  }

  /// Throws if these rows are too few for the configuration's model, or take more memory than there is.
  func check(_ configuration: FitConfiguration) throws {
    try configuration.estimator.check(rows: training.count, features: training.data.features.count)
    let outputs = preprocessing.target.map { $0.classes?.count ?? 1 } ?? 0
    try configuration.estimator.memory(rows: training.count, features: training.data.features.count, outputs: outputs)
      .require(configuration.model)
  }

  private typealias Parts = (
    preprocessing: Preprocessing, preparation: Preparation?, training: FitRows, validation: FitRows?, withoutTarget: Int
  )

  private static func divide(
    _ table: Table, _ configuration: FitConfiguration, seed: UInt64
  ) throws -> Parts {
    let usable = try rowsWithTarget(table, configuration.target)
    let split = try split(table, usable, configuration, seed: seed)
    var (own, rows, preparation) = (
      table.dropping(configuration.columnsWithoutFeatures), split.training, Preparation?.none
    )
    if let pipeline = configuration.pipeline {
      (preparation, own) = try Preparation.fit(
        pipeline, to: own, rows, target: configuration.target, form: type(of: configuration.estimator).form, seed: seed)
      rows = Array(0..<own.rowCount)
    }
    let preprocessing = try Preprocessing(
      fitting: own, rows: rows, target: configuration.target,
      task: configuration.task, form: type(of: configuration.estimator).form,
      unseenCategories: configuration.unseenCategories,
      labelsAreWritten: !configuration.data.format.isOfFirstRules)
    preparation?.keepInputs(for: preprocessing)
    let training = try FitRows(
      own, rows, preprocessing,
      weights: configuration.weight.map { try table.weights($0, rows: split.training) },
      groups: configuration.group.map { try table.groups($0, rows: split.training) }, variance: nil)
    var validation: FitRows?
    if !split.validation.isEmpty {
      let (table, rows) = try preparation?.prepared(table, split.validation) ?? (table, split.validation)
      validation = try FitRows(table, rows, preprocessing, variance: training.variance)
    }
    return (preprocessing, preparation, training, validation, table.rowCount - usable.count)
  }

  private static func rowsWithTarget(_ table: Table, _ target: String?) throws(DatasetError) -> [Int] {
    guard let target else { return Array(0..<table.rowCount) }
    return try table.column(target).rowsWithValue
  }

  /// Rows of the table for training and validation; classes in proportion.
  private static func split(
    _ table: Table, _ usable: [Int], _ configuration: FitConfiguration, seed: UInt64
  ) throws(DatasetError) -> (training: [Int], validation: [Int]) {
    if let group = configuration.group {
      let groups = try table.groups(group, rows: usable)
      return try taken(Split(groups: groups, validation: configuration.validation, seed: seed), of: usable)
    }
    if let time = configuration.time {
      let times = try table.times(time, rows: usable)
      return try taken(Split(times: times, validation: configuration.validation), of: usable)
    }
    var strata: [Int]?
    if configuration.task == .classification, let target = configuration.target {
      let isWritten = !configuration.data.format.isOfFirstRules
      strata = try TargetEncoding(fitting: table, column: target, task: .classification, labelsAreWritten: isWritten)
        .classIndices(of: table, rows: usable)
    }
    let split = Split(count: usable.count, validation: configuration.validation, seed: seed, strata: strata)
    return try taken(split, of: usable)
  }

  private static func taken(_ split: Split, of usable: [Int]) throws(DatasetError) -> (
    training: [Int], validation: [Int]
  ) {
    if split.training.isEmpty { throw .unsuitable("The split leaves no row to train on") }
    return (split.training.map { usable[$0] }, split.validation.map { usable[$0] })
  }

  /// Each class's share of the training rows; empty where there are no classes.
  var classShares: [Double] {
    (preprocessing.target?.classes ?? []).indices.map { index in
      Double(training.labels.count { $0 == index }) / Double(training.labels.count)
    }
  }

  /// Step 0: how much there is of what, as the debugger's rules read it.
  func record(to sink: any MetricSink, epochs: Int) {
    func record(_ metric: Metric, _ value: Double) { sink.record(metric, value, step: 0) }
    record("data/training_rows", Double(training.count))
    record("data/features", Double(training.data.features.count))
    DataQuality(training: training, validation: validation).record(to: sink)
    if rowsWithoutTarget > 0 { record("data/rows_without_target", Double(rowsWithoutTarget)) }
    guard let target = preprocessing.target else {
      if let validation { record(.dataValidationRows, Double(validation.count)) }
      return
    }
    record(.dataValidationRows, Double(validation?.count ?? 0))
    record(.trainEpochs, Double(epochs))
    guard let classes = target.classes else { return record(.dataBaselineLoss, 1) }
    var entropy = 0.0
    for (index, label) in classes.enumerated() {
      let count = training.labels.count { $0 == index }
      record(Metric("data/class_count/\(label)"), Double(count))
      let share = Double(count) / Double(training.labels.count)
      if share > 0 { entropy -= share * log(share) }
    }
    record(.dataBaselineLoss, entropy)
  }
}

/// Some rows' features and targets.
struct FitRows {
  let data: TrainingData
  /// What squared errors are divided by: the variance of a regression's training targets, 1 for a constant.
  let variance: Double
  private let classes: [String]?

  /// These rows of a table. `variance` is that of the rows themselves where nil.
  init(
    _ table: Table, _ rows: [Int], _ preprocessing: Preprocessing, weights: [Float]? = nil, groups: [Int]? = nil,
    variance: Double?
  ) throws(DatasetError) {
    let target: SupervisedTarget
    classes = preprocessing.target?.classes
    if let classes {
      let labels = try preprocessing.target!.classIndices(of: table, rows: rows)
      target = .classes(labels, count: classes.count)
      self.variance = 1
    } else if let encoding = preprocessing.target {
      let numbers = try encoding.numbers(of: table, rows: rows)
      target = .numbers(Matrix(column: numbers))
      self.variance = variance ?? Self.variance(of: numbers)
    } else {
      target = .numbers(Matrix(rows: rows.count, columns: 0))
      self.variance = 1
    }
    data = TrainingData(
      try Features(of: table, rows: rows, preprocessing), target, weights: weights, groups: groups)
  }

  private static func variance(of numbers: [Float]) -> Double {
    let variance = Formats.variance(numbers)
    return variance > 0 ? variance : 1
  }

  var features: Features { data.features }
  var count: Int { features.rows }
  var target: SupervisedTarget { data.target }
  var labels: [Int] { data.labels }
  /// `[n, 1]`, or `[n, 0]` where there is nothing to predict.
  var numbers: Matrix<Float> { data.numbers }

  /// How well a model does on these rows; `outputs` are its own for them, if they are known.
  func scores(_ model: any FittedModel, outputs: Matrix<Float>? = nil) -> FitScores {
    let outputs = outputs ?? model.outputs(of: features)
    if let classes { return FitScores(truth: labels, probabilities: outputs, classes: classes) }
    if numbers.columns > 0 { return FitScores(truth: numbers.elements, predicted: outputs.elements) }
    return model.scores(features, outputs)
  }

  /// The mean cross-entropy, or the mean squared error in units of the training targets' variance.
  func loss(_ model: any FittedModel) -> Double {
    let outputs = model.outputs(of: features)
    if classes != nil {
      let sum = labels.enumerated().reduce(0.0) { $0 - log(Double(max(outputs[$1.offset, $1.element], 1e-30))) }
      return sum / Double(count)
    }
    return Scores.meanSquaredError(numbers.elements, outputs.elements) / variance
  }
}

extension Features {
  /// The features of `rows` of a table, all if nil, in the form of the preprocessing. Throws what `Preprocessing` throws.
  init(of table: Table, rows: [Int]? = nil, _ preprocessing: Preprocessing) throws(DatasetError) {
    switch preprocessing.form {
    case .scaled:
      let scaled = try preprocessing.features(of: table, rows: rows)
      self = .scaled(Matrix(rows: scaled.rows, columns: scaled.columns, scaled.values))
    case .sparse: self = .sparse(try preprocessing.sparseFeatures(of: table, rows: rows))
    case .columns: self = .columns(try preprocessing.featureColumns(of: table, rows: rows))
    }
  }
}
