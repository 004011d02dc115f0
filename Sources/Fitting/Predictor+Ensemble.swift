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
      }
    }
    return (holds, widths)
  }

  /// A checkpoint of models that predict together: those of runs, each with a weight. `predictions` are theirs, weighted, for rows
  /// that they were not fitted to: calibration, threshold and intervals come from them.
  ///
  /// Throws where a run has no model, or predicts something else.
  package static func checkpoint(
    combining runs: [(run: String, weight: Double)], _ configuration: FitConfiguration, judged: JudgedRows,
    predictions: Matrix<Float>, in store: Store
  ) throws -> Checkpoint {
    let parts = try runs.map { run, weight in
      (weight: weight, ensemble: try Predictor(CheckpointReference(run: run, choice: .last).load(from: store)).ensemble)
    }
    let ensemble = ModelEnsemble(combining: parts)
    var checkpoint = Checkpoint()
    checkpoint.texts["format"] = "rlrun-model-1"
    checkpoint.texts["model"] = runs.count == 1 ? ensemble.first.name : "ensemble"
    configuration.data.saveReading(of: Set(ensemble.inputs), into: &checkpoint)
    PredictionSupport(judged.held(predictions), configuration, classes: judged.classes).save(into: &checkpoint)
    ensemble.save(into: &checkpoint)
    return checkpoint
  }
}
