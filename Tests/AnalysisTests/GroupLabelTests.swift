import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Settings
@testable import Tracker

@Suite struct GroupLabelTests {
  /// A run of a group: of what is given, the rest as in all others.
  private func run(
    _ hash: String, _ settings: [String: HyperparameterValue] = [:], agent: String = "ppo",
    environment: String = "CartPole-v1", experiment: String = "cp", name: String = "", evaluation: Int = 10_000
  ) -> RunRecord {
    var description = exampleDescription()
    (description.subject, description.target, description.configurationHash) = (agent, environment, hash)
    (description.experiment, description.name) = (experiment, name)
    description.hyperparameters.merge(settings) { $1 }
    description.protocolSettings["eval-freq"] = .integer(evaluation)
    return RunRecord(id: hash, description: description)
  }

  /// The names of groups of one run each, in the order of the runs.
  private func labels(_ records: [RunRecord]) -> [String] {
    let labels = GroupLabels(Dictionary(uniqueKeysWithValues: records.map { (GroupKey($0), [$0]) }))
    return records.map { labels[GroupKey($0)] }
  }

  @Test func `a group is named by what differs, and no more`() {
    #expect(labels([run("a")]) == ["ppo"])
    #expect(labels([run("a"), run("b", agent: "sac")]) == ["ppo", "sac"])
    #expect(labels([run("a"), run("a", environment: "Maze-v0")]) == ["ppo CartPole-v1", "ppo Maze-v0"])
    #expect(
      labels([run("a", ["gamma": .number(0.9)]), run("b", ["gamma": .number(0.98)]), run("c", agent: "sac")])
        == ["ppo gamma=0.9", "ppo gamma=0.98", "sac"])
    #expect(
      labels([run("a"), run("b", ["net_arch": .integers([64, 64])]), run("c", ["learning_rate": .number(0.5)])])
        == [
          "ppo learning_rate=0.0003 net_arch=–", "ppo learning_rate=0.0003 net_arch=64,64",
          "ppo learning_rate=0.5 net_arch=–",
        ].map { $0.replacing("64,64", with: HyperparameterValue.integers([64, 64]).description) })
  }

  @Test func `of many settings the fewest that tell groups apart are named`() {
    func many(_ hash: String, _ value: Double, experiment: String = "cp") -> RunRecord {
      run(
        hash,
        Dictionary(uniqueKeysWithValues: ["gamma", "tau", "ent_coef", "vf_coef", "beta"].map { ($0, .number(value)) }),
        experiment: experiment)
    }
    #expect(labels([many("a", 0.5), many("b", 0.25)]) == ["ppo tau=0.5 …", "ppo tau=0.25 …"])
    // Experiments of their own are shorter.
    #expect(labels([many("a", 0.5, experiment: "x"), many("b", 0.25, experiment: "y")]) == ["ppo (x)", "ppo (y)"])
  }

  @Test func `settings of evaluations, names and hashes tell apart what hyperparameters do not`() {
    #expect(labels([run("a"), run("b", evaluation: 500)]) == ["ppo eval-freq=10000", "ppo eval-freq=500"])
    #expect(labels([run("a", name: "old"), run("b", name: "new")]) == ["ppo (old)", "ppo (new)"])
    #expect(labels([run("0123456789"), run("b")]) == ["ppo 01234567", "ppo b"])
    let long = String(repeating: "x", count: 200)
    #expect(
      labels([run("a", ["file": .text(long)]), run("b", ["file": .text(long + "y")])]).allSatisfy { $0.count < 20 })
  }

  @Test func `a setting that varies inside a group is no name for it`() {
    let (a, b) = (run("a", ["gamma": .number(0.9)]), run("b", ["gamma": .number(0.5), "tau": .number(1)]))
    let other = run("a", ["gamma": .number(0.8)])
    let labels = GroupLabels([GroupKey(a): [a, other], GroupKey(b): [b]])
    #expect([labels[GroupKey(a)], labels[GroupKey(b)]] == ["ppo tau=–", "ppo tau=1.0"])
  }

  @Test func `no two groups share a name, whatever differs`() {
    var seed: UInt64 = 1
    func draw(_ count: UInt64) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((seed >> 33) % count)
    }
    for _ in 0..<200 {
      let records = (0..<(2 + draw(6))).map { number in
        run(
          "hash\(number)", ["gamma": .number(Double(draw(3))), "tau": .number(Double(draw(2)))],
          agent: ["ppo", "sac"][draw(2)], environment: ["A", "B"][draw(2)], experiment: ["x", "y"][draw(2)])
      }
      let found = labels(records)
      #expect(Set(found).count == records.count, "\(found)")
      #expect(found == labels(records.reversed()).reversed())
    }
  }

  @Test func `plots and comparisons name groups alike`() {
    let records = [run("a", ["gamma": .number(0.9)]), run("b", ["gamma": .number(0.98)])].map { record in
      var record = record
      record.series = [Series(metric: "r", steps: [1, 2], wallTimes: [0, 1], values: [1, 2])]
      return record
    }
    let compared = Comparison(of: records, metric: "r", resamples: 10)
    let drawn = LearningCurve(of: records, metric: "r").groups.map(\.label)
    #expect(Set(compared.groups.map(\.label)) == Set(drawn))
    #expect(compared.csv.contains("\nppo gamma=0.9,ppo,CartPole-v1,a,"))
    #expect(compared.markdown.contains("| ppo gamma=0.9 |"))
  }
}
