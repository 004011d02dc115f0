import CKernels
import Datasets
import Learning
import Models
import Randomness
import Settings
import Telemetry

/// Boosts trees round by round: each is fitted to the gradients of the loss at the scores of those before, which may be those
/// of an earlier model.
///
/// Everything random comes from the seed and the number of the round, and scores from the trees, so that the trees are all
/// that a checkpoint needs.
package final class BoostingFit {
  let settings: GBDT
  private(set) var model: BoostedTrees
  /// Rounds done, those of an earlier model apart.
  package private(set) var step = 0
  /// Rounds of the earlier model that this goes on from; 0 without one.
  private let earlierRounds: Int
  /// Whether no split gains anything any more.
  private var isExhausted = false
  /// The round with the least validation loss, 0 before one.
  private(set) var bestStep = 0
  private var bestLoss = Double.infinity

  let objective: any Objective
  let grower: TreeGrower
  private let training: ScoredRows
  let validation: ScoredRows?
  private let gradients: UnsafeMutablePointer<Float>
  private let hessians: UnsafeMutablePointer<Float>
  private var sampling: RowSampling
  /// What losses of numbers are divided by: that of the best constant, those of quantiles by the standard deviation.
  private let unit: Double

  init(
    _ settings: GBDT, _ data: TrainingData, validation: TrainingData?, from earlier: BoostedTrees? = nil, seed: UInt64
  ) throws(HyperparameterError) {
    self.settings = settings
    let record = try ObjectiveRecord(settings, classes: data.classes, quantiles: data.quantiles)
    objective = record.objective
    try data.checkFinite()
    let target = TargetRows(
      data.targetValues, weights: data.weights(settings.classWeight), groups: data.groups)
    try objective.check(target)
    let root = SeedSequence(seed)
    let rows = BinnedRows(
      fitting: data.features.columns, mostBins: settings.mostBins, leastRows: settings.leastRowsInBin,
      seed: root.child(named: "bins"))
    grower = TreeGrower(
      rows, settings,
      directions: try rows.features.directions(settings.monotone, named: "monotone_constraints", of: data.features),
      interactions: try InteractionConstraints(
        settings.interactions, binned: rows.features, features: data.features.count),
      areBounded: data.classes != nil)
    training = ScoredRows(rows, data.features.columns, target, scores: objective.scoresPerRow)
    self.validation = validation.flatMap { data in
      data.features.rows == 0
        ? nil
        : ScoredRows(
          BinnedRows(data.features.columns, rows.features), data.features.columns,
          TargetRows(data.targetValues, weights: data.weights, groups: data.groups),
          scores: record.objective.scoresPerRow)
    }
    let places = max(1, rows.rows * objective.scoresPerRow)
    (gradients, hessians) = (.allocate(capacity: places), .allocate(capacity: places))
    gradients.initialize(repeating: 0, count: places)
    hessians.initialize(repeating: 0, count: places)
    sampling = RowSampling(
      settings: settings, rows: rows.rows, generator: CounterGenerator(root.child(named: "trees")))
    let constant = objective.initialScores(target)
    training.start(constant)
    let loss = objective.gradients(target, at: training.scores, gradients, hessians)
    let isScaled = data.classes == nil && record.choice != .lambdarank
    // As other models of quantiles have it.
    let scale = record.quantiles == nil ? loss : target.deviation
    unit = isScaled && scale > 0 && scale.isFinite ? scale : 1
    model =
      try earlier?.continued(by: record, features: data.features.count)
      ?? BoostedTrees(objective: record, features: data.features.count, initialScores: constant, trees: [])
    earlierRounds = model.rounds
    for scored in [training, self.validation].compactMap({ $0 }) { scored.start(model) }
    if earlier != nil { _ = objective.gradients(target, at: training.scores, gradients, hessians) }
  }

  package var isFinished: Bool {
    step >= settings.trees || isExhausted
      || settings.patience > 0 && validation != nil && step - bestStep >= settings.patience
  }

  deinit {
    gradients.deallocate()
    hessians.deallocate()
  }

  // MARK: A round

  func advance() throws(HyperparameterError) -> FitLosses {
    precondition(!isFinished, "the fit is finished")
    isExhausted = grow() == 0 && sampling.takesAll
    step += 1
    let loss = objective.gradients(training.target, at: training.scores, gradients, hessians) / unit
    let validationLoss = validation.map { $0.loss(objective) / unit }
    guard loss.isFinite else {
      throw HyperparameterError(
        "the loss is no longer a number after \(step) rounds: lower learning_rate, or scale the target")
    }
    if let validationLoss, validationLoss < bestLoss { (bestLoss, bestStep) = (validationLoss, step) }
    return FitLosses(training: loss, validation: validationLoss)
  }

  /// Counts those of the earlier model, so that what is random goes on as in a fit of all rounds.
  private var round: Int { earlierRounds + step }

  /// Adds a tree for each score; returns how many have a split.
  private func grow() -> Int {
    let (n, perRow) = (training.rows.rows, objective.scoresPerRow)
    let count = sample()
    var splits = 0
    for score in 0..<perRow {
      let number = round * perRow + score
      let (g, h) = (gradients + score * n, hessians + score * n)
      let allowed = sampling.features(training.rows.features.count, tree: number)
      let grown = grower.grow(
        g, h, count: count, allowed: allowed,
        rounding: TreeGrower.Rounding(key: sampling.roundingKey, stream: UInt64(number)))
      splits += grown.isLeaf ? 0 : 1
      let leaves = leaves(of: grown, g, h, score: score)
      let values = leaves.map(\.value)
      if count == n {
        for (leaf, value) in zip(grower.leaves, values) {
          rl_tree_add(value, grower.order + leaf.start, leaf.count, training.scores + score * n, 1)
        }
      } else {
        grown.route(training.rows, values: values, to: training.scores + score * n)
      }
      if let validation {
        grown.route(validation.rows, values: values, to: validation.scores + score * validation.rows.rows)
      }
      model.trees.append(DecisionTree(nodes: grown.shrunk(by: settings.learningRate), leaves: leaves))
    }
    return splits
  }

  /// Puts the rows of this round into the grower's order; returns how many they are.
  private func sample() -> Int {
    let (n, perRow) = (training.rows.rows, objective.scoresPerRow)
    // The first rounds see all rows, for their gradients are all alike.
    guard sampling.isGOSS, Double(round) >= 1 / settings.learningRate else {
      return sampling.bag(round: round, into: grower.order)
    }
    var sizes = [Float](repeating: 0, count: n)
    for score in 0..<perRow {
      for row in 0..<n { sizes[row] += abs(gradients[score * n + row] * hessians[score * n + row]) }
    }
    return sampling.goss(round: round, sizes: sizes, into: grower.order) { row, factor in
      for score in 0..<perRow {
        gradients[score * n + row] *= factor
        hessians[score * n + row] *= factor
      }
    }
  }

  /// The leaves of the tree that was just grown, with the values of exact sums.
  private func leaves(
    of tree: GrownTree, _ g: UnsafePointer<Float>, _ h: UnsafePointer<Float>, score: Int
  ) -> [DecisionTree.Leaf] {
    let limits = RLTreeLimits(settings)
    return grower.leaves.map { leaf in
      var sums = (0.0, 0.0)
      withUnsafeMutableBytes(of: &sums) {
        rl_tree_sums(
          g, h, grower.order + leaf.start, leaf.count, $0.baseAddress!.assumingMemoryBound(to: Double.self))
      }
      var value = limits.value(WordSum(gradient: sums.0, hessian: sums.1), penalty: leaf.penalty)
      if let share = objective.leafQuantile(of: score), leaf.count > 0 {
        let residuals = (leaf.start..<leaf.start + leaf.count).map { place in
          let row = Int(grower.order[place])
          let score = training.scores[score * training.rows.rows + row]
          return (Double(training.target.values[row]) - score, training.target.weight(row))
        }
        value = weightedQuantile(residuals, share: share)
      }
      if tree.isLeaf, objective.leafQuantile(of: score) == nil, !value.isFinite { value = 0 }
      value = value.clamped(to: leaf.bounds) * settings.learningRate
      return DecisionTree.Leaf(value: value, weight: sums.1, count: leaf.count)
    }
  }

  // MARK: Save, load

  package func save(into checkpoint: inout Checkpoint) {
    model.save(into: &checkpoint)
    checkpoint.set("best_iteration", encoding: bestStep)
    checkpoint.set("boosting", encoding: state)
  }

  private var state: BoostingState {
    BoostingState(
      step: step, bestStep: bestStep, bestLoss: bestLoss.isFinite ? bestLoss : nil, isExhausted: isExhausted,
      generator: sampling.generator, earlierRounds: earlierRounds > 0 ? earlierRounds : nil)
  }

  /// Scores are those of the trees, added in the order in which they were.
  package func load(from checkpoint: Checkpoint) throws {
    let saved = try BoostedTrees(from: checkpoint)
    let state: BoostingState = try checkpoint.decode("boosting")
    guard saved.features == model.features, saved.objective == model.objective,
      saved.rounds == earlierRounds + state.step, state.earlierRounds ?? 0 == earlierRounds
    else { throw CheckpointError("the checkpoint is of other trees than this fit grows") }
    model = saved
    (step, bestStep, bestLoss) = (state.step, state.bestStep, state.bestLoss ?? .infinity)
    isExhausted = state.isExhausted
    sampling = RowSampling(settings: settings, rows: sampling.rows, generator: state.generator)
    for scored in [training, validation].compactMap({ $0 }) { try scored.replay(model, earlierRounds: earlierRounds) }
    _ = objective.gradients(training.target, at: training.scores, gradients, hessians)
  }

  package func moveGenerators(to stream: Int) {
    sampling = RowSampling(
      settings: settings, rows: sampling.rows, generator: sampling.generator.split(UInt64(stream)))
  }

  /// The model; once finished with early stopping, up to its best round.
  var fittedTrees: BoostedTrees { model.kept(state, settings) }
}

/// How far boosting is, in a checkpoint.
struct BoostingState: Codable {
  var step: Int
  var bestStep: Int
  /// nil before the first round with validation rows.
  var bestLoss: Double?
  var isExhausted: Bool
  var generator: CounterGenerator
  /// nil for a fit that began with no tree.
  var earlierRounds: Int?
}

extension BoostedTrees {
  /// With early stopping a finished fit keeps the rounds up to the best; any other keeps all.
  func kept(_ state: BoostingState, _ settings: GBDT) -> BoostedTrees {
    guard settings.patience > 0, (1...max(1, state.step)).contains(state.bestStep),
      state.step >= settings.trees || state.isExhausted || state.step - state.bestStep >= settings.patience
    else { return self }
    return first(rounds: (state.earlierRounds ?? 0) + state.bestStep)
  }
}
