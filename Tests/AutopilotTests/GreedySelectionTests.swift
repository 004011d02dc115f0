import BLASBridge
import Testing

@testable import Autopilot

@Suite struct `Greedy selection` {
  @Test func `takes the mean of two that err in opposite directions`() {
    let truth: [Float] = [1, 2, 3, 4]
    let low = Matrix(column: truth.map { $0 - 1 })
    let high = Matrix(column: truth.map { $0 + 1 })
    let bad = Matrix(column: truth.map { $0 * 3 })
    let selection = GreedySelection([bad, low, high], .squared(truth: truth))
    #expect(selection.weights == [0, 0.5, 0.5])
    #expect(selection.loss == 0)
  }

  @Test func `takes one alone that the others make no better`() {
    let truth: [Float] = [1, 2, 3, 4]
    let exact = Matrix(column: truth)
    let off = Matrix(column: truth.map { $0 + 1 })
    #expect(GreedySelection([off, exact], .absolute(truth: truth)).weights == [0, 1])
  }

  @Test func `of probabilities looks at those of the truth`() {
    let confident = Matrix<Float>([[0.9, 0.1], [0.9, 0.1]])
    let other = Matrix<Float>([[0.2, 0.8], [0.1, 0.9]])
    let selection = GreedySelection([confident, other], .logarithmic(labels: [0, 1]))
    // Either alone has a loss of ln 0.09 / 2 or ln 0.18 / 2; together 0.55 and 0.5 are better.
    #expect(selection.weights.allSatisfy { $0 > 0.2 })
    #expect(selection.loss < 0.66)
  }
}
