import BLASBridge
import Datasets
import Learning
import Models
import Settings
import Telemetry

extension GBDT: FittableModel {
  package static let name = "gbdt"
  package static let summary = "gradient-boosted decision trees: classification, regression and quantiles"
  package static let tasks: [PredictionTask] = [.regression, .classification, .quantile]
  package static let form = FeatureForm.columns
  package static let takesWeights = true
  package var budget: Int { trees }

  /// Bins twice, scores with their derivatives, and a histogram for each leaf that may be split.
  package func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    let (n, d) = (Double(rows), Double(features))
    let perRow = outputs > 2 ? Double(outputs) : 1
    var memory = MemoryEstimate()
    memory.add("the binned rows", bytes: n * (2 * d + 8 + 20 + 16 * perRow), lower: "rows or features")
    let open = min(Double(leaves), max(1, n / Double(max(1, leastRowsInLeaf))))
    memory.add("histograms", bytes: 2048 * d * (open + 1), lower: "num_leaves")
    memory.add("trees", bytes: 120 * Double(trees) * perRow * open, lower: "n_estimators or num_leaves")
    return memory
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) throws -> any FitLearner {
    try BoostingFit(self, training, validation: validation, seed: seed)
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    let trees = try BoostedTrees(from: checkpoint)
    guard trees.objective.objective.outputCount == outputs else {
      throw CheckpointError(
        "the checkpoint's trees have \(trees.objective.objective.outputCount) outputs, its target \(outputs)")
    }
    // A fitted model that was saved alone has the trees that are kept, and no others.
    guard checkpoint.texts["boosting"] != nil else { return FittedTrees(trees) }
    return FittedTrees(trees.kept(try checkpoint.decode("boosting"), self))
  }

}

extension GBDT: ContinuableModel {
  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, from earlier: any FittedModel, seed: UInt64
  ) throws -> any FitLearner {
    guard let earlier = earlier as? FittedTrees else {
      throw HyperparameterError("boosting goes on from boosted trees, and the earlier model has none")
    }
    return try BoostingFit(self, training, validation: validation, from: earlier.trees, seed: seed)
  }
}

extension BoostedTrees {
  /// The same trees, to be followed by those of an objective. Throws where that adds up other scores than theirs.
  func continued(by record: ObjectiveRecord, features: Int) throws(HyperparameterError) -> BoostedTrees {
    guard record.choice == objective.choice, record.classes == objective.classes,
      record.quantiles == objective.quantiles
    else {
      throw HyperparameterError(
        "the earlier trees are of the objective '\(objective.choice.rawValue)', and '\(record.choice.rawValue)' cannot go on "
          + "from them: set objective=\(objective.choice.rawValue), or start anew")
    }
    precondition(features == self.features, "\(features) features for trees of \(self.features)")
    var continued = self
    continued.objective = record
    return continued
  }
}

extension BoostingFit: ValidatedLearner {
  package var hasEpochs: Bool { true }
  package var fittedModel: any FittedModel { FittedTrees(fittedTrees) }

  package var validationOutputs: Matrix<Float>? { validation?.outputs(objective) }

  package func advance(
    reporting sink: any MetricSink, iterated: (_ iteration: Int, _ loss: Double) throws -> Void
  ) throws -> FitLosses {
    try advance()
  }
}

extension BoostingFit: ThreadedLearner {
  package func setThreads(_ threads: Int) { grower.setThreads(threads) }
}

extension BoostingFit: EarlyStoppingLearner {
  package var chosenStep: Int? { settings.patience > 0 && validation != nil && bestStep > 0 ? bestStep : nil }
}

extension TrainingData {
  /// nil for numbers.
  var classes: Int? { if case .classes(_, let count) = target { count } else { nil } }
  /// Numbers, or class indices as numbers.
  var targetValues: [Float] { classes == nil ? numbers.elements : labels.map { Float($0) } }

  /// The rows' weights, times what makes the classes count alike; nil where all rows count the same.
  func weights(_ choice: ClassWeight) -> [Float]? {
    guard let classes, let factors = choice.factors(labels: labels, classes: classes, weights: weights) else {
      return weights
    }
    return labels.enumerated().map { row, label in
      Float((weights.map { Double($0[row]) } ?? 1) * factors[label])
    }
  }

  /// Throws where targets or weights are no numbers to fit to.
  func checkFinite() throws(HyperparameterError) {
    if let weights, let wrong = weights.first(where: { !($0 >= 0 && $0.isFinite) }) {
      throw HyperparameterError("the weight of a row is \(wrong): weights are finite numbers ≥ 0")
    }
    if let weights, !weights.contains(where: { $0 > 0 }) {
      throw HyperparameterError("all weights are 0: give some row a weight above 0")
    }
    if classes == nil, let wrong = numbers.elements.first(where: { !$0.isFinite }) {
      throw HyperparameterError("a target is \(wrong): targets are finite numbers")
    }
  }
}
