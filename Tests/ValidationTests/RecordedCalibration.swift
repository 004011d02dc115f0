import Foundation

@testable import Validation

/// What `Tests/Goldens/calibration.py` recorded.
struct RecordedCalibration: Decodable {
  struct Folds: Decodable {
    var scores: [Double]
    var ratio: Double
    var mean: Double
    var low: Double
    var high: Double
    var p: Double
  }

  var two: [Double]
  var labels: [Int]
  var three: [Double]
  var classes: [Int]
  var places: [Double]
  var isotonic: [Double]
  var sigmoid: [String: Double]
  var temperature: [String: Double]
  var scores: [String: [Double]]
  var t: [[Double]]
  var folds: Folds

  /// Of two classes.
  var both: ClassProbabilities { ClassProbabilities(two.flatMap { [1 - $0, $0] }, classes: 2) }

  static func read() throws -> RecordedCalibration {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Goldens/recorded/calibration.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
  }
}
