import Randomness
import Testing

@testable import Tuning

@Suite struct RaceTests {
  @Test func `intervals are those of Welch`() throws {
    // scipy.stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    let (a, b) = ([27.5, 21.0, 19.0, 23.6, 17.0], [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0])
    let difference = Race(.maximize).difference(a, b)
    #expect(abs(difference.mean - -1.8800000000000026) < 1e-12)
    #expect(abs(try #require(difference.low) - -6.864308824152069) < 1e-9)
    #expect(abs(try #require(difference.high) - 3.1043088241520636) < 1e-9)
    #expect(!difference.isDistinguishable)
    let mean = Race(.maximize).mean(a)
    #expect(abs(try #require(mean.low) - 16.534934915564026) < 1e-9)
    #expect(mean.count == 5)
  }

  @Test func `a trial is worse where its interval says so, in either direction`() {
    let race = Race(.maximize)
    #expect(race.isWorse([1, 2, 1.5], than: [9, 10, 11]))
    #expect(!race.isWorse([9, 10, 11], than: [1, 2, 1.5]))
    #expect(Race(.minimize).isWorse([9, 10, 11], than: [1, 2, 1.5]))
    #expect(!race.isWorse([9, 10, 8], than: [9.5, 10.5, 9]))
    // The t of one degree of freedom on each side forgives much.
    #expect(!race.isWorse([8, 9], than: [9, 11]))
  }

  @Test func `too few scores decide nothing, equal ones all`() {
    let race = Race(.maximize)
    #expect(!race.isWorse([1], than: [9, 10, 11]))
    #expect(!race.isWorse([1, 2], than: [9]))
    #expect(!race.isWorse([5, 5], than: [5, 5]))
    #expect(race.isWorse([4, 4], than: [5, 5]))
    #expect(!race.isWorse([5, 5], than: [4, 4]))
    #expect(race.isWorse([400, 410, 390], than: [500, 500, 500]))
    #expect(race.isWorse([.nan, 1], than: [0.5, 0.6]))
    #expect(!race.isWorse([0.5, 0.6], than: [.nan, 1]))
    #expect(race.difference([1, 1], [1, 1]).isDistinguishable == false)
    #expect(race.difference([2, 2], [1, 1]).isDistinguishable)
    #expect(race.difference([2], [1, 1]).isDistinguishable == false)
    #expect(race.difference([2], [1, 1]).mean == 1)
    #expect(race.mean([3]).low == nil)
  }

  @Test func `of equals, one look in twenty errs`() {
    var generator = CounterGenerator(SeedSequence(1))
    let race = Race(.minimize)
    let wrong = (0..<4_000).count { _ in
      let trial = (0..<5).map { _ in Double(generator.normal()) * 3 }
      let incumbent = (0..<10).map { _ in Double(generator.normal()) }
      return race.isWorse(trial, than: incumbent)
    }
    #expect(abs(Double(wrong) / 4_000 - 0.05) < 0.012)
  }

  @Test func `patience counts trials since the best was beaten by more than its noise`() {
    func history(_ scores: Double?...) -> [Trial] {
      scores.enumerated().map { Trial($0, [:], $1.map { .finished(score: $0) } ?? .failed) }
    }
    let patience = Patience(trials: 3, noise: 0.5)
    #expect(patience.trialsSinceBest(history(1, 2, 2.4, nil), direction: .maximize) == 2)
    #expect(!patience.isExhausted(history(1, 2, 2.4, nil), direction: .maximize))
    #expect(patience.isExhausted(history(1, 2, 2.4, nil, 2.3), direction: .maximize))
    // Small steps add up.
    #expect(patience.trialsSinceBest(history(2, 2.4, 2.8), direction: .maximize) == 0)
    #expect(patience.trialsSinceBest(history(nil, nil, nil), direction: .minimize) == 0)
    #expect(patience.isExhausted(Array(history(1, 1, 2, .nan).reversed()), direction: .minimize))
    #expect(patience.trialsSinceBest([Trial(0, [:], .finished(score: 1)), Trial(1, [:])], direction: .minimize) == 0)
  }
}
