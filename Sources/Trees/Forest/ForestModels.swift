import Datasets
import Learning
import Models
import Settings

/// Trees on bootstrap rows, whose splits are the best of a few features that are drawn (Breiman 2001).
package struct RandomForest: ForestModel {
  package var forest = ForestSettings()
  package init() {}
  package static let hyperparameters: [Hyperparameter<RandomForest>] = ofManyTrees + ofEachTree
}

/// Trees on all rows, whose splits are the best of drawn thresholds of a few features (Geurts et al. 2006).
package struct ExtraTrees: ForestModel {
  package var forest = ForestSettings()
  package init() {
    forest.isBootstrapped = false
    forest.drawsThresholds = true
  }
  package static let hyperparameters: [Hyperparameter<ExtraTrees>] = ofManyTrees + ofEachTree
}

/// One tree on all rows and features.
package struct SingleTree: ForestModel {
  package var forest = ForestSettings()
  package init() {
    forest.trees = 1
    forest.isBootstrapped = false
    forest.features = .all
  }
  package static let hyperparameters: [Hyperparameter<SingleTree>] = ofEachTree
}

extension RandomForest: FittableModel {
  package static let name = "random_forest"
  package static let summary = "trees on bootstrap rows: classification, regression and quantiles"
}

extension ExtraTrees: FittableModel {
  package static let name = "extra_trees"
  package static let summary = "trees of drawn thresholds: classification, regression and quantiles"
}

extension SingleTree: FittableModel {
  package static let name = "decision_tree"
  package static let summary = "one decision tree: classification, regression and quantiles"
}

extension ForestModel where Self: FittableModel {
  package static var tasks: [PredictionTask] { [.regression, .classification, .quantile] }
  package static var form: FeatureForm { .columns }
  package static var takesWeights: Bool { true }
  package var budget: Int { forest.trees }

  /// Bins twice, votes, and trees that grow until each leaf is of one kind: up to a leaf for each row.
  package func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    let (n, d) = (Double(rows), Double(features))
    let width = outputs > 2 ? Double(outputs) : 1
    var memory = MemoryEstimate()
    memory.add("the binned rows", bytes: n * (2 * d + 64 + 16 * width), lower: "rows or features")
    memory.add("sums of bins", bytes: 2048 * max(2, width), lower: "classes")
    var leaves = n / Double(forest.leastRowsInLeaf)
    if forest.leastWeightShareInLeaf > 0 { leaves = min(leaves, 1 / forest.leastWeightShareInLeaf) }
    if let most = forest.mostLeaves { leaves = min(leaves, Double(most)) }
    if let depth = forest.maximumDepth, depth < 60 { leaves = min(leaves, Double(1 << depth)) }
    memory.add("trees", bytes: 200 * Double(forest.trees) * max(1, leaves), lower: "n_estimators, or set max_depth")
    return memory
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) throws -> any FitLearner {
    try ForestFit(forest, training, validation: validation, seed: seed)
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    let forest = try Forest(from: checkpoint)
    guard forest.outputCount == outputs else {
      throw CheckpointError("the checkpoint's trees have \(forest.outputCount) outputs, its target \(outputs)")
    }
    return FittedForest(forest)
  }
}

extension ForestSettings {
  /// Throws where a criterion is of another kind of target, or the rows are none to fit to.
  func check(_ data: TrainingData) throws(HyperparameterError) {
    switch (criterion, data.classes) {
    case (.squaredError, _?):
      throw HyperparameterError("'criterion' is squared_error, and the target has classes: use gini or entropy")
    case (.gini, nil), (.entropy, nil), (.logLoss, nil):
      throw HyperparameterError(
        "'criterion' is \(criterion.rawValue), and the target is a number: use squared_error, or --task classification")
    default: break
    }
    if keepsTargets, data.classes != nil {
      throw HyperparameterError("'quantiles' are of numbers, and the target has classes: leave it out")
    }
    if let classes = data.classes, classes > 2, monotone.contains(where: { $0 != 0 }) {
      throw HyperparameterError(
        "'monotonic_cst' is for numbers and two classes, and the target has \(classes): leave it out")
    }
    try data.checkFinite()
  }
}
