import Telemetry
import TestSupport
import Testing

@testable import Debugger
@testable import Settings
@testable import Tracker

@Suite struct AdviceTests {
  private let advice: Advice = [
    .lower("ent_coef"), .raise("gamma"), .atMost("target_kl", 0.02), .atLeast("buffer_size", 10_000),
    .switchOn("normalize"), "check the rewards",
  ]

  @Test func `a step that a run cannot take is not named, and a value that it has is`() {
    #expect(
      advice.sentence(for: ["ent_coef": .number(0.5), "gamma": .number(0.9), "target_kl": .none])
        == "Lower ent_coef (0.5); raise gamma (0.9); set target_kl to 0.02; check the rewards.")
    #expect(
      advice.sentence(for: [
        "ent_coef": .number(0), "gamma": .number(1), "target_kl": .number(0.01), "buffer_size": .integer(20_000),
        "normalize": .flag(true),
      ]) == "Check the rewards.")
    #expect(
      advice.sentence(for: ["buffer_size": .integer(128), "target_kl": .number(0.5), "normalize": .flag(false)])
        == "Set target_kl (0.5) to 0.02; set buffer_size (128) to 10000; set normalize to true; check the rewards.")
  }

  @Test func `where nothing is known of a run all steps are named, and where none is left that is said`() {
    #expect(advice.sentence(for: [:]).hasPrefix("Lower ent_coef; raise gamma; set target_kl to 0.02; set buffer_size"))
    let only: Advice = [.lower("learning_rate")]
    #expect(only.sentence(for: ["learning_rate": .number(0)]).hasPrefix("No hyperparameter of this run helps"))
    #expect(("Look at it." as Advice).sentence(for: ["a": .number(1)]) == "Look at it.")
  }

  @Test func `a schedule starts at its first value`() {
    let starts: [(HyperparameterValue, Double?)] = [
      (.text("lin_0.001"), 0.001), (.text("warmup_0.1_cos_0.002"), 0.002), (.text("steps_0:0.003,0.5:0.0001"), 0.003),
      (.text("points_0:0.004,1:0.0001"), 0.004), (.number(0.5), 0.5), (.integer(3), 3), (.text("relu"), nil),
      (.none, nil), (.flag(true), nil), (.integers([1]), nil), (.text(""), nil),
    ]
    for (value, start) in starts { #expect(value.startingNumber == start, "\(value)") }
  }

  /// A finding's advice for a run with these hyperparameters.
  private func advice(
    _ rule: any DebuggerRule.Type, _ series: [(Metric, [Double])], _ parameters: [String: HyperparameterValue]
  ) throws -> String? {
    var debugger = try RuleEngine(DebuggerSettings(selection: rule.name), parameters: parameters)
    for point in points(series) {
      if let finding = debugger.inspect(point.metric, point.value, step: point.step).first { return finding.advice }
    }
    return nil
  }

  @Test func `no advice to lower an entropy bonus that is 0, nor to change what a run has not`() throws {
    let stuck: [(Metric, [Double])] = [
      ("setup/budget", constant(20, 20)), ("train/entropy_fraction", constant(0.99, 20)),
    ]
    let known: [String: HyperparameterValue] = ["ent_coef": .number(0), "learning_rate": .number(3e-4)]
    #expect(
      try advice(EntropyStuck.self, stuck, known)
        == "Raise learning_rate (0.0003); check that rewards differ between actions.")
    #expect(
      try advice(EntropyStuck.self, stuck, known.merging(["ent_coef": .number(1)]) { $1 })?.hasPrefix(
        "Lower ent_coef (1)") == true)
    let spike: [(Metric, [Double])] = [("train/approx_kl", [0.01, 2])]
    #expect(
      try advice(ApproxKLSpike.self, spike, ["learning_rate": .number(0.1), "target_kl": .number(0.01)])
        == "Lower learning_rate (0.1).")
  }

  @Test func `no rule names a hyperparameter that a run has not`() throws {
    // A run that has a single hyperparameter, which no rule knows.
    let parameters: [String: HyperparameterValue] = ["colour": .text("red")]
    let names = [
      "learning_rate", "ent_coef", "target_kl", "clip_range", "n_epochs", "max_grad_norm", "vf_coef", "tau",
      "target_update_interval", "buffer_size", "exploration_final_eps", "noise_std", "alpha", "dropout",
      "learning_starts", "train_freq", "max_iter", "gamma ",
    ]
    var debugger = RuleEngine(rules: RuleCatalogue.all.map { $0.init() }, parameters: parameters)
    let found = sickFit(epochs: 100).flatMap { debugger.inspect($0.metric, $0.value, step: $0.step) }
    #expect(Set(found.map(\.rule)).count > 8)
    for finding in found {
      #expect(!names.contains { finding.advice.contains($0) }, "\(finding.rule): \(finding.advice)")
    }
  }
}
