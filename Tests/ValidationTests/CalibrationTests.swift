import Foundation
import Randomness
import Testing

@testable import Validation

/// Probabilities that are made as frequent as they say.
@Suite struct CalibrationTests {
  @Test func `adjacent violators are pooled, by hand`() {
    // 3 and 2 are pooled to 2.5; then 1 with them would be 2, which is below 4.
    let map = IsotonicRegression([5, 1, 2, 3, 4], [4, 1, 3, 2, 3.5])
    #expect(map.x == [1, 2, 3, 4, 5] && map.y == [1, 2.5, 2.5, 3.5, 4])
    #expect(map(0) == 1 && map(2.5) == 2.5 && map(3.5) == 3 && map(9) == 4)
    // Equal points share the mean of their targets.
    let tied = IsotonicRegression([1, 1, 2], [0, 1, 1])
    #expect(tied.x == [1, 2] && tied.y == [0.5, 1])
    // Everything descends: one step.
    let flat = IsotonicRegression([1, 2, 3], [3, 2, 1])
    #expect(flat.x == [1, 3] && flat.y == [2, 2])
  }

  @Test func `isotonic, Platt's and temperature scaling are scikit-learn's`() throws {
    let recorded = try RecordedCalibration.read()
    let isotonic = IsotonicRegression(recorded.two, recorded.labels.map(Double.init))
    for (place, expected) in zip(recorded.places, recorded.isotonic) {
      #expect(abs(isotonic(place) - expected) < 1e-12, "at \(place)")
    }
    let platt = PlattScaling(probabilities: recorded.two, isPositive: recorded.labels.map { $0 == 1 })
    #expect(abs(platt.slope - recorded.sigmoid["slope"]!) < 1e-4)
    #expect(abs(platt.intercept - recorded.sigmoid["intercept"]!) < 1e-4)
    let two = TemperatureScaling(recorded.both, labels: recorded.labels)
    #expect(abs(two.temperature - recorded.temperature["two"]!) < 1e-5)
    let three = TemperatureScaling(ClassProbabilities(recorded.three, classes: 3), labels: recorded.classes)
    #expect(abs(three.temperature - recorded.temperature["three"]!) < 1e-5)
  }

  @Test func `log loss, Brier score and calibration error are scikit-learn's`() throws {
    let recorded = try RecordedCalibration.read()
    for (name, probabilities, labels) in [
      ("two", recorded.both, recorded.labels),
      ("three", ClassProbabilities(recorded.three, classes: 3), recorded.classes),
    ] {
      let scores = CalibrationScores(probabilities, labels: labels)
      let found = [scores.logLoss, scores.brierScore, scores.expectedCalibrationError]
      for (value, expected) in zip(found, try #require(recorded.scores[name])) {
        #expect(abs(value - expected) < 1e-10, "\(name)")
      }
    }
  }

  @Test(arguments: CalibrationMethod.allCases)
  func `what is too sure of itself is calibrated, on other rows too`(method: CalibrationMethod) throws {
    for classes in [2, 4] {
      let rows = Self.overconfident(4_000, classes: classes, seed: 3)
      let (fitted, judged) = (Array(0..<2_000), Array(2_000..<4_000))
      let map = Calibration(method, rows.probabilities.rows(fitted), labels: fitted.map { rows.labels[$0] })
      let others = rows.probabilities.rows(judged)
      let before = CalibrationScores(others, labels: judged.map { rows.labels[$0] })
      let calibrated = map(others)
      let after = CalibrationScores(calibrated, labels: judged.map { rows.labels[$0] })
      #expect(after.expectedCalibrationError < 0.5 * before.expectedCalibrationError, "\(classes) classes")
      #expect(after.brierScore < before.brierScore)
      for row in 0..<calibrated.rows {
        let sum = (0..<classes).reduce(0) { $0 + calibrated[row, $1] }
        #expect(abs(sum - 1) < 1e-9)
      }
      let read = try JSONDecoder().decode(Calibration.self, from: JSONEncoder().encode(map))
      #expect(read == map && read.isSound(classes: classes) && !read.isSound(classes: classes + 1))
    }
  }

  @Test func `a row has no say in its own calibration`() {
    // Each row in a part of its own: the others are all of the other class.
    let probabilities = ClassProbabilities([0.4, 0.6, 0.6, 0.4], classes: 2)
    let calibrated = Calibration.crossFitted(.isotonic, probabilities, labels: [1, 0], parts: [0, 1])
    #expect(calibrated.values == [1, 0, 0, 1])
  }

  @Test func `labels of one class and certain probabilities leave finite numbers`() {
    for method in CalibrationMethod.allCases {
      for values in [[0.0, 1, 0, 1], [1.0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5]] {
        let probabilities = ClassProbabilities(values, classes: 2)
        for labels in [[1, 1], [0, 1], [1, 0]] {
          let calibrated = Calibration(method, probabilities, labels: labels)(probabilities)
          #expect(calibrated.values.allSatisfy { (0...1).contains($0) }, "\(method) \(values) \(labels)")
        }
      }
    }
  }

  /// Twice the log-odds of the truth.
  static func overconfident(
    _ count: Int, classes: Int, seed: UInt64
  ) -> (probabilities: ClassProbabilities, labels: [Int]) {
    var generator = CounterGenerator(SeedSequence(seed))
    func uniform() -> Double { (Double(generator.integer(below: 1 << 30)) + 0.5) / Double(1 << 30) }
    func softmax(_ logits: [Double], _ factor: Double) -> [Double] {
      let weights = logits.map { exp(factor * $0) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
    var (values, labels): ([Double], [Int]) = ([], [])
    for _ in 0..<count {
      let logits = (0..<classes).map { _ in 3 * uniform() }
      var (label, left) = (0, uniform())
      let truth = softmax(logits, 1)
      while label < classes - 1, left > truth[label] {
        left -= truth[label]
        label += 1
      }
      labels.append(label)
      values += softmax(logits, 2)
    }
    return (ClassProbabilities(values, classes: classes), labels)
  }
}
