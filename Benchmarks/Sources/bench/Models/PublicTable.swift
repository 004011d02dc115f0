import Datasets
import Foundation
import Models

/// A table that `public_tables.py` has put into a folder, with the folds of its rows.
struct PublicTable {
  /// A line of `tables.json`.
  struct Description: Decodable {
    var table: String
    var part: Part
    var rows: Int
    /// Categories of each column, 0 for numbers.
    var levels: [Int]
    /// 0 for numbers.
    var classes: Int
  }

  /// Defaults are chosen on some tables and reported of others.
  enum Part: String, Decodable, CaseIterable { case choosing, reported }

  let description: Description
  private let columns: [FeatureColumns.Values]
  private let target: [Double]
  /// Of each fold, 1 for a row to fit and 2 for one to predict.
  private let folds: [[UInt8]]

  init(_ description: Description, in folder: URL) throws {
    self.description = description
    let own = folder.appendingPathComponent(description.table)
    let rows = description.rows
    let numbers = try Data(contentsOf: own.appendingPathComponent("columns.f64")).withUnsafeBytes { bytes in
      Array(bytes.bindMemory(to: Double.self))
    }
    let parts = Array(try Data(contentsOf: own.appendingPathComponent("folds.u8")))
    guard numbers.count == rows * (description.levels.count + 1), parts.count % rows == 0 else {
      throw BenchmarkError("the table \(description.table) in \(folder.path) is incomplete: delete the folder")
    }
    func column(_ index: Int) -> [Double] { Array(numbers[index * rows..<(index + 1) * rows]) }
    columns = description.levels.enumerated().map { index, levels in
      levels == 0
        ? .numbers(column(index))
        : .codes(column(index).map { $0.isNaN ? -1 : Int32($0) }, levels: levels)
    }
    target = column(description.levels.count)
    folds = (0..<parts.count / rows).map { Array(parts[$0 * rows..<($0 + 1) * rows]) }
  }

  var foldCount: Int { folds.count }

  /// Shares of the other rows of a fold that are predicted, for the variance of differences.
  var testShare: Double {
    folds.reduce(0) { sum, fold in
      sum + Double(fold.count { $0 == 2 }) / Double(fold.count { $0 == 1 })
    } / Double(folds.count)
  }

  /// The losses of each fold's rows by a model of its other rows, by name.
  func losses(of model: any FittableModel) throws -> [String: [Double]] {
    var losses: [String: [Double]] = [:]
    for fold in folds {
      let learner = try model.makeLearner(data(fold, 1), validation: nil, seed: 1)
      while !learner.isFinished { _ = try learner.advance(reporting: NoSink()) { _, _ in } }
      let rows = data(fold, 2)
      let outputs = learner.fittedModel.outputs(of: rows.features)
      if description.classes > 0 {
        var (logLoss, brier) = (0.0, 0.0)
        for (row, label) in rows.labels.enumerated() {
          logLoss -= log(min(1, max(1e-7, Double(outputs[row, label]))))
          for index in 0..<description.classes {
            let miss = Double(outputs[row, index]) - (index == label ? 1 : 0)
            brier += miss * miss
          }
        }
        losses["log_loss", default: []].append(logLoss / Double(rows.labels.count))
        losses["brier", default: []].append(brier / Double(rows.labels.count))
      } else {
        let truth = rows.numbers.elements
        let sum = zip(truth, outputs.elements).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
        losses["rmse", default: []].append((sum / Double(truth.count)).squareRoot())
      }
    }
    return losses
  }

  private func data(_ fold: [UInt8], _ part: UInt8) -> TrainingData {
    let rows = fold.indices.filter { fold[$0] == part }
    let features = columns.map { column -> FeatureColumns.Values in
      switch column {
      case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
      case .codes(let codes, let levels): .codes(rows.map { codes[$0] }, levels: levels)
      }
    }
    let own = rows.map { target[$0] }
    return TrainingData(
      .columns(FeatureColumns(rows: rows.count, columns: features)),
      description.classes > 0
        ? .classes(own.map { Int($0) }, count: description.classes)
        : .numbers(.init(column: own.map { Float($0) })))
  }
}
