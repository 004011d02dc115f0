import Testing

@testable import Tuning

@Suite struct PrunerTests {
  static func reports(_ scores: Double...) -> [Report] { scores.enumerated().map { Report($0 + 1, $1) } }
  static func finished(_ curves: [[Report]]) -> [Trial] {
    curves.enumerated().map { Trial($0, [:], .finished(score: $1.last!.score), reports: $1) }
  }

  @Test func `the median stops what is worse at its step than the median of the finished`() {
    let others = Self.finished([Self.reports(1, 3), Self.reports(2, 4), Self.reports(3, 9)])
    let pruner = MedianPruner(.maximize, startupTrials: 3)
    #expect(pruner.prunes(Self.reports(1.9), among: others))
    #expect(!pruner.prunes(Self.reports(2), among: others))
    #expect(pruner.prunes(Self.reports(2, 3.9), among: others))
    // Its best so far counts, not its last.
    #expect(!pruner.prunes(Self.reports(5, 1), among: others))
    #expect(MedianPruner(.minimize, startupTrials: 3).prunes(Self.reports(2.1), among: others))
    // Nobody has reported step 3.
    #expect(!pruner.prunes(Self.reports(0, 9, 0), among: others))
    #expect(pruner.prunes(Self.reports(.nan), among: others))
  }

  @Test func `the median waits for its startup trials, its warmup steps and its interval`() {
    let others = Self.finished([Self.reports(5, 5, 5, 5, 5), Self.reports(6, 6, 6, 6, 6)])
    #expect(!MedianPruner(.maximize, startupTrials: 3).prunes(Self.reports(0), among: others))
    let running = others.map { Trial($0.number, [:], .running, reports: $0.reports) }
    #expect(!MedianPruner(.maximize, startupTrials: 0).prunes(Self.reports(0), among: running))
    let late = MedianPruner(.maximize, startupTrials: 1, warmupSteps: 2, interval: 2)
    let decisions = (1...5).map { late.prunes((1...$0).map { Report($0, 0) }, among: others) }
    #expect(decisions == [false, true, false, true, false])
  }

  @Test func `halving lets the best third of those at a rung go on`() {
    let pruner = ASHAPruner(.maximize, minResource: 1, reductionFactor: 3)
    #expect(pruner.rungs(upTo: 30) == [1, 3, 9, 27])
    #expect(pruner.rungs(upTo: 0) == [])
    #expect(ASHAPruner(.maximize, minResource: 1 << 61, reductionFactor: 4).rungs(upTo: .max) == [1 << 61])
    // The first goes on, the second only if it is better, and so does the third; of six the best two do.
    #expect(!pruner.prunes([Report(1, 5)], among: [Trial]()))
    let one = [Trial(0, [:], reports: [Report(1, 5)])]
    #expect(pruner.prunes([Report(1, 4)], among: one))
    #expect(!pruner.prunes([Report(1, 5)], among: one))
    let five = [5, 4, 3, 2, 1].map { Trial(5 - $0, [:], .running, reports: [Report(1, Double($0))]) }
    #expect(!pruner.prunes([Report(1, 4.5)], among: five))
    #expect(pruner.prunes([Report(1, 3.5)], among: five))
    #expect(pruner.prunes([Report(1, 3.5)], among: Array(five.prefix(4))))
    #expect(!ASHAPruner(.minimize).prunes([Report(1, 1.5)], among: five))
    #expect(pruner.prunes([Report(1, .nan)], among: five))
  }

  @Test func `between rungs nothing is decided, and a report beyond several counts at each`() {
    let pruner = ASHAPruner(.maximize, minResource: 2, reductionFactor: 2)
    let others = [
      Trial(0, [:], .running, reports: [Report(1, 9), Report(3, 5), Report(5, 6)]),
      Trial(1, [:], .pruned(step: 2, score: 4), reports: [Report(2, 4)]),
      Trial(2, [:], .failed, reports: [Report(2, 3)]),
    ]
    #expect(!pruner.prunes([Report(1, 0)], among: others))
    #expect(pruner.prunes([Report(1, 0), Report(2, 3.5)], among: others))
    #expect(!pruner.prunes([Report(2, 4.5), Report(3, 0)], among: others))
    // Rung 4 has one other, with the score of its step 5.
    #expect(pruner.prunes([Report(2, 4.5), Report(4, 5.5)], among: others))
    #expect(!pruner.prunes([Report(2, 4.5), Report(4, 6.5)], among: others))
    #expect(pruner.prunes([Report(5, 5.5)], among: others))
    // Of [5, 4, 3] and itself two go on at rung 2, of two at rung 4 the best.
    #expect(!pruner.prunes([Report(5, 6.5)], among: others))
  }

  @Test func `without a pruner all go on, and bare reports are those of finished trials`() {
    #expect(!PrunerName.none.makePruner(direction: .minimize).prunes(Self.reports(9), among: [Self.reports(1)]))
    let median = PrunerName.median.makePruner(direction: .minimize, startupTrials: 1)
    #expect(median.prunes(Self.reports(9), among: [Self.reports(1)]))
    #expect(PrunerName.asha.makePruner(direction: .minimize).prunes(Self.reports(9), among: [Self.reports(1)]))
  }
}
