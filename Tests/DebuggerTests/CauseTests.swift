import Formats
import Telemetry
import TestSupport
import Testing

@testable import Debugger
@testable import Settings
@testable import Tracker

/// A run in which a cause is to be found, with what the first line says of it.
private struct CauseCase: CustomTestStringConvertible, Sendable {
  var name: String
  var line: String
  var parameters: [String: HyperparameterValue]
  var series: [(Metric, [Double])]
  var testDescription: String { name }
}

private let reward: Metric = "rollout/ep_rew_mean"
private let budget: (Metric, [Double]) = ("setup/budget", [3_000])
private let quiet = constant(22, 30)

private let causes: [CauseCase] = [
  CauseCase(
    name: "LearningRateTooHigh",
    line:
      "learning_rate 0.05 is too high: approx_kl is 75 times its usual 0.02 from step 300. Try learning_rate ≤ 0.003.",
    parameters: ["learning_rate": .number(0.05), "ent_coef": .number(0)],
    series: [budget, ("train/approx_kl", [0.01, 0.02, 1.5] + constant(0.02, 27))]),
  CauseCase(
    name: "LearningRateTooHigh",
    line: "learning_rate 0.1 is too high: one update changes weights by 80 % of their norm from step 400. "
      + "Try learning_rate ≤ 0.001.",
    parameters: ["learning_rate": .number(0.1)],
    series: [budget, ("updates/policy.0/ratio", [0.01, 0.02, 0.8, 0.5] + constant(0.5, 6))]),
  CauseCase(
    name: "LearningRateTooHigh",
    line: "learning_rate 1e+20 is too high: approx_kl is over a million times its usual 0.02 from step 100. "
      + "Try learning_rate ≤ 0.001.",
    parameters: ["learning_rate": .number(1e20), "ent_coef": .number(0)],
    series: [budget, ("train/approx_kl", constant(1e30, 30))]),
  CauseCase(
    name: "LearningRateTooLow",
    line: "learning_rate 1e-07 is too low: one update changes weights by 1e-07 of their norm; 0.001 is usual. "
      + "Try learning_rate 0.001.",
    parameters: ["learning_rate": .number(1e-7)],
    series: [budget, ("updates/policy.0/ratio", constant(1e-7, 30)), (reward, quiet)]),
  CauseCase(
    name: "LearningRateZero", line: "learning_rate is 0: an update changed no weight of q.0 at 3 points in a row. ",
    parameters: ["learning_rate": .number(0)],
    series: [budget, ("updates/q.0/ratio", constant(0, 30)), (reward, quiet)]),
  CauseCase(
    name: "ShortHorizon",
    line:
      "gamma 0 counts no reward but the next: gamma 0 looks 1 step ahead, and episodes take 22. Set gamma (0) to 0.9.",
    parameters: ["gamma": .number(0)],
    series: [budget, ("setup/gamma", [0]), ("rollout/ep_len_mean", quiet), (reward, quiet)]),
  CauseCase(
    name: "ShortHorizon",
    line: "gamma 0.8 is too low: gamma 0.8 looks 5 steps ahead, and episodes take 200. Set gamma (0.8) to 0.95.",
    parameters: ["gamma": .number(0.8)],
    series: [("setup/gamma", [0.8]), ("rollout/ep_len_mean", constant(200, 9))]),
  CauseCase(
    name: "NoUpdates",
    line:
      "learning_starts 5,000 leaves no update within the budget of 3,000 steps: no update was made up to step 1,500. "
      + "Set learning_starts (5000) to 300; train for more steps.",
    parameters: ["learning_starts": .integer(5_000), "learning_rate": .number(1e-3), "train_freq": .integer(4)],
    series: [budget, ("setup/learning_starts", [5_000]), ("train/n_updates", constant(0, 30)), (reward, quiet)]),
  CauseCase(
    name: "NoUpdates", line: "train_freq 9000 leaves no update within the budget of 3,000 steps: ",
    parameters: ["learning_starts": .integer(100), "train_freq": .integer(9_000)],
    series: [budget, ("setup/learning_starts", [100]), ("train/n_updates", constant(0, 30)), (reward, quiet)]),
  CauseCase(
    name: "EntropyBonusTooLarge",
    line:
      "ent_coef 1 is too high: at the end the policy's entropy is 99 % of its maximum. Try ent_coef ≤ 0.01.",
    parameters: ["ent_coef": .number(1), "learning_rate": .number(3e-4)],
    series: [budget, ("train/entropy_fraction", constant(0.99, 30)), (reward, quiet)]),
  CauseCase(
    name: "EntropyTooLow",
    line: "the policy becomes certain before it has learnt: its entropy falls to 1 % of its maximum ",
    parameters: ["ent_coef": .number(0), "learning_rate": .number(3e-4)],
    series: [
      budget, ("train/entropy_fraction", constant(0.01, 30)), ("train/entropy_loss", [-0.69] + constant(-0.007, 29)),
      (reward, quiet),
    ]),
  CauseCase(
    name: "WrongDirection",
    line:
      "updates lead away from the objective, as with a wrong sign: train/policy_gradient_loss is above 0 after nearly "
      + "every update. Check the signs",
    parameters: ["learning_rate": .number(3e-4)],
    series: [
      budget, ("train/policy_gradient_loss", constant(0.02, 30)), (reward, line(22, 9, 30)),
    ]),
  CauseCase(
    name: "PoorStart",
    line: "the network starts with dead units: 90 % of the units of policy.0 are 0 for every input "
      + "in the first diagnostics. ",
    parameters: ["learning_rate": .number(3e-4)],
    series: [budget, ("activations/policy.0/dead_fraction", constant(0.9, 9))]),
  CauseCase(
    name: "UnscaledInputs",
    line:
      "observations of magnitude 900 are not scaled: 80 % of the outputs of policy.0 were at the activation's limits "
      + "at 3 points in a row. Set normalize to true; use the environment's normalize_observation=true.",
    parameters: ["learning_rate": .number(3e-4), "normalize": .flag(false)],
    series: [
      budget, ("inputs/abs_max", constant(900, 9)), ("activations/policy.0/saturated_fraction", constant(0.8, 9)),
    ]),
  CauseCase(
    name: "UnusualSetting", line: "n_epochs 200 passes over the same samples are too many: ",
    parameters: ["learning_rate": .number(3e-4), "n_epochs": .integer(200)],
    series: [budget, ("train/approx_kl", [0.01, 1.5] + constant(0.02, 28))]),
  CauseCase(
    name: "RewardScale", line: "rewards of magnitude 1000 are too large: values and gradients take their scale, and ",
    parameters: ["normalize_advantage": .flag(false), "normalize": .flag(false)],
    series: [("rollout/reward_abs_max", constant(1_000, 3))]),
  CauseCase(
    name: "TargetStale", line: "target_update_interval 10,000,000 is too long: ",
    parameters: ["target_update_interval": .integer(10_000_000)],
    series: [("train/target_updates", constant(0, 6)), ("train/n_updates", line(500, 3_000, 6))]),
  CauseCase(
    name: "ReplayTooSmall", line: "buffer_size 128 is too small: ", parameters: ["buffer_size": .integer(128)],
    series: [("replay/capacity", constant(128, 3))]),
  CauseCase(
    name: "EvaluationDiffers", line: "the evaluation's environment differs from the training's: eval/mean_reward is 9 ",
    parameters: ["learning_rate": .number(3e-4)],
    series: [budget, (reward, line(22, 400, 15) + constant(400, 15)), ("eval/mean_reward", constant(9, 30))]),
  CauseCase(
    name: "NotNormalisedAsTrained", line: "evaluations show observations that are not normalised",
    parameters: ["learning_rate": .number(3e-4)],
    series: [budget, (reward, line(22, 400, 30)), ("eval/start_scale", constant(0.1, 3))]),
  CauseCase(
    name: "ModelTooWeak", line: "the model is too weak for these rows, or their features are uninformative: ",
    parameters: ["C": .number(1)],
    series: [
      ("data/baseline_loss", [0.69]), ("train/epochs", [1]), ("train/loss", constant(0.688, 2)),
      ("data/label_issues", [0.4]),
    ]
  ),
]

@Suite struct CauseTests {
  @Test(arguments: causes.indices)
  func `the first line is a cause and a change to make`(index: Int) throws {
    let one = causes[index]
    let causes = try diagnosis(of: sickRun(one.parameters, one.series)).causes
    let first = try #require(causes.first, "\(one.name)")
    #expect(first.name == one.name)
    #expect(first.line.hasPrefix(one.line), "\(first.line)")
    #expect(!first.claim.hasSuffix(".") && !first.evidence.hasSuffix(".") && first.change.hasSuffix("."))
    #expect(!first.findings.isEmpty && first.findings[0].step == first.step)
    #expect(Set(causes.map(\.name)).count == causes.count)
  }

  @Test func `every finding belongs to one cause`() throws {
    let record = sickRun(
      ["learning_rate": .number(0.1), "ent_coef": .number(0)],
      [
        budget, ("train/approx_kl", [0.01, 3, 0.01, 2] + constant(0.01, 26)), (reward, line(22, 9, 30)),
        ("updates/policy.0/ratio", constant(0.9, 30)), ("train/loss", constant(1, 29) + [.nan]),
        ("activations/policy.0/dead_fraction", constant(0, 5) + constant(1, 25)),
      ])
    var debugger = RuleEngine()
    let findings = debugger.replay(record)
    let diagnosis = Diagnosis(findings, of: record)
    #expect(diagnosis.causes.map(\.name).first == "LearningRateTooHigh")
    #expect(diagnosis.causes.reduce(0) { $0 + $1.findings.count } == findings.count)
    #expect(diagnosis.chain.map(\.step) == diagnosis.chain.map(\.step).sorted())
    #expect(Set(diagnosis.chain) == Set(findings))
  }

  @Test func `a run in order has no cause, and hyperparameters alone are none`() throws {
    let odd: [String: HyperparameterValue] = [
      "learning_rate": .number(0.5), "ent_coef": .number(2), "n_epochs": .integer(900), "gamma": .number(0),
      "batch_size": .integer(1), "buffer_size": .integer(3),
    ]
    #expect(try diagnosis(of: sickRun(odd, [budget, (reward, line(22, 400, 30))])).causes.isEmpty)
  }

  @Test func `rules for those who ask and custom conditions come last`() throws {
    let record = sickRun(
      ["buffer_size": .integer(128)],
      [("inputs/constant_columns", constant(1, 30)), ("replay/capacity", constant(128, 30))])
    let all = try DebuggerSettings(selection: "all", conditions: ["replay/capacity < 1000"])
    #expect(try diagnosis(of: record, all).causes.map(\.name) == ["ReplayTooSmall", "When", "FlatInput"])
    // Alone they are the first.
    #expect(try diagnosis(of: record, DebuggerSettings(selection: "FlatInput")).causes.map(\.name) == ["FlatInput"])
  }

  @Test func `every rule of the catalogue has a stage, those for who asks the last`() {
    for type in RuleCatalogue.all { #expect((type.stage == .asked) != type.isDefault, "\(type.name)") }
    #expect(RuleCatalogue.stage(of: "ShortEpisodes") == .asked)
    #expect(RuleStage.input < .outcome && RuleStage.outcome < .asked)
    #expect(!RuleCatalogue.defaults.isEmpty && RuleCatalogue.defaults.count < RuleCatalogue.all.count)
  }

  @Test func `a value to try is rounded down to one digit`() {
    #expect(
      [0.0079, 0.05, 0.003, 0.001, 1, 0.00099, 9.99, 1e-5, 30].map(roundedDown).map(shortest)
        == ["0.003", "0.03", "0.003", "0.001", "1", "0.0003", "3", "1e-05", "30"])
  }
}
