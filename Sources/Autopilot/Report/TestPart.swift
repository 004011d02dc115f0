import BLASBridge
import Datasets
import Fitting
import Formats
import Foundation
import Learning
import Models
import Settings

/// Rows that an answer is judged by and that it has never seen: their truth, and what it predicts for them.
struct TestPart {
  let table: Table
  /// Places in the table.
  let rows: [Int]
  let classes: [String]
  let truth: SupervisedTarget
  let predictions: Matrix<Float>
  let plan: AutopilotPlan
  private let metric: JudgingMetric

  /// Rows of the table with a value of the target.
  init(_ plan: AutopilotPlan, _ table: Table, _ rows: [Int], _ predictor: Predictor) throws {
    (self.plan, self.rows, self.table) = (plan, rows, table)
    metric = try JudgingMetric(of: plan)
    let target = predictor.preprocessing.target!
    classes = target.classes ?? []
    if target.classes != nil {
      truth = .classes(try target.classIndices(of: table, rows: rows), count: classes.count)
    } else {
      truth = target.target(Matrix(column: try target.numbers(of: table, rows: rows)))
    }
    predictions = try predictor.outputs(ofTable: table.rows(rows))
  }

  func scores(_ predictions: Matrix<Float>, _ places: [Int]? = nil) -> FitScores {
    truth.scores(predictions, places, classes: classes)
  }

  /// What a row's predictions cost: absolute errors where the plan judges by them.
  func losses(_ predictions: Matrix<Float>) -> [Double] {
    truth.losses(predictions, areAbsolute: metric.name == "mae")
  }

  /// By the plan's metric; nil where it is not defined.
  func score(_ predictions: Matrix<Float>, _ places: [Int]? = nil) -> Double? {
    metric.value(scores(predictions, places))
  }

  func truth(at place: Int) -> String {
    switch truth {
    case .classes(let labels, _): classes[labels[place]]
    case .numbers(let values), .quantiles(_, let values): shortest(Double(values[place, 0]))
    }
  }

  func prediction(at place: Int) -> String {
    guard !classes.isEmpty else {
      return (0..<predictions.columns).map { shortest((Double(predictions[place, $0]) * 1e4).rounded() / 1e4) }
        .joined(separator: ", ")
    }
    let best = (0..<classes.count).max { (predictions[place, $0], $1) < (predictions[place, $1], $0) }!
    return classes[best]
  }
}

/// What predicts without looking at a feature, learnt from other rows than those it is judged by.
struct Baseline {
  let name: String
  let predictions: Matrix<Float>

  /// The shares of the classes, the mean of the numbers, their median where absolute errors count, or their quantiles.
  init(_ judged: JudgedRows, _ plan: AutopilotPlan, rows: Int) {
    if !judged.classes.isEmpty {
      name = "the shares of the classes"
      let count = judged.classes.count
      var shares = [Double](repeating: 0, count: count)
      for label in judged.labels { shares[label] += 1 }
      // Each class counts as seen once more, so that none is impossible.
      shares = shares.map { ($0 + 1) / Double(judged.labels.count + count) }
      predictions = Matrix(
        rows: rows, columns: count, (0..<rows).flatMap { _ in shares.map { Float($0) } })
    } else if let shares = plan.quantiles {
      name = "the quantiles of all rows"
      predictions = Matrix(quantiles: shares, of: judged.numbers, rows: rows)
    } else {
      let numbers = judged.numbers.map(Double.init)
      let value: Double
      if plan.metric == "mae" {
        name = "the median"
        value = median(numbers)
      } else {
        name = "the mean"
        value = mean(numbers)
      }
      predictions = Matrix(column: [Float](repeating: Float(value), count: rows))
    }
  }
}
