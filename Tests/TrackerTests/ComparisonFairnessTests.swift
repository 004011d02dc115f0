import Foundation
import Telemetry
import Testing

@testable import Tracker

/// A finished run with a curve of evaluations: at step 100, 200, … and a second later each.
private func run(
  _ name: String, seed: UInt64, agent: String = "ppo", environment: String = "CartPole-v1", budget: Int = 1_000,
  protocol settings: [String: HyperparameterValue] = [:], curve: [Double], score: Double? = nil
) -> RunRecord {
  var description = exampleDescription(seed: seed)
  (description.agent, description.environment, description.budget) = (agent, environment, budget)
  description.protocolSettings.merge(settings) { $1 }
  description.configurationHash = "\(name)-\(agent)-\(environment)-\(budget)-\(settings)"
  var record = RunRecord(id: "\(name)-\(agent)-\(environment)-\(seed)", description: description)
  record.status = .finished
  let steps = curve.indices.map { 100 * ($0 + 1) }
  let times = curve.indices.map { description.start + Int64($0 + 1) * 1_000_000 }
  record.series = [
    Series(metric: "eval/mean_reward", steps: steps, wallTimes: times, values: curve),
    Series(metric: "final/mean_reward", steps: [1_000], wallTimes: [0], values: [score ?? curve.last ?? 0]),
  ]
  return record
}

@Suite struct ComparisonFairnessTests {
  @Test func `what differs by budget, version or protocol is held against each other only when merged`() throws {
    let cases: [(Merging, [RunRecord], [RunRecord])] = [
      (
        .budget, (1...5).map { run("a", seed: $0, curve: [1, 2]) },
        (1...5).map { run("b", seed: $0, agent: "a2c", budget: 2_000, curve: [3, 4]) }
      ),
      (
        .version, (1...5).map { run("a", seed: $0, curve: [1, 2]) },
        (1...5).map { run("b", seed: $0, agent: "a2c", environment: "CartPole-v0", curve: [3, 4]) }
      ),
      (
        .protocol, (1...5).map { run("a", seed: $0, curve: [1, 2]) },
        (1...5).map { run("b", seed: $0, agent: "a2c", protocol: ["eval-episodes": .integer(3)], curve: [3, 4]) }
      ),
    ]
    for (kind, some, others) in cases {
      let refused = Comparison(of: some + others, resamples: 100)
      #expect(refused.groups.count == 2 && refused.improvements.isEmpty, "\(kind)")
      #expect(refused.notes.contains { $0.contains("--merge \(kind.rawValue) does it anyway") }, "\(refused.notes)")
      let merged = Comparison(of: some + others, resamples: 100, merging: [kind])
      #expect(merged.improvements.count == 2, "\(kind)")
      #expect(merged.improvements.contains { $0.group.hasPrefix("a2c") && $0.probability == 1 })
    }
  }

  @Test func `merging what differs makes one group, and says so`() throws {
    let some = (1...3).map { run("a", seed: $0, curve: [1, 2]) }
    let others = (4...6).map { run("a", seed: $0, budget: 2_000, curve: [3, 4]) }
    #expect(Comparison(of: some + others, resamples: 100).groups.map(\.count) == [3, 3])
    let merged = Comparison(of: some + others, resamples: 100, merging: [.budget])
    #expect(merged.groups.map(\.count) == [6])
    #expect(merged.notes.contains { $0.contains("runs of different budgets: 1000, 2000 steps") }, "\(merged.notes)")
  }

  @Test func `learning speed is the area under the curve, and the median steps and seconds to a threshold`() throws {
    // The areas over steps: (0 + 10)/2 and (10 + 20)/2 make 10; a flat 5; 10 at once and on.
    let runs = [
      run("a", seed: 1, curve: [0, 10, 20]), run("a", seed: 2, curve: [5, 5, 5]),
      run("a", seed: 3, curve: [10, 10, 10]),
    ]
    let group = try #require(Comparison(of: runs, resamples: 100, threshold: 10).groups.first)
    #expect(abs((group.areaUnderCurve ?? 0) - (10.0 + 5 + 10) / 3) < 1e-12)
    // Reached at step 200, never and at step 100: the median over all three is 200.
    #expect((group.threshold, group.reached) == (10, 2))
    #expect(group.stepsToThreshold == 200 && group.secondsToThreshold == 2)
    // Most do not come to 20, so the median is not known.
    let high = try #require(Comparison(of: runs, resamples: 100, threshold: 20).groups.first)
    #expect(high.reached == 1 && high.stepsToThreshold == nil && high.secondsToThreshold == nil)
    // Without a threshold it is the environment's reference score.
    #expect(try #require(Comparison(of: runs, resamples: 100).groups.first).threshold == 475)
  }

  @Test func `agents are aggregated across environments by normalised scores`() throws {
    var runs: [RunRecord] = []
    for seed: UInt64 in 1...5 {
      // CartPole: 22.2 is 0 and 475 is 1; Pendulum: -1231 is 0 and -151.3 is 1.
      runs += [
        run("x", seed: seed, agent: "x", curve: [475]), run("y", seed: seed, agent: "y", curve: [22.2]),
        run("x", seed: seed, agent: "x", environment: "Pendulum-v1", curve: [-151.3]),
        run("y", seed: seed, agent: "y", environment: "Pendulum-v1", curve: [-1231]),
      ]
    }
    let comparison = Comparison(of: runs, resamples: 200)
    let across = try #require(comparison.acrossEnvironments)
    #expect(across.environments == ["CartPole-v1", "Pendulum-v1"])
    #expect(across.aggregate.map(\.algorithm) == ["x", "y"])
    #expect(abs(across.aggregate[0].iqm - 1) < 1e-12 && abs(across.aggregate[1].iqm) < 1e-12)
    #expect(abs(across.aggregate[0].optimalityGap) < 1e-12 && abs(across.aggregate[1].optimalityGap - 1) < 1e-12)
    #expect(across.probabilityOfImprovement.first { $0.x == "x" }?.p == 1)
    #expect(Set(comparison.referenceScores.map(\.environment)) == ["CartPole-v1", "Pendulum-v1"])
    // One environment is enough for profiles, not for an aggregate; a world without reference scores is named.
    let one = Comparison(of: runs.filter { $0.description.environment == "CartPole-v1" }, resamples: 200)
    #expect(one.acrossEnvironments == nil && one.profiled.scores?.performanceProfile.algorithms.count == 2)
    let odd = (1...2).map { run("x", seed: $0, agent: "x", environment: "Odd-v0", curve: [1]) }
    #expect(Comparison(of: runs + odd, resamples: 200).notes.contains { $0.contains("Odd-v0") })
    #expect(Comparison(of: odd, resamples: 200).profiled.scores == nil)
  }
}
