import Foundation
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import Debugger
@testable import Settings
@testable import Tracker

/// Series in which one rule speaks, and the same with the fault taken away.
private struct RuleCase {
  var rule: any DebuggerRule.Type
  var sick: [(Metric, [Double])]
  var sound: [(Metric, [Double])]

  init(_ rule: any DebuggerRule.Type, _ sick: [(Metric, [Double])], sound: [(Metric, [Double])]) {
    (self.rule, self.sick, self.sound) = (rule, sick, sound)
  }

  /// What this rule alone says.
  func findings(_ series: [(Metric, [Double])]) throws -> [Finding] {
    var debugger = try RuleEngine(DebuggerSettings(selection: rule.name))
    let length = series.map(\.1.count).max() ?? 0
    var told: [Finding] = []
    for step in 0..<length {
      for (metric, values) in series where step < values.count {
        told += debugger.inspect(metric, values[step], step: step)
      }
    }
    return (told + debugger.finish()).latest
  }
}

private let reward: Metric = "rollout/ep_rew_mean"
private let budget: Metric = "setup/budget"

/// Cases of the rules that `DebuggerTests` and `DebuggerFitTests` do not look at one by one.
private let cases: [RuleCase] = [
  RuleCase(
    NonFiniteInput.self, [("rollout/nonfinite_observations", [0, 0.01])],
    sound: [("rollout/nonfinite_observations", constant(0, 50))]),
  RuleCase(
    NoUpdates.self, [(budget, [10]), ("train/n_updates", constant(0, 9))],
    sound: [(budget, [10]), ("train/n_updates", constant(0, 5) + line(1, 9, 5))]),
  RuleCase(
    ShortHorizon.self, [("setup/gamma", [0.5]), ("rollout/ep_len_mean", constant(20, 4))],
    sound: [("setup/gamma", [0.9]), ("rollout/ep_len_mean", constant(200, 50))]),
  RuleCase(
    ShortHorizon.self, [("setup/gamma", [0.9]), ("rollout/ep_len_mean", constant(500, 4))],
    sound: [("setup/gamma", [0.97]), ("rollout/ep_len_mean", constant(10_000, 50))]),
  // Without a future there is none to look at.
  RuleCase(
    ShortHorizon.self, [("setup/gamma", [0]), ("rollout/ep_len_mean", constant(9, 4))],
    sound: [("setup/gamma", [0]), ("rollout/ep_len_mean", constant(1, 50))]),
  RuleCase(
    EvaluationGap.self, [(reward, line(20, 400, 20)), ("eval/mean_reward", constant(10, 20))],
    sound: [(reward, line(20, 400, 20)), ("eval/mean_reward", constant(10, 3) + line(60, 500, 17))]),
  RuleCase(
    EvaluationGap.self, [("eval/start_shift", [0.3, 3.4, 3.5])],
    sound: [("eval/start_shift", [3.4, 0.3, 3.4, 0.4] + constant(1.5, 9))]),
  RuleCase(
    EvaluationGap.self, [("eval/start_scale", [0.2, 0.2])], sound: [("eval/start_scale", [2, 0.5, 5, 1, 0.3, 0.3])]),
  RuleCase(
    InputShift.self, [("inputs/mean_shift", constant(2, 20) + [40, 41])],
    sound: [("inputs/mean_shift", line(0, 60, 50) + constant(2, 10))]),
  RuleCase(
    FlatInput.self, [("inputs/constant_columns", constant(1, 5))],
    sound: [("inputs/constant_columns", constant(1, 4) + constant(0, 9))]),
  RuleCase(ValidationLeak.self, [("data/validation_overlap", [0.3])], sound: [("data/validation_overlap", [0.01])]),
  RuleCase(
    TimeLimitAsTermination.self,
    [("rollout/time_limit_fraction", constant(0.5, 4)), ("rollout/truncated_fraction", constant(0, 4))],
    sound: [("rollout/time_limit_fraction", constant(0.5, 9)), ("rollout/truncated_fraction", constant(0.5, 9))]),
  RuleCase(
    FirstRatio.self, [("train/first_ratio_error", [0, 0.2, 0.3])],
    sound: [("train/first_ratio_error", constant(1e-6, 50) + [0.2])]),
  RuleCase(
    TargetStale.self, [("train/target_updates", constant(0, 6)), ("train/n_updates", line(500, 3_000, 6))],
    sound: [("train/target_updates", line(0, 5, 6)), ("train/n_updates", line(500, 3_000, 6))]),
  // SAC's target follows the first update.
  RuleCase(
    TargetStale.self, [("train/target_updates", constant(1, 20)), ("train/n_updates", line(500, 10_000, 20))],
    sound: [("train/target_updates", constant(1, 5) + constant(2, 5)), ("train/n_updates", line(500, 5_000, 10))]),
  RuleCase(ReplayTooSmall.self, [("replay/capacity", [128])], sound: [("replay/capacity", [10_000])]),
  RuleCase(
    RewardScale.self, [("rollout/reward_abs_max", [1_000, 1_000])],
    sound: [("rollout/reward_abs_max", [200, 1_000, 200])]),
  RuleCase(
    GradientNormSpike.self, [("train/grad_norm", constant(1, 20) + constant(500, 5))],
    sound: [("train/grad_norm", constant(1, 20) + constant(20, 50) + [500])]),
  RuleCase(
    ClipFraction.self, [("train/clip_fraction", constant(0.9, 3)), ("train/clip_range", constant(0.2, 3))],
    sound: [("train/clip_fraction", constant(0.9, 9)), ("train/clip_range", constant(0.001, 9))]),
  RuleCase(
    QOverestimation.self,
    [("setup/gamma", [0.99]), ("rollout/reward_abs_max", constant(1, 9)), ("train/q_value", constant(400, 9))],
    sound: [("setup/gamma", [0.99]), ("rollout/reward_abs_max", constant(1, 9)), ("train/q_value", constant(99, 9))]),
  RuleCase(
    EntropyStuck.self, [(budget, [20]), ("train/entropy_fraction", constant(0.99, 20))],
    sound: [(budget, [20]), ("train/entropy_fraction", line(1, 0.5, 20))]),
  RuleCase(
    DeadPolicy.self, [(reward, constant(9, 9)), ("rollout/most_frequent_action", constant(1, 9))],
    sound: [(reward, line(9, 90, 9)), ("rollout/most_frequent_action", [0.5] + constant(1, 8))]),
  RuleCase(
    ActionsAtBound.self, [("rollout/action_at_bound", constant(1, 5))],
    sound: [("rollout/action_at_bound", constant(0.4, 50))]),
  RuleCase(
    ExplainedVariance.self, [("train/explained_variance", constant(-1, 20))],
    sound: [("train/explained_variance", constant(-1, 19) + [0.5])]),
  RuleCase(
    LossRises.self, [(reward, constant(9, 30)), ("train/value_loss", constant(1, 10) + constant(900, 20))],
    sound: [(reward, line(9, 90, 30)), ("train/value_loss", constant(1, 10) + constant(900, 20))]),
  RuleCase(
    LossNotDecreasing.self, [("data/baseline_loss", [1]), ("train/loss", constant(0.999, 12))],
    sound: [("data/baseline_loss", [1]), ("train/loss", line(1, 0.1, 30) + constant(0.1, 30))]),
  RuleCase(
    ReturnFalls.self, [(budget, [30]), (reward, line(20, 9, 30))],
    sound: [(budget, [60]), (reward, line(20, 9, 15) + line(9, 500, 45))]),
  // A first return that was luck, and a loss that is being made good.
  RuleCase(
    ReturnFalls.self,
    [(budget, [30]), (reward, constant(-1_000, 3) + line(-1_250, -1_450, 7) + line(-1_450, -1_250, 20))],
    sound: [
      (budget, [30]), (reward, constant(-1_000, 3) + line(-1_250, -1_450, 7) + line(-1_200, -700, 20)),
    ]),
  RuleCase(
    ReturnFalls.self, [(budget, [30]), (reward, [-870, -880, -860] + constant(-1_250, 27))],
    sound: [(budget, [30]), (reward, [-870] + constant(-1_250, 29))]),
  RuleCase(
    ReturnCollapse.self, [(budget, [100]), (reward, line(20, 400, 40) + constant(90, 55))],
    sound: [(budget, [100]), (reward, line(20, 400, 40) + constant(90, 35) + line(300, 400, 20))]),
  // Where a schedule ends its steps are to be that small.
  RuleCase(
    UnchangedTensor.self, [("train/learning_rate", constant(1e-3, 9)), ("updates/q.0/ratio", constant(0, 3))],
    sound: [
      ("train/learning_rate", line(1e-3, 2e-5, 30)), ("updates/q.0/ratio", line(1e-3, 1e-6, 28) + constant(0, 3)),
    ]),
  RuleCase(
    NotLearning.self, [(budget, [30]), (reward, constant(-200, 30))],
    sound: [(budget, [30]), (reward, line(-200, -120, 30))]),
  RuleCase(
    StalledTraining.self, [("time/time_elapsed", [1, 2, 1_900])], sound: [("time/time_elapsed", [1, 1_700, 2, 900])]),
  RuleCase(
    StepOutlier.self, [("time/time_elapsed", line(1, 30, 30) + [45])],
    sound: [("time/time_elapsed", line(1, 30, 30) + [31, 1, 2])]),
  RuleCase(
    Bottleneck.self,
    [("time/update", constant(2, 30)), ("time/other", constant(1, 30)), ("time/waiting", constant(1.6, 30))],
    sound: [("time/update", constant(2, 30)), ("time/other", constant(1, 30)), ("time/waiting", constant(1.4, 30))]),
]

@Suite struct RuleTests {
  @Test(arguments: cases.indices)
  func `a rule speaks where its fault is, and not where it is not`(index: Int) throws {
    let one = cases[index]
    let findings = try one.findings(one.sick)
    #expect(findings.map(\.rule) == [one.rule.name])
    for finding in findings {
      #expect(!finding.evidence.hasSuffix(".") && finding.meaning.hasSuffix(".") && finding.advice.hasSuffix("."))
    }
    #expect(try one.findings(one.sound).isEmpty, "\(one.rule.name)")
  }

  @Test func `a tensor's variance is compared with custom bounds`() throws {
    let settings = try DebuggerSettings(
      selection: "TensorVariance", parameters: ["TensorVariance.greatest": .number(4)])
    var debugger = try RuleEngine(settings)
    #expect(debugger.inspect("activations/policy.0/std", 1.9, step: 1).isEmpty)
    #expect(debugger.inspect("activations/policy.0/std", 2.1, step: 2).map(\.subject) == ["activations/policy.0"])
  }

  @Test func `every rule is documented, and its parameters have defaults in range`() throws {
    for type in RuleCatalogue.all {
      #expect(!type.summary.isEmpty && !type.watches.isEmpty)
      for parameter in RuleCatalogue.documentation(of: type) {
        _ = try RuleCatalogue.make(type, [parameter.name: parameter.defaultValue])
      }
    }
    #expect(Set(RuleCatalogue.all.map { $0.name }).count == RuleCatalogue.all.count)
  }

  @Test func `every file of a rule has its line in the catalogue and its place in the documentation`() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    let folder = package.appendingPathComponent("Sources/Debugger/Rules")
    var declared: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      let text = try String(contentsOf: file, encoding: .utf8)
      declared.formUnion(text.matches(of: /struct (\w+): DebuggerRule/).map { String($0.output.1) })
    }
    #expect(Set(RuleCatalogue.all.map { "\($0)" }) == declared)
    let page = try String(contentsOf: package.appendingPathComponent("Docs/DEBUGGER.md"), encoding: .utf8)
    #expect(RuleCatalogue.all.map { $0.name }.filter { !page.contains("`\($0)`") } == [])
  }

  @Test func `the set of Amazon's rules is those that name its threshold, judged by it`() throws {
    #expect(RuleCatalogue.amazon.count == RuleCatalogue.all.count { $0.amazon != nil })
    for (type, parameters) in RuleCatalogue.amazon { _ = try RuleCatalogue.make(type, parameters) }
    #expect(Overfit.amazon?.parameters["limit"] == .number(0.1))
  }

  @Test func `what goes on is told once, and its last step at the end`() {
    var debugger = RuleEngine()
    var told = 0
    for step in 1...50 {
      told += debugger.inspect("rollout/reward_abs_max", step < 40 ? 1_000 : 1, step: step).count
    }
    #expect(told == 1)
    let ended = debugger.finish()
    #expect(ended.map(\.step) == [2] && ended.map(\.lastStep) == [39])
    #expect(debugger.finish().isEmpty)
  }
}

@Suite struct NotLearningTests {
  private func rules(_ series: [(Metric, [Double])]) throws -> [String] {
    try RuleCase(NotLearning.self, [], sound: []).findings(series).map(\.rule)
  }

  @Test func `one point, or a few, are nothing to compare`() throws {
    // `train CartPole-v1 --agent ppo --steps 2048`: one iteration.
    #expect(try rules([(budget, [1]), (reward, [22, 22])]).isEmpty)
    #expect(try rules([(budget, [4]), (reward, constant(22, 4))]).isEmpty)
    #expect(try rules([(budget, [4]), (reward, constant(22, 5))]) == ["NotLearning"])
  }

  @Test func `where no update was made it is not the learning rate`() throws {
    let series: [(Metric, [Double])] = [(budget, [30]), (reward, constant(22, 30))]
    #expect(try rules(series + [("train/n_updates", constant(0, 30))]).isEmpty)
    #expect(try rules(series + [("train/n_updates", line(0, 29, 30))]) == ["NotLearning"])
  }

  @Test func `evaluations that become better are learning`() throws {
    let series: [(Metric, [Double])] = [(budget, [30]), (reward, constant(22, 30))]
    #expect(try rules(series + [("eval/mean_reward", line(20, 363, 30))]).isEmpty)
    #expect(try rules(series + [("eval/mean_reward", constant(150, 30))]) == ["NotLearning"])
  }
}

@Suite struct DebuggerSettingsTests {
  private func error(
    _ selection: String = "default", _ parameters: [String: HyperparameterValue] = [:], _ conditions: [String] = []
  ) -> String {
    do {
      _ = try DebuggerSettings(selection: selection, parameters: parameters, conditions: conditions)
      return "none"
    } catch {
      return error.description
    }
  }

  @Test func `sets have their rules, and names choose`() throws {
    #expect(try DebuggerSettings().makeRules().count == RuleCatalogue.defaults.count)
    #expect(try DebuggerSettings(selection: "all").makeRules().count == RuleCatalogue.all.count)
    #expect(try DebuggerSettings(selection: "none").makeRules().isEmpty)
    #expect(try DebuggerSettings(selection: "sagemaker").makeRules().count == RuleCatalogue.amazon.count)
    #expect(
      try DebuggerSettings(selection: "Overfit,DeadRelu").makeRules().map { type(of: $0).name } == [
        "Overfit", "DeadRelu",
      ])
  }

  @Test func `a parameter changes its rule`() throws {
    let settings = try DebuggerSettings(parameters: ["DeadRelu.patience": .integer(1), "DeadRelu.limit": .number(0.1)])
    var debugger = try RuleEngine(settings)
    #expect(debugger.inspect("activations/q.0/dead_fraction", 0.2, step: 1).map(\.rule) == ["DeadRelu"])
    #expect(!settings.isDefault)
  }

  @Test func `what is wrong is said in a sentence, with the nearest name`() {
    #expect(error("Overfitt").contains("did you mean 'Overfit'?"))
    #expect(error("default", ["Overfit.patiense": .integer(3)]).contains("did you mean 'patience'?"))
    #expect(error("default", ["Overfit.patience": .integer(0)]).contains("'patience' takes a number ≥ 1"))
    #expect(error("default", ["Overfitt.patience": .integer(3)]).contains("did you mean 'Overfit'?"))
    #expect(error("DeadRelu", ["Overfit.patience": .integer(3)]).contains("is not among those chosen"))
    #expect(error("default", ["patience": .integer(3)]).contains("Overfit.patience=3"))
  }

  @Test(arguments: [
    ("", "column 1"), ("train/loss", "column 11"), ("train/loss <", "column 13"), ("train/loss <> 3", "column 12"),
    ("train/loss < x", "column 14"), ("train/loss < 3 in", "column 16"), ("train/loss < 3 for", "column 19"),
    ("train/loss < 3 for 0 points", "column 20"), ("train/loss < 3 for 2 steps", "column 22"),
    ("train/loss < 3 for 2 points now", "column 29"),
  ])
  func `a condition that cannot be read points at its column`(text: String, column: String) {
    #expect(error("none", [:], [text]).contains(column))
  }

  @Test func `a custom condition speaks`() throws {
    var debugger = try RuleEngine(
      DebuggerSettings(
        selection: "none", conditions: ["train/entropy < 0.05 for 3 points", "weights/*/norm == nan"]))
    var found: [String] = []
    for (step, value) in [0.1, 0.04, 0.03, 0.06, 0.01, 0.01, 0.01, 0.01].enumerated() {
      found += debugger.inspect("train/entropy", value, step: step).map { "\($0.rule) \($0.step)" }
    }
    #expect(found == ["When 6"])
    #expect(debugger.inspect("weights/q.0/norm", .nan, step: 9).count == 1)
    #expect(debugger.inspect("weights/q.1/norm", 1, step: 9).isEmpty)
  }

  @Test func `random texts as conditions never crash`() {
    var generator = CounterGenerator(SeedSequence(5))
    let words = ["train/loss", "<", ">=", "!=", "3", "nan", "-1e9", "for", "points", "*", "", " ", "é", "0x"]
    for _ in 0..<20_000 {
      let text = (0..<generator.integer(below: 9)).map { _ in words[generator.integer(below: words.count)] }
        .joined(separator: " ")
      _ = error("none", [:], [text])
    }
  }
}

/// The custom rule in `Docs/DEBUGGER.md`.
private struct ShortEpisodes: DebuggerRule {
  static let name = "ShortEpisodes"
  static let summary = "episodes end at once"
  static let scope = RuleScope.agents
  static let stage = RuleStage.asked
  static let watches: [NamePattern] = ["rollout/ep_len_mean"]
  static let hyperparameters: [Hyperparameter<ShortEpisodes>] = [
    .number("steps", \.steps, .positive, "the mean length below which it fires")
  ]

  var steps = 5.0
  private var short = Streak()

  mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    short.verdict(point.value < steps, patience: 3) {
      Finding(
        rule: Self.name, severity: .warning, step: point.step, evidence: "rollout/ep_len_mean is \(point.value)",
        meaning: "Episodes are over before they begin.", advice: "Look at what ends them.")
    }
  }
}

@Suite struct OwnRuleTests {
  @Test func `the rule in the page on the debugger is this one, and it fires`() throws {
    var debugger = RuleEngine(rules: RuleCatalogue.defaults.map { $0.init() } + [ShortEpisodes()])
    var found: [String] = []
    for step in 1...9 {
      found += debugger.inspect("rollout/ep_len_mean", 2, step: step).map { "\($0.rule) \($0.step)" }
    }
    #expect(found == ["ShortEpisodes 3"])
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "Docs/DEBUGGER.md"), encoding: .utf8)
    let here = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let opening = try #require(page.range(of: "```swift\n"))
    let closing = try #require(page.range(of: "```", range: opening.upperBound..<page.endIndex))
    // The page's block is a whole program, which begins with its imports.
    let rule = try #require(page.range(of: "struct ShortEpisodes", range: opening.upperBound..<closing.lowerBound))
    #expect(here.contains("private " + page[rule.lowerBound..<closing.lowerBound]))
  }
}
