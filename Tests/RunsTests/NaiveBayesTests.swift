import BLASBridge
import Datasets
import Foundation
import Learning
import Settings
import Testing

@testable import Models

// Expected probabilities are scikit-learn's on the same rows.
@Suite struct NaiveBayesTests {
  private static func features(_ row: Int) -> [Double] {
    let i = Double(row)
    return [0.0, 1, 2, 3].map { j in sin(1.7 * i + 0.9 * j * j + 0.37 * i * j) }
  }

  private let numbers = (0..<4).map { column in
    FeatureColumns.Values.numbers((0..<40).map { Double(Float(features($0)[column])) })
  }
  private let codes = [
    FeatureColumns.Values.codes((0..<40).map { Int32($0 % 3) }, levels: 3),
    .codes((0..<40).map { Int32($0 * $0 % 5) }, levels: 5),
  ]
  private let labels = (0..<40).map { row in
    let x = features(row)
    let y = -1 + x[1] + 2 * x[2] - x[3] + 0.3 * sin(1.3 * Double(row))
    return y < -2 ? 0 : y < 0 ? 1 : 2
  }
  private let weights = (0..<40).map { (0.5 + Float($0 % 4)) / 2 }

  private func probabilities(_ columns: [FeatureColumns.Values]) -> Matrix<Float> {
    let features = FeatureColumns(rows: 40, columns: columns)
    return NaiveBayes().fit(features, labels, classes: 3, weights: weights).probabilities(features)
  }

  private func isNear(_ a: Matrix<Float>, _ rows: [[Float]]) -> Bool {
    rows.enumerated().allSatisfy { row in
      row.element.enumerated().allSatisfy { abs(a[row.offset, $0.offset] - $0.element) < 1e-5 }
    }
  }

  @Test func `numbers are GaussianNB's`() {
    #expect(
      isNear(
        probabilities(numbers),
        [[0.7405082, 0.2594905, 0.00000131], [0.00256476, 0.99735154, 0.00008369], [0, 0.3181444, 0.6818556]]))
  }

  @Test func `categories are CategoricalNB's`() {
    #expect(
      isNear(
        probabilities(codes),
        [
          [0.0765715, 0.27939896, 0.64402954], [0.54151991, 0.3822222, 0.07625789],
          [0.17867567, 0.62785208, 0.19347225],
        ]))
  }

  @Test func `both together multiply`() {
    #expect(
      isNear(
        probabilities(numbers + codes),
        [[0.59773458, 0.40225736, 0.00000806], [0.00687453, 0.99309676, 0.00002872], [0, 0.46712606, 0.53287394]]))
  }

  @Test func `a missing value says nothing`() {
    let features = FeatureColumns(rows: 40, columns: numbers + codes)
    let model = NaiveBayes().fit(features, labels, classes: 3)
    let unknown = FeatureColumns(
      rows: 1,
      columns: [
        .numbers([.nan]), .numbers([.nan]), .numbers([.nan]), .numbers([.nan]), .codes([-1], levels: 3),
        .codes([-1], levels: 5),
      ])
    let shares = (0..<3).map { index in Float(labels.count { $0 == index }) / 40 }
    #expect(isNear(model.probabilities(unknown), [shares]))
    // What is fitted to rows with a value does not change by rows without one.
    let known = FeatureColumns(rows: 3, columns: [.numbers([1, 2, 9])])
    let more = FeatureColumns(rows: 5, columns: [.numbers([1, .nan, 2, 9, .nan])])
    var alike = NaiveBayes()
    alike.fitsPrior = false
    #expect(alike.fit(known, [0, 0, 1], classes: 2) == alike.fit(more, [0, 1, 0, 1, 0], classes: 2))
  }

  @Test func `classes without rows, constants and single rows give probabilities`() {
    let features = FeatureColumns(
      rows: 3, columns: [.numbers([5, 5, 5]), .codes([0, 0, -1], levels: 1), .numbers([.nan, .nan, .nan])])
    let model = NaiveBayes().fit(features, [0, 0, 2], classes: 3)
    let result = model.probabilities(features)
    #expect(result.elements.allSatisfy { $0.isFinite } && result[0, 1] == 0)
    for row in 0..<3 { #expect(abs(result[row, 0] + result[row, 1] + result[row, 2] - 1) < 1e-6) }
  }

  @Test func `it is the same after being saved`() throws {
    let features = FeatureColumns(rows: 40, columns: numbers + codes)
    let model = NaiveBayes().fit(features, labels, classes: 3)
    var checkpoint = Checkpoint()
    model.save(into: &checkpoint)
    #expect(try NaiveBayesModel(from: checkpoint) == model)
  }
}
