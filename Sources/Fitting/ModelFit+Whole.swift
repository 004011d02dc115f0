import Datasets
import Learning
import Runs
import Tracker

extension ModelFit {
  /// The model of all rows that a run sees, fitted for as many steps as its folds chose; nil where `shouldStop` said so.
  ///
  /// `checkpoint` is the run's, after all of its folds.
  static func whole(
    after checkpoint: Checkpoint, of run: String, in store: Store, shouldStop: () -> Bool
  ) throws -> TableModel? {
    let description = try store.load(run).description
    var configuration = try FitConfiguration(of: description).located(in: store)
    let (file, seed) = (try configuration.data.read(), description.seed)
    let learnerSeed = RunContext().learnerSeed(seed)
    let data = try FitData(configuration, file, seed: seed)
    let folded = try FoldedFit(
      configuration, file, data.preprocessing.target, seed: seed, learnerSeed: learnerSeed, threads: 1)
    try folded?.load(from: checkpoint)
    configuration.isBagged = false
    let fit = try ModelFit(configuration, data, folded, seed: learnerSeed)
    while !fit.isFinished {
      if shouldStop() { return nil }
      try fit.advance(reporting: Silence()) { _, _ in }
    }
    return fit.tableModel
  }

  private var tableModel: TableModel? {
    model.map { TableModel($0, fittedTo: data, as: configuration) }
  }
}
