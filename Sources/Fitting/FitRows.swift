import BLASBridge
import Datasets
import Formats
import Foundation
import Learning
import Models

/// Some rows' features and targets.
struct FitRows {
  let data: TrainingData
  /// What squared errors are divided by: the variance of a regression's training targets, 1 for a constant.
  let variance: Double
  let classes: [String]?

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
      target = encoding.target(Matrix(column: numbers))
      self.variance = variance ?? Self.variance(of: numbers)
    } else {
      target = .numbers(Matrix(rows: rows.count, columns: 0))
      self.variance = 1
    }
    data = TrainingData(
      try Features(of: table, rows: rows, preprocessing), target, weights: weights, groups: groups)
  }

  /// The loss of the rows' own quantiles, for all of them the same.
  var lossOfConstants: Double {
    let predictions = Matrix(quantiles: data.quantiles ?? [], of: numbers.elements, rows: count)
    return mean(target.losses(predictions)) / variance.squareRoot()
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
    if let model = model as? any RankingModel, model.isRanking {
      let gain = data.groups.flatMap { model.gain(of: numbers.elements, scores: outputs.elements, groups: $0) }
      return FitScores(gain.map { [FitScores.Score(name: "ndcg", value: $0)] } ?? [])
    }
    if data.quantiles != nil { return target.scores(outputs, classes: []) }
    if numbers.columns > 0 { return FitScores(truth: numbers.elements, predicted: outputs.elements) }
    return model.scores(features, outputs)
  }

  /// The mean cross-entropy, the mean squared error in units of the training targets' variance, or the mean pinball loss in units
  /// of their deviation.
  func loss(_ model: any FittedModel) -> Double {
    let outputs = model.outputs(of: features)
    if classes != nil {
      let sum = labels.enumerated().reduce(0.0) { $0 - log(Double(max(outputs[$1.offset, $1.element], 1e-30))) }
      return sum / Double(count)
    }
    if data.quantiles != nil { return mean(target.losses(outputs)) / variance.squareRoot() }
    return Scores.meanSquaredError(numbers.elements, outputs.elements) / variance
  }
}

extension TargetEncoding {
  /// Of numbers `[n, 1]`, themselves or their quantiles.
  package func target(_ numbers: Matrix<Float>) -> SupervisedTarget {
    quantiles.map { .quantiles($0, of: numbers) } ?? .numbers(numbers)
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
