import BLASBridge
import Learning
import Testing

// Expected values are scikit-learn's, but where a comment shows how they were worked out.
@Suite struct SupervisedMetricTests {
  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool { abs(a - b) <= tolerance }

  @Test func `the confusion matrix and what follows from it`() {
    let matrix = ConfusionMatrix(
      truth: [0, 0, 0, 1, 1, 2, 2, 2, 2, 1], predicted: [0, 1, 0, 1, 1, 2, 0, 2, 2, 2], classes: 3)
    #expect(matrix.counts == [2, 1, 0, 0, 2, 1, 1, 0, 3])
    #expect(matrix[2, 0] == 1 && matrix[0, 2] == 0)
    #expect(isClose(matrix.accuracy, 0.7) && isClose(matrix.balancedAccuracy, 0.6944444444444443))
    #expect((0..<3).map(matrix.precision) == [2.0 / 3, 2.0 / 3, 0.75])
    #expect((0..<3).map(matrix.support) == [3, 3, 4])
    #expect(isClose(matrix.macroF1, 0.6944444444444443))
  }

  @Test func `a class never predicted and a class without rows`() {
    let matrix = ConfusionMatrix(truth: [0, 0, 0, 0, 1, 1, 2], predicted: [0, 0, 1, 1, 1, 0, 1], classes: 4)
    // Class 0: 2 of 3 predictions right, 2 of 4 rows found. Class 1: 1 of 4 and 1 of 2. Class 2: never predicted.
    #expect((0..<4).map(matrix.precision) == [2.0 / 3, 0.25, 0, 0])
    #expect((0..<4).map(matrix.recall) == [0.5, 0.5, 0, 0])
    #expect((0..<4).map(matrix.f1) == [4.0 / 7, 1.0 / 3, 0, 0])
    #expect(isClose(matrix.balancedAccuracy, 1.0 / 3) && isClose(matrix.accuracy, 3.0 / 7))
    #expect(isClose(matrix.macroPrecision, (2.0 / 3 + 0.25) / 4) && isClose(matrix.macroRecall, 0.25))
  }

  @Test func `log loss`() {
    let p = Matrix<Float>([[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.05, 0.15, 0.8], [0.25, 0.5, 0.25]])
    #expect(isClose(Scores.logLoss([0, 1, 2, 0], p), 0.7206008938686411, 1e-7))
    // −ln 2⁻²³ = 23 ln 2 where the true class was given nothing.
    #expect(isClose(Scores.logLoss([0], Matrix([[0, 1]])), 15.942385152878742, 1e-9))
  }

  @Test func `areas under curves, with ties`() {
    let truth = [true, false, true, true, false, false, true, false, false, true]
    let scores: [Float] = [0.9, 0.8, 0.7, 0.7, 0.7, 0.4, 0.4, 0.3, 0.2, 0.1]
    #expect(isClose(Scores.rocAUC(truth, scores), 0.58))
    #expect(isClose(Scores.prAUC(truth, scores), 0.6542857142857144))
    #expect(Scores.rocAUC([true, false], [1, 1]) == 0.5 && Scores.rocAUC([false, true], [0, 1]) == 1)
    #expect(Scores.rocAUC([true, true], [0, 1]).isNaN && Scores.prAUC([false], [1]).isNaN)
  }

  @Test func `errors of a regression`() {
    let (truth, predicted): ([Float], [Float]) = ([3, -0.5, 2, 7], [2.5, 0, 2, 8])
    #expect(isClose(Scores.meanSquaredError(truth, predicted), 0.375))
    #expect(isClose(Scores.meanAbsoluteError(truth, predicted), 0.5))
    #expect(isClose(Scores.r2(truth, predicted), 0.9486081370449679))
    #expect(Scores.r2([2, 2], [2, 2]) == 1 && Scores.r2([2, 2], [1, 2]) == 0)
  }
}
