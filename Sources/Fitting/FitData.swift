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
  /// The training rows' places in the table.
  let trainingPlaces: [Int]
  /// What comes before the preprocessing; nil without a pipeline.
  let preparation: Preparation?
  /// The model that the fit goes on from; nil for one that begins anew.
  let earlier: Predictor?
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
    try self.init(configuration, configuration.data.read(), seed: seed)
  }

  /// The same, of data that were read.
  init(_ configuration: FitConfiguration, _ file: DataFile, seed: UInt64) throws {
    let earlier = try configuration.earlierModel()
    let own = try DataFileError.naming(file.path) {
      try Self.divide(file.table, configuration, earlier, seed: seed)
    }
    self.earlier = earlier
    (preprocessing, preparation, training) = (own.preprocessing, own.preparation, own.training)
    trainingPlaces = own.places
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

  /// Rows of a table that train, and others that test; the classes are those of the whole table.
  init(
    _ configuration: FitConfiguration, _ table: Table, training: [Int], testing: [Int], target: TargetEncoding?,
    seed: UInt64
  ) throws {
    let own = try DataFileError.naming(configuration.data.path) {
      try Self.parts(table, configuration, training, testing, nil, target: target, withoutTarget: 0, seed: seed)
    }
    earlier = nil
    (preprocessing, preparation, self.training) = (own.preprocessing, own.preparation, own.training)
    (validation, trainingPlaces, rowsWithoutTarget) = (own.validation, own.places, 0)
    (findings, remarks, targetClasses) = ([], [], [])
    try check(configuration)
  }

  /// Throws if these rows are too few for the configuration's model, or take more memory than there is.
  func check(_ configuration: FitConfiguration) throws {
    try configuration.estimator.check(rows: training.count, features: training.data.features.count)
    let outputs = preprocessing.target.map(\.outputs) ?? 0
    try configuration.estimator.memory(rows: training.count, features: training.data.features.count, outputs: outputs)
      .require(configuration.model)
  }

  private typealias Parts = (
    preprocessing: Preprocessing, preparation: Preparation?, training: FitRows, validation: FitRows?, places: [Int],
    withoutTarget: Int
  )

  private static func divide(
    _ table: Table, _ configuration: FitConfiguration, _ earlier: Predictor?, seed: UInt64
  ) throws -> Parts {
    let usable = try configuration.parts(of: table).seen
    let split = try split(table, usable, configuration, share: configuration.validation, seed: seed)
    if split.training.isEmpty { throw DatasetError.unsuitable("The split leaves no row to train on") }
    return try parts(
      table, configuration, split.training, split.others, earlier, target: nil,
      withoutTarget: table.rowCount - rowsWithTarget(table, configuration.target).count, seed: seed)
  }

  /// `places` of the table train; everything that is learnt of rows is learnt of them alone.
  private static func parts(
    _ table: Table, _ configuration: FitConfiguration, _ places: [Int], _ judged: [Int], _ earlier: Predictor?,
    target: TargetEncoding?, withoutTarget: Int, seed: UInt64
  ) throws -> Parts {
    var (own, rows, preparation) = (
      table.dropping(configuration.columnsWithoutFeatures), places, Preparation?.none
    )
    if let pipeline = configuration.pipeline {
      (preparation, own) = try Preparation.fit(
        pipeline, to: own, rows, target: configuration.target, form: type(of: configuration.estimator).form, seed: seed)
      rows = Array(0..<own.rowCount)
    }
    var preprocessing = try Preprocessing(
      fitting: own, rows: rows, target: configuration.target,
      task: configuration.task, quantiles: configuration.quantiles, form: type(of: configuration.estimator).form,
      unseenCategories: configuration.unseenCategories,
      labelsAreWritten: !configuration.data.format.isOfFirstRules, targetEncoding: target)
    if let earlier { preprocessing = try preprocessing.continuing(earlier.preprocessing, table: own) }
    preparation?.keepInputs(for: preprocessing)
    let training = try FitRows(
      own, rows, preprocessing,
      weights: configuration.weight.map { try table.weights($0, rows: places) },
      groups: configuration.group.map { try table.groups($0, rows: places) }, variance: nil)
    var validation: FitRows?
    if !judged.isEmpty {
      let groups = try configuration.group.map { name throws(DatasetError) in try table.groups(name, rows: judged) }
      let (table, rows) = try preparation?.prepared(table, judged) ?? (table, judged)
      validation = try FitRows(table, rows, preprocessing, groups: groups, variance: training.variance)
    }
    return (preprocessing, preparation, training, validation, places, withoutTarget)
  }

  static func rowsWithTarget(_ table: Table, _ target: String?) throws(DatasetError) -> [Int] {
    guard let target else { return Array(0..<table.rowCount) }
    return try table.column(target).rowsWithValue
  }

  /// Rows of the table for training, and the share that is for something else; classes in proportion.
  static func split(
    _ table: Table, _ usable: [Int], _ configuration: FitConfiguration, share: Double, seed: UInt64
  ) throws(DatasetError) -> (training: [Int], others: [Int]) {
    let split: Split
    if let group = configuration.group {
      split = Split(groups: try table.groups(group, rows: usable), validation: share, seed: seed)
    } else if let time = configuration.time {
      split = Split(times: try table.times(time, rows: usable), validation: share)
    } else {
      var strata: [Int]?
      if configuration.task == .classification { strata = try classes(of: table, usable, configuration)?.indices }
      split = Split(count: usable.count, validation: share, seed: seed, strata: strata)
    }
    return (split.training.map { usable[$0] }, split.validation.map { usable[$0] })
  }

  /// The classes of the target and the index of each row's; nil without a target.
  static func classes(
    of table: Table, _ rows: [Int], _ configuration: FitConfiguration
  ) throws(DatasetError) -> (labels: [String], indices: [Int])? {
    guard let target = configuration.target else { return nil }
    let isWritten = !configuration.data.format.isOfFirstRules
    let encoding = try TargetEncoding(
      fitting: table, column: target, task: .classification, labelsAreWritten: isWritten)
    return (encoding.classes ?? [], try encoding.classIndices(of: table, rows: rows))
  }

  /// Each class's share of the training rows; empty where there are no classes.
  var classShares: [Double] {
    (preprocessing.target?.classes ?? []).indices.map { index in
      Double(training.labels.count { $0 == index }) / Double(training.labels.count)
    }
  }

  /// Step 0: how much there is of what, as the debugger's rules read it.
  func record(to sink: any MetricSink, epochs: Int, folds: FitFolds? = nil) {
    func record(_ metric: Metric, _ value: Double) { sink.record(metric, value, step: 0) }
    record("data/training_rows", Double(training.count))
    record("data/features", Double(training.data.features.count))
    DataQuality(training: training, validation: validation, folds: folds?.firstRepeat ?? []).record(to: sink)
    if rowsWithoutTarget > 0 { record("data/rows_without_target", Double(rowsWithoutTarget)) }
    guard let target = preprocessing.target else {
      if let validation { record(.dataValidationRows, Double(validation.count)) }
      return
    }
    record(.dataValidationRows, Double(folds?.testedCount ?? validation?.count ?? 0))
    record(.trainEpochs, Double(epochs))
    guard let classes = target.classes else {
      return record(.dataBaselineLoss, target.quantiles == nil ? 1 : training.lossOfConstants)
    }
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
