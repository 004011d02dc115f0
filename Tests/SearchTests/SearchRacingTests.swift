import Analysis
import Runs
import Settings
import Telemetry
import Testing
import Tracker
import Tuning

@testable import Search

@Suite struct `Seeds of trials` {
  private func run(
    _ values: Double, trial: Int = 1, seed: UInt64 = 0, status: RunStatus = .finished, reports: [Report] = [],
    isPruned: Bool = false, purpose: TrialRecord.Purpose = .search, deaths: Int = 0
  ) -> TrialRun {
    TrialRun(
      "t\(trial)s\(seed)", TrialRecord(trial, values: ["x": .number(0.5), "mode": .text("good")], purpose: purpose),
      seed,
      status, score: status == .finished ? values : nil, reports: reports, isPruned: isPruned, deaths: deaths)
  }

  private func state(_ runs: [TrialRun], seeds: Int = 4, fresh: Int = 0, trials: Int = 10) throws -> SearchState {
    SearchState(
      runs, of: try HillSearch.configuration(trials: trials) { ($0.seedsPerTrial, $0.freshSeeds) = (seeds, fresh) },
      seed: 0)
  }

  @Test func `end as soon as the trial is worse with 95 %`() throws {
    let best = (0..<4).map { run([5.0, 5.2, 4.9, 5.1][$0], trial: 0, seed: UInt64($0)) }
    let bad = [run(1, seed: 0), run(1.3, seed: 1)]
    let close = [run(4.8, trial: 2, seed: 0), run(5.3, trial: 2, seed: 1)]
    let state = try state(best + bad + close)
    #expect(state.trials[1].isOutpaced)
    #expect(!state.trials[2].isOutpaced)
    guard case .start(let trial, let seed) = state.next() else { return #expect(Bool(false), "nothing is started") }
    #expect((trial.number, seed) == (2, 2))
  }

  @Test func `of one score each decide nothing`() throws {
    let best = (0..<4).map { run([5.0, 5.2, 4.9, 5.1][$0], trial: 0, seed: UInt64($0)) }
    #expect(try !state(best + [run(-100)]).trials[1].isOutpaced)
  }

  @Test func `of fits are compared fold by fold in the end`() throws {
    let hills = try HillSearch()
    // Folds differ far more from each other than settings do.
    func confirmation(_ trial: Int, seed: UInt64, scores: [Double]) throws -> TrialRun {
      let run = try hills.store.start(
        RunDescription(
          kind: .fit, experiment: "e", subject: "ridge", target: "y", seed: seed, hyperparameters: [:],
          surroundings: .current(), start: 0))
      for (place, score) in scores.enumerated() {
        run.record("fold/height", score, step: place + 1)
        run.record("fold/training_rows", 80, step: place + 1)
        run.record("fold/test_rows", 20, step: place + 1)
      }
      try run.finish(status: .finished)
      return TrialRun(
        run.id, TrialRecord(trial, values: ["x": .number(0.5), "mode": .text("good")], purpose: .confirmation), seed,
        .finished, score: scores.reduce(0, +) / Double(scores.count),
        folds: try FoldScores(hills.store.load(run.id), "height"))
    }
    let folds = [1.0, 5, 9, 3]
    let others = try (0..<2).map { try confirmation(0, seed: 1_000 + UInt64($0), scores: folds) }
    let better = try (0..<2).map { index in
      try confirmation(1, seed: 1_000 + UInt64(index), scores: folds.map { $0 + (index == 0 ? 0.3 : 0.1) })
    }
    let runs = [run(5, trial: 0), run(6, trial: 1)] + others + better
    let result = try SearchResult(state(runs, seeds: 1, fresh: 2))
    let improvement = try #require(result.improvement)
    #expect(abs(improvement.mean - 0.2) < 1e-9)
    #expect(improvement.isDistinguishable)
    // t(7) = 2.3646, s = 0.1069, and (1/8 + 20/80) of its square.
    #expect(abs(improvement.low! - (0.2 - 2.3646 * 0.10690 * 0.375.squareRoot())) < 1e-4)
  }

  @Test func `beyond two wait for the first two`() throws {
    let best = (0..<4).map { run(5, trial: 0, seed: UInt64($0)) }
    let running = [run(0, seed: 0, status: .running), run(0, seed: 1, status: .running)]
    guard case .propose(2) = try state(best + running).next() else { return #expect(Bool(false), "no new trial") }
    guard case .start(_, seed: 1) = try state(best + [running[0]]).next() else {
      return #expect(Bool(false), "the second seed is not started")
    }
  }

  @Test func `of the best settings and of the first are new ones in the end`() throws {
    let trials = (0...1).flatMap { trial in (0..<2).map { run(Double(trial), trial: trial, seed: UInt64($0)) } }
    var runs = trials
    var order: [[UInt64]] = []
    while case .start(let trial, let seed) = try state(runs, seeds: 2, fresh: 2, trials: 1).next() {
      #expect(trial.purpose == .confirmation)
      order.append([UInt64(trial.number), seed])
      runs.append(run(Double(trial.number), trial: trial.number, seed: seed, purpose: .confirmation))
    }
    #expect(order == [[1, 1_000], [1, 1_001], [0, 1_000], [0, 1_001]])
  }

  @Test func `whose worker died are run again, and fail when it dies a second time`() throws {
    guard case .resume(let orphan) = try state([run(0, status: .crashed)]).next() else {
      return #expect(Bool(false), "it is not taken up")
    }
    #expect(orphan.id == "t1s0")
    guard case .abandon = try state([run(0, status: .crashed, deaths: 1)]).next() else {
      return #expect(Bool(false), "it is taken up again")
    }
    // Somebody ended that one on purpose.
    guard case .resume = try state([run(0, status: .interrupted, deaths: 1)]).next() else {
      return #expect(Bool(false), "it is not taken up")
    }
  }

  @Test func `of a trial that failed or was pruned are not run`() throws {
    let runs =
      [run(0, trial: 0, status: .finished), run(1, trial: 1, status: .failed)]
      + [run(1, trial: 2, reports: [Report(1, 0.5)], isPruned: true)]
    guard case .start(let trial, seed: 1) = try state(runs, seeds: 2).next() else { return #expect(Bool(false)) }
    #expect(trial.number == 0)
    let history = try state(runs, seeds: 1).history
    #expect(history.map(\.state) == [.finished(score: 0), .failed, .pruned(step: 1, score: 0.5)])
  }
}

@Suite struct `The winner of a search` {
  @Test func `is called better in few searches where nothing has an effect`() throws {
    var better = 0
    for seed in 0..<40 {
      let hills = try HillSearch()
      // The mode and x make no difference beside this noise; each run draws its own.
      var configuration = try HillSearch.configuration(Hill(x: 0.3, noise: 1), trials: 6) { $0.freshSeeds = 5 }
      configuration.space = try SearchSpace([SearchParameter("x", .choice([.number(0.3), .number(0.3001)]))])
      let result = try #require(
        try hills.start(configuration, seed: UInt64(seed) * 10_000).search(shouldStop: { false }))
      if let improvement = result.improvement, improvement.isDistinguishable, improvement.mean > 0 { better += 1 }
    }
    #expect(better <= 2)
  }

  @Test func `is told by fresh seeds, not by the luck it was chosen by`() throws {
    let hills = try HillSearch()
    let search = try hills.start(
      HillSearch.configuration(Hill(x: 0.3, noise: 1), trials: 30) { $0.freshSeeds = 6 }, seed: 11)
    let result = try #require(try search.search(shouldStop: { false }))
    #expect(result.confirmed?.count == 6)
    let fresh = try hills.store.runs().filter { $0.description.trial?.purpose == .confirmation }
    #expect(Set(fresh.map(\.description.seed)) == Set(1_011..<1_017))
    #expect(result.verdict.contains("the settings the search started from"))
  }
}
