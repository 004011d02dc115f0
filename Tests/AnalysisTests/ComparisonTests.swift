import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Formats
@testable import Settings
@testable import Tracker

/// A finished run of 10 s at 1,000 steps/s.
private func run(
  _ hash: String, seed: UInt64, score: Double?, environment: String = "CartPole-v1", experiment: String = "cp",
  settings: [String: HyperparameterValue] = [:]
) -> RunRecord {
  var description = exampleDescription(seed: seed)
  description.configurationHash = hash
  description.target = environment
  description.experiment = experiment
  description.hyperparameters.merge(settings) { $1 }
  var record = RunRecord(id: "\(hash)-\(seed)", description: description)
  record.end = description.start + 10_000_000
  record.status = score == nil ? .crashed : .finished
  record.series = [Series(metric: "time/fps", steps: [1, 2], wallTimes: [0, 1], values: [1, 1_000])]
  if let score {
    record.series.append(
      Series(metric: "final/mean_reward", steps: [1, 2], wallTimes: [0, 1], values: [-1, score]))
  }
  return record
}

private func runs(_ hash: String, _ scores: [Double], settings: [String: HyperparameterValue] = [:]) -> [RunRecord] {
  scores.enumerated().map { run(hash, seed: UInt64($0.offset + 1), score: $0.element, settings: settings) }
}

private let good = [480.0, 495, 500, 500, 470]
private let fair = [300.0, 480, 250, 410, 500]

@Suite struct ComparisonTests {
  @Test(
    "The IQM is scipy.stats.trim_mean(x, 0.25)",
    arguments: [
      ([1, 2, 3, 4, 5, 6, 7, 100], 4.5), ([3, 1, 2], 2), ([10, 20, 30, 40, 50, 60, 70, 80, 90, 1_000], 55), ([5], 5),
      ([9, 2, 7, 4, 1], 13.0 / 3),
    ] as [([Double], Double)])
  func iqm(values: [Double], expected: Double) {
    #expect(abs(interquartileMean(values) - expected) < 1e-12)
  }

  @Test("Mean, deviation over n − 1, median and quantiles are NumPy's")
  func moments() {
    #expect(mean([9, 2, 7, 4, 1]) == 4.6)
    #expect(abs((standardDeviation([9, 2, 7, 4, 1]) ?? 0) - 3.361547262794322) < 1e-12)
    #expect(standardDeviation([4]) == nil)
    #expect(median([9, 2, 7, 4, 1]) == 4)
    #expect(median([9, 2, 7, 4]) == 5.5)
    #expect(quantile([1, 2, 3, 4, 5, 6], 0.025) == 1.125)
    #expect(quantile([1, 2, 3, 4, 5, 6], 0.975) == 5.875)
    #expect(quantile([3], 0.975) == 3)
  }

  @Test("A group's statistics, and intervals as a bootstrap of 400,000 resamples in NumPy gives them")
  func group() throws {
    let comparison = Comparison(of: runs("aaaaaaaabbbb", good))
    let group = try #require(comparison.groups.first)
    #expect(comparison.groups.count == 1)
    #expect((group.label, group.configurationHash) == ("ppo", "aaaaaaaabbbb"))
    #expect(group.experiments == ["cp"])
    #expect(group.seeds == [1, 2, 3, 4, 5])
    #expect(group.runs.first == "aaaaaaaabbbb-1")
    #expect(group.scores == good)
    #expect((group.count, group.mean, group.median, group.min, group.max) == (5, 489, 495, 470, 500))
    #expect(abs((group.std ?? 0) - 13.416407864998739) < 1e-12)
    #expect(abs(group.iqm - 491.6666666666667) < 1e-9)
    #expect(abs((group.iqmLow ?? 0) - 473.33) < 3.4)
    #expect(group.iqmHigh == 500)
    #expect((group.stepsPerSecond, group.seconds) == (1_000, 10))
    #expect(!group.isSmall)
    #expect(comparison.improvements.isEmpty && comparison.differences.isEmpty)
    #expect(comparison.notes.isEmpty)
  }

  @Test("Intervals depend on the bootstrap's seed and the scores, not on the order of runs or on other groups")
  func reproducible() {
    let records = runs("a", fair) + runs("b", good)
    let comparison = Comparison(of: records)
    #expect(Comparison(of: records.reversed()) == comparison)
    // Named by what it differs in from others, where there are others.
    var alone = Comparison(of: runs("b", good)).groups[0]
    alone.label = comparison.groups[0].label
    #expect(alone == comparison.groups[0])
    let spread = runs("c", [1.5, 2.25, 7.125, 9, 11, 14.5, 20, 31, 44, 60])
    let intervals = (0..<4).map { Comparison(of: spread, seed: $0, resamples: 200).groups[0].iqmLow }
    #expect(Set(intervals).count > 1)
    #expect(Comparison(of: spread, seed: 3, resamples: 200).groups[0].iqmLow == intervals[3])
  }

  @Test("A bootstrap of the mean has the width theory gives")
  func bootstrapWidth() {
    let values = (0..<100).map { Double($0) }
    let (low, high) = Bootstrap(seed: 1, resamples: 5_000).interval(of: [values]) { mean($0[0]) }
    // Standard error √((100² − 1)/12/100) = 2.887.
    #expect(abs(low - (49.5 - 1.96 * 2.887)) < 0.4)
    #expect(abs(high - (49.5 + 1.96 * 2.887)) < 0.4)
  }

  @Test("The probability of improvement counts pairs, ties half; the other way round it is the rest to one")
  func improvement() throws {
    let comparison = Comparison(of: runs("a", good) + runs("b", fair))
    #expect(comparison.groups.map(\.configurationHash) == ["a", "b"])
    try #require(comparison.improvements.count == 2)
    let (forth, back) = (comparison.improvements[0], comparison.improvements[1])
    #expect((forth.group, forth.over) == ("ppo a", "ppo b"))
    // Of 25 pairs 18 are won, 3 are tied (480, 500, 500) and 4 lost.
    #expect(abs(forth.probability - 19.5 / 25) < 1e-12)
    let low = try #require(forth.low)
    #expect(abs(low - 0.44) < 0.041 && forth.high == 1)
    #expect((back.group, back.over) == (forth.over, forth.group))
    #expect(abs(back.probability - 5.5 / 25) < 1e-12)
    #expect(abs((back.high ?? 0) - (1 - low)) < 1e-12 && back.low == 0)
  }

  @Test("Groups of different environments are not compared")
  func environments() {
    let records = runs("a", good) + [run("b", seed: 1, score: -80, environment: "Acrobot-v1")]
    let comparison = Comparison(of: records)
    #expect(comparison.groups.map(\.environment) == ["Acrobot-v1", "CartPole-v1"])
    #expect(comparison.groups.map(\.label) == ["ppo Acrobot-v1", "ppo CartPole-v1"])
    #expect(comparison.improvements.isEmpty && comparison.differences.isEmpty)
    #expect(!comparison.text.contains("differ"))
  }

  @Test("Differences are the settings whose values are not the same in all groups")
  func differences() {
    var other = runs("b", fair, settings: ["learning_rate": .number(1), "gae_lambda": .number(0.8)])
    for index in other.indices {
      other[index].description.hyperparameters["n_envs"] = .integer(1)
      other[index].description.budget = 2_000
      other[index].description.protocolSettings["eval-freq"] = .integer(0)
    }
    #expect(
      Comparison(of: runs("a", good) + other).differences == [
        .init(key: "eval-freq", values: [.integer(10_000), .integer(0)]),
        .init(key: "gae_lambda", values: [.none, .number(0.8)]),
        .init(key: "learning_rate", values: [.number(3e-4), .number(1)]),
        .init(key: "n_envs", values: [.integer(8), .integer(1)]),
        .init(key: "n_timesteps", values: [.integer(1_000), .integer(2_000)]),
      ])
  }

  @Test("Runs without a finite score are left out, with the reason, and the rest is as if they were not there")
  func leftOut() {
    let without = Comparison(of: runs("a", good))
    var undescribed = run("a", seed: 9, score: 1)
    undescribed.isDescribed = false
    let records =
      runs("a", good) + [run("a", seed: 7, score: nil), run("a", seed: 8, score: .nan), undescribed]
    let comparison = Comparison(of: records)
    #expect(comparison.groups == without.groups)
    #expect(comparison.leftOut.map(\.run) == ["a-7", "a-8", "a-9"])
    #expect(
      comparison.leftOut.map(\.reason) == [
        "it has no final/mean_reward (crashed)", "its final/mean_reward is nan", "its log does not say what it is",
      ])
    #expect(comparison.text.contains("Left out: a-7 (cp, seed 7): it has no final/mean_reward (crashed)."))
    #expect(Comparison(of: []).text == "No run has final/mean_reward.")
  }

  @Test("Few seeds, seeds that come twice and changed budgets are noted")
  func notes() {
    var records = runs("a", [1, 2, 3, 4]) + [run("a", seed: 1, score: 1, experiment: "again")]
    records[1].resumes = [ResumeRecord(checkpoint: nil, step: 0, steps: 5_000, wallTime: 0)]
    let comparison = Comparison(of: records)
    #expect(comparison.groups.map(\.count) == [4, 1])
    #expect(comparison.groups[0].isSmall)
    #expect(comparison.groups[0].experiments == ["again", "cp"])
    #expect(
      comparison.notes == [
        "Fewer than 5 seeds say little about the next one: ppo n_timesteps=1000 (3), ppo n_timesteps=5000 (1). "
          + "Fewer than 4 give no interval: –.",
        "ppo n_timesteps=1000 has 4 runs of 3 seeds: runs that share a seed are not independent evidence.",
        "ppo n_timesteps=1000 and ppo n_timesteps=5000 are not compared: different budgets, 1000 vs 5000 steps. "
          + "Use --merge budget to compare them anyway.",
      ])
  }

  @Test("One run has no deviation and no interval")
  func single() throws {
    let comparison = Comparison(of: runs("a", [3]))
    #expect(comparison.groups[0].std == nil && comparison.groups[0].iqmLow == nil)
    #expect(comparison.text.contains("3.000 [–]       3.000"))
  }

  @Test("A comparison reads back from its JSON")
  func codable() throws {
    let comparison = Comparison(of: runs("a", good) + runs("b", [1], settings: ["gamma": .number(0.5)]))
    #expect(try JSONDecoder().decode(Comparison.self, from: JSONEncoder().encode(comparison)) == comparison)
  }

  @Test("The text says what differs, then the scores, then who is better, then the notes")
  func text() {
    let comparison = Comparison(
      of: runs("a", [5, 5, 5, 5, 5]) + runs("b", [1, 1, 1], settings: ["learning_rate": .number(1)]), resamples: 10)
    #expect(
      comparison.text == """
        differs        ppo learning_rate=0.0003  ppo learning_rate=1.0
        learning_rate                    0.0003                    1.0

        group                     seeds            IQM [95 %]     mean ± std  median    min    max  steps/s    time
        ppo learning_rate=0.0003      5  5.000 [5.000, 5.000]  5.000 ± 0.000   5.000  5.000  5.000     1000  10.0 s
        ppo learning_rate=1.0         3             1.000 [–]  1.000 ± 0.000   1.000  1.000  1.000     1000  10.0 s

        group                     over                   probability of improvement [95 %]
        ppo learning_rate=0.0003  ppo learning_rate=1.0                           1.00 [–]

        Scores are the last final/mean_reward of each run in CartPole-v1; IQM is the mean of the middle half; intervals: \
        10 bootstrap resamples, seed 0.
        Fewer than 5 seeds say little about the next one: ppo learning_rate=1.0 (3). Fewer than 4 give no interval: –.
        """)
  }

  @Test func `an interval that cannot be given is a dash, an empty field and null`() throws {
    for seeds in 1...6 {
      let scores = [Double](repeating: 1, count: seeds)
      let comparison = Comparison(
        of: runs("a", scores, settings: ["gamma": .number(0.99)]) + runs("b", good, settings: ["gamma": .number(0.5)]),
        resamples: 10)
      let (one, isGiven) = (try #require(comparison.groups.last), seeds >= 4)
      #expect(one.label == "ppo gamma=0.99" && (one.iqmLow == nil) == !isGiven && (one.iqmHigh == nil) == !isGiven)
      #expect(comparison.improvements.allSatisfy { ($0.low == nil) == !isGiven && ($0.high == nil) == !isGiven })
      #expect(comparison.text.contains("[–]") == !isGiven)
      #expect(comparison.csv.contains(isGiven ? ",1,1,1,1," : ",1,,,1,"), "\(comparison.csv)")
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let json = String(decoding: try encoder.encode(comparison), as: UTF8.self)
      #expect(json.contains("\"iqmHigh\":null,\"iqmLow\":null") == !isGiven)
      #expect(json.contains("\"low\":null") == !isGiven)
    }
  }

  @Test func `only what differs within an agent and environment is said to differ`() {
    var other = runs("b", fair, settings: ["tau": .number(0.1), "learning_rate": .number(1)])
    for index in other.indices {
      other[index].description.subject = "sac"
      other[index].description.hyperparameters["gamma"] = nil
    }
    let usual = runs("a", good, settings: ["gamma": .number(0.99)])
    #expect(Comparison(of: usual + other, resamples: 10).differences.isEmpty)
    let comparison = Comparison(
      of: usual + other + runs("c", fair, settings: ["gamma": .number(0.5)]), resamples: 10)
    #expect(comparison.differences.map(\.key) == ["gamma"])
    #expect(Set(comparison.groups.map(\.label)) == ["ppo gamma=0.99", "ppo gamma=0.5", "sac"])
    let table = comparison.text.split(separator: "\n\n")[0]
    #expect(!table.contains("sac") && table.contains("ppo gamma=0.5"))
  }

  @Test func `no line of a comparison is wider than the page, however many groups there are`() {
    let names = ["gamma", "gae_lambda", "clip_range", "ent_coef", "vf_coef"]
    let records = (0..<12).flatMap { group in
      runs(
        "h\(group)", (0..<3).map { Double(10 * group + $0) + 0.123 },
        settings: [names[group % 5]: .number(0.125 * Double(group + 1)), "learning_rate": .number(1e-4)])
    }
    let comparison = Comparison(of: records, resamples: 10)
    #expect(Set(comparison.groups.map(\.label)).count == 12)
    for width in [60, 80, 100] {
      let lines = comparison.text(width: width).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.allSatisfy { $0.count <= width }, "\(lines.filter { $0.count > width })")
      #expect(comparison.text(width: width).contains("IQM"))
    }
    #expect(comparison.notes.count { $0.contains("Fewer than 5 seeds") } == 1)
  }
}
