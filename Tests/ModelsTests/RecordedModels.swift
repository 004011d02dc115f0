import BLASBridge
import Foundation
import Learning
import Telemetry

@testable import Models

/// What `Tests/Goldens/scikit_learn_models.py` recorded.
struct RecordedModels: Decodable {
  struct Neighbours: Decodable {
    var metric: String
    var weights: String
    var k: Int
    var outputs: [Double]
  }
  struct Net: Decodable {
    var alpha: Double
    var l1Ratio: Double
    var positive: Bool
    var fitIntercept: Bool
    var isWeighted: Bool
    var coefficients: [Double]
    var intercept: Double
  }
  struct Descent: Decodable {
    var loss: String
    var penalty: String
    var average: Int
    var score: Double
    var deviation: Double
  }
  struct Steps: Decodable {
    var loss: String
    var penalty: String
    var average: Int
    var rate: String
    var coefficients: [Double]
    var intercept: Double
  }
  struct Bayes: Decodable {
    var numbers: String
    var outputs: [Double]
  }
  var features: Int
  var x: [Float]
  var y: [Float]
  var validationX: [Float]
  var validationY: [Float]
  var neighbours: [Neighbours]
  var nets: [Net]
  var descents: [Descent]
  var steps: [Steps]
  var bayes: [Bayes]
  var isolation: [Double]

  static let all = (wine: read("wine"), diabetes: read("diabetes"))

  private static func read(_ name: String) -> RecordedModels {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/models/\(name).json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try! decoder.decode(RecordedModels.self, from: Data(contentsOf: file))
  }

  var training: Matrix<Float> { Matrix(rows: y.count, columns: features, x) }
  var validation: Matrix<Float> { Matrix(rows: validationY.count, columns: features, validationX) }
  var classes: SupervisedTarget { .classes(y.map { Int($0) }, count: 3) }
  var numbers: SupervisedTarget { .numbers(Matrix(column: y)) }
}

extension FitLearner {
  /// All of the fit.
  func finished() throws -> any FittedModel {
    while !isFinished { _ = try advance(reporting: Discarded()) { _, _ in } }
    return fittedModel
  }
}

final class Discarded: MetricSink {
  func record(_ metric: Metric, _ value: Double, step: Int) {}
  func record(_ episode: Episode, step: Int) {}
}

/// The largest distance between elements.
func distance(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Double {
  a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}
