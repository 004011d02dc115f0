import Testing

@testable import Tuning

struct PortfolioChoiceTests {
  private let even = [[Double]](repeating: [1, 1, 1, 1], count: 2)

  @Test func `regret is 0 for the best and 1 from the median on, and for settings that failed`() {
    let choice = PortfolioChoice(losses: [[2, 4, 3, 10, nil, .nan]], seconds: [[1, 1, 1, 1, 1, 1]])
    // The median of 2, 3, 4 and 10 is 3.5.
    #expect(choice.regrets == [[0, 1, 1 / 1.5, 1, 1, 1]])
  }

  @Test func `a table on which nothing can be told apart regrets nothing`() {
    #expect(PortfolioChoice(losses: [[5, 5, 5]], seconds: [[1, 1, 1]]).regrets == [[0, 0, 0]])
    #expect(PortfolioChoice(losses: [[nil, nil]], seconds: [[1, 1]]).regrets == [[1, 1]])
  }

  @Test func `settings that are good where the others are not come before those that are second everywhere`() {
    // 0 is good on both; 1 the best of the first table, 2 of the second, 3 nowhere.
    let choice = PortfolioChoice(losses: [[1.2, 1, 5, 4], [1.2, 5, 1, 4]], seconds: even)
    #expect(choice.order(3, of: [0, 1, 2, 3]).first == 0)
    #expect(choice.order(4, of: [0, 1, 2, 3]).last == 3)
    #expect(choice.regrets(of: choice.order(3, of: [0, 1, 2, 3]), on: 1).last == 0)
  }

  @Test func `what costs less comes first where it gains as much`() {
    let losses: [[Double?]] = [[1, 3, 3, 3], [3, 1, 3, 3]]
    let choice = PortfolioChoice(losses: losses, seconds: [[4, 1, 1, 2], [8, 2, 2, 4]])
    #expect(choice.costs == [2, 0.5, 0.5, 1])
    #expect(choice.order(2, of: [0, 1, 2, 3]) == [1, 0])
  }

  @Test func `a table that is left out has no say`() {
    let choice = PortfolioChoice(losses: [[1, 3, 3, 9], [9, 3, 3, 1], [9, 3, 3, 1]], seconds: even + even.prefix(1))
    #expect(choice.order(1, of: [0, 3]) == [3])
    #expect(choice.order(1, of: [0, 3], without: 1).count == 1)
    let two = PortfolioChoice(losses: [[1, 3, 3, 9], [9, 3, 3, 1]], seconds: even)
    #expect(two.order(1, of: [0, 3], without: 1) == [0])
    #expect(two.order(1, of: [0, 3], without: 0) == [3])
  }

  @Test func `an order begins with what it has to`() {
    let choice = PortfolioChoice(losses: [[1, 2, 3, 4], [1, 2, 3, 4]], seconds: even)
    #expect(choice.order(3, of: [0, 1, 2, 3], beginning: [2]) == [2, 0, 1])
  }

  @Test func `the mean regret counts the time before the first is fitted, and forgets what does not finish`() {
    let choice = PortfolioChoice(losses: [[1, 2, 3, 3]], seconds: [[1, 1, 1, 1]])
    // Regrets 0, 2/3, 1, 1: one unit of 1, one of 2/3, two of 0.
    #expect(abs(choice.meanRegret(of: [1, 0], on: 0, budget: 4) - (1 + 2.0 / 3) / 4) < 1e-12)
    #expect(choice.meanRegret(of: [0], on: 0, budget: 1) == 1)
  }
}
