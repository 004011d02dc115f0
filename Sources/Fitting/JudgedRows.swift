import BLASBridge
import Datasets
import Learning
import Models
import Runs
import Settings
import Tracker
import Validation

/// Which rows the folds of a fit judge, and their truth: the same for all fits of these data, seed and folds, whatever their model.
package struct JudgedRows {
  /// Places in the table, ascending.
  package let rows: [Int]
  /// The fold that judges each.
  package let folds: [Int]
  package let foldCount: Int
  /// Whether later folds judge models of earlier rows.
  package let isByTime: Bool
  /// The number of judged rows as a share of the training rows of a fold.
  package let testToTraining: Double
  package let truth: SupervisedTarget
  /// Of classes, as they are written; empty for numbers.
  package let classes: [String]
  /// Where the predictions of each row stand in a checkpoint.
  private let order: [Int]

  /// Throws where the data are gone or have changed, or the fit has no folds.
  package init(_ configuration: FitConfiguration, seed: UInt64) throws {
    isByTime = configuration.time != nil
    let file = try configuration.data.read()
    (rows, folds, foldCount, testToTraining, truth, classes, order) = try DataFile.naming(file) {
      let usable = try configuration.parts(of: file.table).seen
      guard let parts = try FitFolds(configuration, file.table, usable, seed: seed)?.firstRepeat else {
        throw ConfigurationError("the fit has no folds that judge its rows")
      }
      var places: [(row: Int, fold: Int, output: Int)] = []
      for (fold, part) in parts.enumerated() {
        for row in part.test { places.append((usable[row], fold, places.count)) }
      }
      places.sort { $0.row < $1.row }
      let training = parts.reduce(0) { $0 + $1.training.count }
      let isWritten = !configuration.data.format.isOfFirstRules
      let encoding = try TargetEncoding(
        fitting: file.table, column: configuration.target ?? "", task: configuration.task,
        quantiles: configuration.quantiles, labelsAreWritten: isWritten)
      let judged = places.map(\.row)
      let truth: SupervisedTarget =
        if let classes = encoding.classes {
          .classes(try encoding.classIndices(of: file.table, rows: judged), count: classes.count)
        } else {
          try encoding.target(Matrix(column: encoding.numbers(of: file.table, rows: judged)))
        }
      return (
        judged, places.map(\.fold), parts.count, Double(judged.count) / Double(max(1, training)), truth,
        encoding.classes ?? [], places.map(\.output)
      )
    }
  }

  /// Of classes; empty for numbers.
  package var labels: [Int] { if case .classes(let labels, _) = truth { labels } else { [] } }
  /// Empty for classes.
  package var numbers: [Float] {
    switch truth {
    case .classes: []
    case .numbers(let values), .quantiles(_, let values): values.elements
    }
  }

  /// What the models of a run's folds said of each row: `[rows, outputs]`. Throws where the run has no such checkpoint.
  package func predictions(of run: RunRecord, in store: Store) throws -> Matrix<Float> {
    let checkpoint = try CheckpointReference(run: run.id, choice: .last).load(from: store)
    let outputs = try checkpoint.floats("fold_outputs")
    let width = truth.outputs
    guard outputs.count == rows.count * width else {
      throw CheckpointError("run \(run.id) predicted \(outputs.count / width) rows, and \(rows.count) are judged")
    }
    var values: [Float] = []
    values.reserveCapacity(outputs.count)
    for place in order { values += outputs[place * width..<(place + 1) * width] }
    return Matrix(rows: rows.count, columns: width, values)
  }

  /// Those of each fold, in order.
  package func foldScores(_ predictions: Matrix<Float>) -> [FitScores] {
    (0..<foldCount).map { fold in
      truth.scores(predictions, folds.indices.filter { folds[$0] == fold }, classes: classes)
    }
  }

  func held(_ predictions: Matrix<Float>) -> HeldOutRows {
    HeldOutRows(HeldOutRows.Kind(truth, predicted: predictions.elements.map(Double.init)), parts: folds)
  }

  /// The calibration that makes the probabilities of rows better that it was not fitted to; nil where it does not.
  package func calibrationThatHelps(_ predictions: Matrix<Float>) -> CalibrationMethod? {
    let plain = held(predictions)
    guard case .classes(let before, let labels) = plain.kind, labels.count >= 100,
      case .classes(let after, _) = plain.calibrated(.temperature).kind
    else { return nil }
    let gain =
      CalibrationScores(before, labels: labels).logLoss - CalibrationScores(after, labels: labels).logLoss
    return gain > 0 ? .temperature : nil
  }

  /// How many labels the predictions contradict with confidence.
  package func doubtfulLabels(_ predictions: Matrix<Float>) -> Int {
    guard case .classes(let labels, let count) = truth else { return 0 }
    let shares = (0..<count).map { label in
      Double(labels.count { $0 == label }) / Double(max(1, labels.count))
    }
    return held(predictions).labelIssues(shares: shares)?.count ?? 0
  }
}
