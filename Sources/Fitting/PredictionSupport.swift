import BLASBridge
import Datasets
import Learning
import Validation

/// The part of a model's checkpoint that comes from held-out rows: the calibration of its probabilities, the threshold by cost, the
/// scores behind intervals.
struct PredictionSupport {
  /// nil where none was asked for.
  let calibration: Calibration?
  /// nil for the most probable class.
  let decision: CostDecision?
  /// nil for quantiles.
  let conformal: ConformalScores?

  init(_ held: HeldOutRows, _ configuration: FitConfiguration, classes: [String]) {
    var calibration: Calibration?
    if let method = configuration.calibration, case .classes(let probabilities, let labels) = held.kind {
      calibration = Calibration(method, probabilities, labels: labels)
    }
    self.calibration = calibration
    let calibrated = held.calibrated(configuration.calibration)
    conformal = calibrated.conformalScores
    decision = configuration.costs.flatMap { CostDecision($0, configuration.positive, classes, calibrated) }
  }

  private static let scoresName = "conformal_scores"

  func save(into checkpoint: inout Checkpoint) {
    if let conformal { checkpoint.set(Self.scoresName, conformal.ascending) }
    if let calibration { checkpoint.set("calibration", encoding: calibration) }
    if let decision { checkpoint.set("decision", encoding: decision) }
  }

  /// nil for a checkpoint of a fit without such rows, or of an earlier version. Throws `CheckpointError` where it does not fit.
  init?(from checkpoint: Checkpoint, classes: [String]) throws {
    guard checkpoint.tensors[Self.scoresName] != nil else { return nil }
    let scores = try checkpoint.doubles(Self.scoresName)
    guard scores.allSatisfy({ $0 >= 0 }) else { throw CheckpointError("the checkpoint's conformal scores are below 0") }
    conformal = ConformalScores(scores)
    calibration = checkpoint.texts["calibration"] == nil ? nil : try checkpoint.decode("calibration")
    decision = checkpoint.texts["decision"] == nil ? nil : try checkpoint.decode("decision")
    if let calibration, !calibration.isSound(classes: classes.count) {
      throw CheckpointError("the checkpoint's calibration is not one of \(classes.count) classes")
    }
    if let decision, classes.count != 2 || !classes.contains(decision.positive) || !decision.threshold.isFinite {
      throw CheckpointError("the checkpoint's threshold is of the class '\(decision.positive)', which its target lacks")
    }
  }

  /// A model's outputs as they are predicted.
  func calibrated(_ outputs: Matrix<Float>) -> Matrix<Float> {
    guard let calibration else { return outputs }
    let mapped = calibration(ClassProbabilities(outputs.elements.map(Double.init), classes: outputs.columns))
    return Matrix(rows: outputs.rows, columns: outputs.columns, mapped.values.map { Float($0) })
  }
}

/// The probability from which on a row is predicted as the positive class.
struct CostDecision: Codable, Hashable, Sendable {
  var positive: String
  var threshold: Double
  var costs: MistakeCosts

  /// The threshold of the least cost on rows that the model was not fitted to; nil but for two classes.
  init?(_ costs: MistakeCosts, _ positive: String?, _ classes: [String], _ held: HeldOutRows) {
    guard classes.count == 2, case .classes(let probabilities, let labels) = held.kind, held.count > 0,
      let index = Self.index(of: positive, classes)
    else { return nil }
    (self.positive, self.costs) = (classes[index], costs)
    threshold = costs.bestThreshold(probabilities.column(index), labels.map { $0 == index })
  }

  /// The second class where none is named.
  static func index(of positive: String?, _ classes: [String]) -> Int? {
    guard let positive else { return 1 }
    return classes.firstIndex(of: positive)
  }

  /// The class of each row of probabilities.
  func labels(_ probabilities: Matrix<Float>, _ classes: [String]) -> [Int] {
    let positive = classes.firstIndex(of: positive) ?? 1
    return (0..<probabilities.rows).map { row in
      Double(probabilities[row, positive]) >= threshold ? positive : 1 - positive
    }
  }
}
