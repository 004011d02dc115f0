import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Tracker

/// Five finished runs of one configuration, at seeds from `seed` on.
private func runs(
  _ hash: String, from seed: UInt64 = 1, score: Double = 100, agent: String = "ppo",
  _ environment: String = "CartPole-v1", experiment: String = "cp", budget: Int = 1_000,
  evaluationFrequency: Int = 10_000, learningRate: Double = 3e-4
) -> [RunRecord] {
  (seed..<seed + 5).map { seed in
    var description = exampleDescription(seed: seed)
    (description.subject, description.target) = (agent, environment)
    (description.configurationHash, description.experiment) = (hash, experiment)
    description.budget = budget
    description.protocolSettings["eval-freq"] = .integer(evaluationFrequency)
    description.hyperparameters["learning_rate"] = .number(learningRate)
    var record = RunRecord(id: "\(agent)-\(environment)-\(hash)-\(seed)", description: description)
    record.status = .finished
    record.series = [Series(metric: "final/mean_reward", steps: [1], wallTimes: [0], values: [score])]
    return record
  }
}

private func compare(_ records: [RunRecord], merging: Set<Merging> = []) -> Comparison {
  Comparison(of: records, resamples: 200, merging: merging)
}

@Suite struct ComparisonMergingTests {
  static let others: [(Merging, [RunRecord], String)] = [
    (.budget, runs("b", from: 6, budget: 2_000), "different budgets, 1000 vs 2000 steps. Use --merge budget"),
    (
      .version, runs("b", from: 6, "CartPole-v2"), "different versions, CartPole-v1 vs CartPole-v2. Use --merge version"
    ),
    (
      .protocol, runs("b", from: 6, evaluationFrequency: 5_000),
      "different evaluations, eval-freq. Use --merge protocol"
    ),
  ]

  @Test("What differs by budget, version or protocol is kept apart, with a sentence, and is one group if told so")
  func oneDifference() throws {
    for (kind, other, words) in Self.others {
      let records = runs("a", score: 120) + other
      let apart = compare(records)
      #expect(apart.groups.count == 2 && apart.improvements.isEmpty)
      let refusal = try #require(apart.notes.first { $0.contains("not compared") })
      #expect(refusal.hasSuffix(": \(words) to compare them anyway."), "\(refusal)")
      let merged = compare(records, merging: [kind])
      #expect(merged.groups.map(\.count) == [10], "\(kind)")
      #expect(merged.groups.map(\.mean) == [110], "\(kind)")
      #expect(!merged.notes.contains { $0.contains("not compared") })
      for wrong in Merging.allCases where wrong != kind {
        #expect(compare(records, merging: [wrong]).groups.count == 2, "\(wrong) does not merge \(kind)")
      }
    }
  }

  @Test("Of several differences the refusal names those that are not merged yet")
  func severalDifferences() throws {
    let records = runs("a") + runs("b", from: 6, "CartPole-v2", budget: 2_000, evaluationFrequency: 5_000)
    let expected: [(Set<Merging>, String)] = [
      (
        [],
        "different budgets, 1000 vs 2000 steps; different versions, CartPole-v1 vs CartPole-v2; "
          + "different evaluations, eval-freq. Use --merge budget,version,protocol"
      ),
      (
        [.budget],
        "different versions, CartPole-v1 vs CartPole-v2; different evaluations, eval-freq. Use --merge version,protocol"
      ),
      ([.version, .protocol], "different budgets, 1000 vs 2000 steps. Use --merge budget"),
    ]
    for (merging, words) in expected {
      let refusal = try #require(compare(records, merging: merging).notes.first { $0.contains("not compared") })
      #expect(refusal.hasSuffix(": \(words) to compare them anyway."), "\(refusal)")
    }
    #expect(compare(records, merging: Set(Merging.allCases)).groups.map(\.count) == [10])
  }

  @Test func `many pairs that are not compared are one sentence`() throws {
    let records = (1...5).flatMap { runs("h\($0)", budget: 1_000 * $0) }
    let refusals = compare(records).notes.filter { $0.contains("not compared") }
    #expect(refusals.count == 1)
    let refusal = try #require(refusals.first)
    #expect(refusal.hasPrefix("10 pairs of groups are not compared (ppo n_timesteps=1000 and ppo n_timesteps=2000: "))
    #expect(refusal.hasSuffix("; and so on). Use --merge budget to compare them anyway."))
  }

  @Test("Other hyperparameters are never merged: such groups are compared")
  func hyperparameters() {
    let records = runs("a", score: 120) + runs("b", budget: 2_000, learningRate: 1)
    #expect(compare(records).improvements.isEmpty)
    let merged = compare(records, merging: [.budget])
    #expect(merged.groups.map(\.count) == [5, 5])
    #expect(merged.improvements.map(\.probability) == [1, 0])
  }

  @Test("A run that was resumed to another budget is a group of its own until budgets are merged, which is noted")
  func resumed() throws {
    var records = runs("a")
    records[4].resumes = [ResumeRecord(checkpoint: nil, step: 0, steps: 2_000, wallTime: 0)]
    let apart = compare(records)
    #expect(Set(apart.groups.map(\.label)) == ["ppo n_timesteps=1000", "ppo n_timesteps=2000"])
    let merged = compare(records, merging: [.budget])
    let label = try #require(merged.groups.first).label
    #expect(merged.groups.map(\.count) == [5])
    #expect(merged.notes == ["\(label) has runs of different budgets: 1000, 2000 steps."])
  }
}

@Suite struct ComparisonAcrossEnvironmentsTests {
  /// An agent at the reference score of CartPole (475) and, of Acrobot, at that of `acrobot`.
  private func agent(_ name: String, acrobot: Double, hash: String = "a", experiment: String = "cp") -> [RunRecord] {
    runs(hash, score: 475, agent: name, experiment: experiment)
      + runs(hash, score: acrobot, agent: name, "Acrobot-v1", experiment: experiment)
  }

  @Test("Scores are normalised by random and reference score: 0 and 1 at these, and the references are shown")
  func normalised() throws {
    let comparison = compare(agent("ppo", acrobot: -499.1) + agent("dqn", acrobot: -100))
    let across = try #require(comparison.acrossEnvironments)
    #expect(across.environments == ["Acrobot-v1", "CartPole-v1"])
    #expect(comparison.referenceScores.map(\.environment) == across.environments)
    #expect(comparison.referenceScores.map(\.random) == [-499.1, 22.2])
    #expect(across.aggregate.map(\.algorithm) == ["dqn", "ppo"])
    #expect(across.aggregate.map(\.runs) == [10, 10])
    for values in [across.aggregate.map(\.iqm), across.aggregate.map(\.median), across.aggregate.map(\.mean)] {
      #expect(values == [1, 0.5])
    }
    #expect(across.aggregate.map(\.optimalityGap) == [0, 0.5])
    // A tie in CartPole and a certain win in Acrobot.
    let better = try #require(across.probabilityOfImprovement.first)
    #expect((better.x, better.y, better.p) == ("dqn", "ppo", 0.75))
  }

  @Test("One environment has no aggregate; one without reference scores is named and left out")
  func leftOut() throws {
    let one = compare(runs("a"))
    #expect(one.acrossEnvironments == nil && one.referenceScores.isEmpty && one.notes.isEmpty)
    let maze = runs("a", agent: "ppo", "Maze-v0")
    let sentence = "Not aggregated, no reference scores: Maze-v0."
    let two = compare(runs("a") + maze)
    #expect(two.acrossEnvironments == nil && two.notes.contains(sentence))
    let three = compare(agent("ppo", acrobot: -100) + maze)
    #expect(try #require(three.acrossEnvironments).environments == ["Acrobot-v1", "CartPole-v1"])
    #expect(three.notes.contains(sentence))
  }

  @Test("Merged versions of an environment keep the reference scores of the version that has some")
  func mergedVersions() throws {
    let records = agent("ppo", acrobot: -100) + runs("b", from: 6, agent: "ppo", "CartPole-v2")
    let merged = compare(records, merging: [.version])
    #expect(try #require(merged.acrossEnvironments).environments == ["Acrobot", "CartPole"])
    #expect(merged.referenceScores.map(\.environment) == ["Acrobot-v1", "CartPole-v1"])
  }

  @Test("Two configurations of an agent are told apart by their experiments, or nothing is aggregated")
  func ambiguous() throws {
    let apart = compare(
      agent("ppo", acrobot: -499.1, hash: "a", experiment: "x")
        + agent("ppo", acrobot: -100, hash: "b", experiment: "y"))
    #expect(try #require(apart.acrossEnvironments).aggregate.map(\.algorithm) == ["ppo (y)", "ppo (x)"])
    let mixed = compare(agent("ppo", acrobot: -499.1, hash: "a") + agent("ppo", acrobot: -100, hash: "b"))
    #expect(mixed.acrossEnvironments == nil)
    #expect(mixed.notes.contains { $0.hasPrefix("Nothing is aggregated across environments: ppo (cp) has 2 config") })
  }

  @Test func `runs that differ by what makes no other configuration are merged with it`() {
    func watched(_ records: [RunRecord], _ pattern: String) -> [RunRecord] {
      records.map { record in
        var record = record
        record.description.protocolSettings["watch"] = .text(pattern)
        record.description.settingsApart = ["watch"]
        return record
      }
    }
    let records = watched(runs("a"), "layer 1") + watched(runs("b", from: 6, budget: 2_000), "layer 2")
    #expect(compare(records, merging: [.budget]).groups.map(\.count) == [10])
  }

  @Test func `fits of other rows are neither compared nor merged as another protocol's`() throws {
    func fits(_ hash: String, from seed: UInt64, data: String) -> [RunRecord] {
      runs(hash, from: seed, "flowers.csv:kind").map { record in
        var record = record
        record.description.protocolSettings["data-sha256"] = .text(data)
        return record
      }
    }
    let records = fits("a", from: 1, data: "0f") + fits("b", from: 6, data: "1e")
    let refusal = try #require(compare(records).notes.first { $0.contains("not compared") })
    #expect(refusal.contains("different evaluations, data-sha256"), "\(refusal)")
    #expect(compare(records).improvements.isEmpty)
    #expect(compare(records, merging: [.protocol]).groups.count == 2)
  }

  @Test(arguments: [("final/validation/mse", "b", 1.0), ("final/mean_reward", "a", 1.0)])
  func `the best group comes first, whichever direction is better`(name: String, best: String, probability: Double) {
    let metric = Metric(name)
    let records = (runs("a", score: 120) + runs("b", from: 6, score: 80, learningRate: 1)).map { record in
      var record = record
      record.series = [Series(metric: metric, steps: [1], wallTimes: [0], values: record.series[0].values)]
      return record
    }
    let comparison = Comparison(of: records, metric: metric, resamples: 200)
    #expect(comparison.groups.map(\.configurationHash) == [best, best == "a" ? "b" : "a"])
    let winner = comparison.groups[0].label
    #expect(comparison.improvements.first { $0.group == winner }?.probability == probability)
  }
}
