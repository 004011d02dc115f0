import BLASBridge
import Datasets
import Learning
import Models
import Runs
import Tracker
import Validation

// Several models that predict together, and what is known of their predictions.
extension Predictor {
  /// How many models predict together.
  package var memberCount: Int { ensemble.members.count }

  /// The model in a checkpoint. Throws `CheckpointError` where there is none.
  package init(checkpoint: Checkpoint) throws { try self.init(checkpoint) }

  /// Whether the interval around each prediction, or its set of classes, holds the truth, and how wide it is or how many classes
  /// it has. Nothing before `predictIntervals`.
  package func intervals(
    _ predictions: Matrix<Float>, truth: SupervisedTarget
  ) -> (holds: [Bool], widths: [Double]) {
    guard let quantile else { return ([], []) }
    var (holds, widths): ([Bool], [Double]) = ([], [])
    for row in 0..<predictions.rows {
      switch truth {
      case .classes(let labels, let count):
        let set = Self.set((0..<count).map { Double(predictions[row, $0]) }, quantile: quantile)
        holds.append(set.contains(labels[row]))
        widths.append(Double(set.count))
      case .numbers(let values):
        holds.append(abs(Double(values[row, 0]) - Double(predictions[row, 0])) <= quantile)
        widths.append(2 * quantile)
      case .quantiles: preconditionFailure("quantiles have no interval around them")
      }
    }
    return (holds, widths)
  }

  /// Models that predict together, those of runs.
  package struct Combination {
    package var runs: [(run: String, weight: Double)]
    package var pooling: Pooling
    /// Takes one model of each run, fitted to all rows, instead of those of its folds.
    package var isRefitted: Bool

    package init(_ runs: [(run: String, weight: Double)], _ pooling: Pooling = .mean, isRefitted: Bool = false) {
      (self.runs, self.pooling, self.isRefitted) = (runs, pooling, isRefitted)
    }
  }

  /// A checkpoint of models that predict together. `predictions` are theirs for rows that they were not fitted to: calibration,
  /// threshold and intervals come from them.
  ///
  /// nil where `shouldStop` said so. Throws where a run has no model, or predicts something else.
  package static func checkpoint(
    of combination: Combination, _ configuration: FitConfiguration, judged: JudgedRows, predictions: Matrix<Float>,
    in store: Store, shouldStop: () -> Bool = { false }
  ) throws -> Checkpoint? {
    var parts: [(weight: Double, ensemble: ModelEnsemble)] = []
    for (run, weight) in combination.runs {
      let checkpoint = try CheckpointReference(run: run, choice: .last).load(from: store)
      if combination.isRefitted {
        guard let model = try ModelFit.whole(after: checkpoint, of: run, in: store, shouldStop: shouldStop) else {
          return nil
        }
        parts.append((weight, ModelEnsemble(model)))
      } else {
        parts.append((weight, try Predictor(checkpoint).ensemble))
      }
    }
    let ensemble = ModelEnsemble(combining: parts, combination.pooling)
    var checkpoint = Checkpoint()
    checkpoint.texts["format"] = "rlrun-model-1"
    checkpoint.texts["model"] = parts.count == 1 ? ensemble.first.name : "ensemble"
    configuration.data.saveReading(of: Set(ensemble.inputs), into: &checkpoint)
    PredictionSupport(judged.held(predictions), configuration, classes: judged.classes).save(into: &checkpoint)
    ensemble.save(into: &checkpoint)
    return checkpoint
  }
}
