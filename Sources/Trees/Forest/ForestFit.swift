import BLASBridge
import Datasets
import Learning
import Models
import Randomness
import Settings
import Telemetry

/// Grows a forest tree by tree. Everything random comes from the seed and the number of the tree, so that the trees are all
/// that a checkpoint needs.
package final class ForestFit: ValidatedLearner {
  private let settings: ForestSettings
  private let target: ForestTarget
  /// One for each thread.
  private var growers: [ForestGrower]
  private var team: ThreadTeam?
  /// What threads grow together, and trees that are grown and not yet of the forest.
  private let ahead = TreesAhead()
  private let makeGrower: () -> ForestGrower
  private let training: ForestVotes
  private let validation: ForestVotes?
  private(set) var forest: Forest
  /// The generators of trees, each from that number on.
  private var generators: [Stage]

  private struct Stage: Codable {
    var first: Int
    var generator: CounterGenerator
  }

  init(_ settings: ForestSettings, _ data: TrainingData, validation: TrainingData?, seed: UInt64) throws {
    self.settings = settings
    try settings.check(data)
    let keepsTargets = settings.keepsTargets || data.quantiles != nil
    let root = SeedSequence(seed)
    let target = ForestTarget(
      data.targetValues, classes: data.classes, weights: data.weights(settings.classWeight),
      keepsRanks: keepsTargets)
    let rows = BinnedRows(
      fitting: data.features.columns, mostBins: settings.mostBins, leastRows: 1, seed: root.child(named: "bins"))
    self.target = target
    let orders = CategoryOrders(rows, target)
    let directions = try rows.features.directions(settings.monotone, named: "monotonic_cst", of: data.features)
    makeGrower = { ForestGrower(rows, target, orders, settings, directions: directions) }
    growers = [makeGrower()]
    training = ForestVotes(rows, target)
    self.validation = validation.flatMap { data in
      data.features.rows == 0
        ? nil
        : ForestVotes(
          BinnedRows(data.features.columns, rows.features),
          ForestTarget(data.targetValues, classes: data.classes, weights: data.weights))
    }
    forest = Forest(
      classes: data.classes, features: data.features.count, targets: target.distinct, quantiles: data.quantiles,
      trees: [])
    generators = [Stage(first: 0, generator: CounterGenerator(root.child(named: "trees")))]
  }

  package var step: Int { forest.trees.count }
  package var isFinished: Bool { step >= settings.trees }
  package var hasEpochs: Bool { true }
  package var fittedModel: any FittedModel { FittedForest(forest) }
  /// Votes are of means: quantiles are those of the whole forest.
  package var validationOutputs: Matrix<Float>? { forest.quantiles == nil ? validation?.outputs(forest) : nil }

  package func advance(
    reporting sink: any MetricSink, iterated: (_ iteration: Int, _ loss: Double) throws -> Void
  ) throws -> FitLosses {
    precondition(!isFinished, "the fit is finished")
    let (bag, grown) = nextTree()
    forest.trees.append(grown.tree)
    training.add(grown, bag: bag)
    validation?.add(grown, bag: nil)
    if isFinished, settings.isBootstrapped, let score = training.unseenScore {
      sink.record("train/oob_score", score, step: step)
    }
    // Votes are of means, and the loss of quantiles is another.
    if forest.quantiles != nil { return FitLosses() }
    let losses = FitLosses(
      training: training.loss(variance: target.variance), validation: validation?.loss(variance: target.variance))
    guard losses.training!.isFinite else {
      throw HyperparameterError("the loss is no longer a number: scale the target")
    }
    return losses
  }

  /// With several threads as many trees are grown at a time.
  private func nextTree() -> (bag: [Double], grown: ForestGrower.Grown) {
    guard let team else {
      let generator = generator(of: step)
      let bag = bag(generator.split(0))
      return (bag, growers[0].grow(bag, generator.split(1)))
    }
    if ahead.trees.isEmpty {
      ahead.tasks = (step..<min(settings.trees, step + growers.count)).map { number in
        let generator = generator(of: number)
        return (bag(generator.split(0)), generator.split(1))
      }
      team.run()
      ahead.collect()
    }
    return ahead.trees.removeLast()
  }

  /// The accuracy or R² of rows by the trees that were not fitted to them.
  var outOfBagScore: Double? { settings.isBootstrapped ? training.unseenScore : nil }

  private func generator(of tree: Int) -> CounterGenerator {
    generators.last { $0.first <= tree }!.generator.split(UInt64(tree))
  }

  /// The weights of the rows for a tree: how often each was drawn, times its own.
  private func bag(_ generator: CounterGenerator) -> [Double] {
    let rows = target.count
    var bag = (0..<rows).map { target.weight($0) }
    guard settings.isBootstrapped, rows > 0 else { return bag }
    var generator = generator
    var counts = [Double](repeating: 0, count: rows)
    let drawn = max(1, Int((Double(rows) * settings.rowShare).rounded()))
    for _ in 0..<drawn { counts[generator.integer(below: rows)] += 1 }
    for row in 0..<rows { counts[row] *= bag[row] }
    // All that were drawn may have a weight of 0.
    if counts.contains(where: { $0 > 0 }) { bag = counts }
    return bag
  }

  // MARK: Save, load

  package func save(into checkpoint: inout Checkpoint) {
    forest.save(into: &checkpoint)
    checkpoint.set("forest_generators", encoding: generators)
  }

  package func load(from checkpoint: Checkpoint) throws {
    let saved = try Forest(from: checkpoint)
    let stages: [Stage] = try checkpoint.decode("forest_generators")
    guard saved.features == forest.features, saved.classes == forest.classes, saved.targets == forest.targets,
      saved.trees.count <= settings.trees,
      stages.first?.first == 0
    else { throw CheckpointError("the checkpoint is of another forest than this fit grows") }
    generators = stages
    ahead.trees = []
    for votes in [training, validation].compactMap({ $0 }) { votes.clear() }
    for (number, tree) in saved.trees.enumerated() {
      let grown = ForestGrower.Grown(tree: tree, overBins: try GrownTree(tree.tree, over: training.rows.features))
      training.add(grown, bag: bag(generator(of: number).split(0)))
      validation?.add(grown, bag: nil)
    }
    forest = saved
  }

  package func moveGenerators(to stream: Int) {
    ahead.trees = []
    generators.append(
      Stage(first: step, generator: generators.last!.generator.split(UInt64(bitPattern: Int64(~stream)))))
  }
}

extension ForestFit: ThreadedLearner {
  package func setThreads(_ threads: Int) {
    ahead.trees = []
    let count = max(1, min(threads, settings.trees))
    growers = growers.prefix(1) + (1..<count).map { _ in makeGrower() }
    let ahead = ahead
    ahead.growers = growers
    team = count == 1 ? nil : ThreadTeam(parts: count, name: "tree") { ahead.grow($0) }
  }
}
