import Formats
import Telemetry

/// Updates go much too far for their step size.
enum LearningRateTooHigh: CauseTest {
  static let name = "LearningRateTooHigh"
  static let explains: [any DebuggerRule.Type] = [
    WeightUpdateRatio.self, ApproxKLSpike.self, ClipFraction.self, GradientNormSpike.self, ExplodingTensor.self,
    DeadRelu.self, SaturatedActivation.self, AllZero.self, UnchangedTensor.self, EntropyCollapse.self,
    DeadPolicy.self, VanishingGradient.self,
  ]

  /// ‖Δw‖ / ‖w‖ that a sound update does not exceed, and a KL divergence that it stays near.
  private static let soundRatio = 0.01
  private static let soundKL = 0.02

  /// Above all that presets have for networks, by adaptive steps or plain ones. Tables learn at such rates.
  private static func isHigh(_ rate: Double, _ symptoms: Symptoms) -> Bool {
    rate >= (symptoms.parameters["optimizer"] == .text("sgd") ? 1 : 0.01)
  }

  /// Whether other causes give way to this one.
  static func isClear(_ symptoms: Symptoms) -> Bool {
    let isTooMuch = symptoms.findings(of: WeightUpdateRatio.self).contains { finding in
      symptoms.updateRatio(at: finding).map { $0 > 10 * soundRatio } ?? false
    }
    if isTooMuch { return true }
    guard let rate = symptoms.number("learning_rate"), isHigh(rate, symptoms) else { return false }
    return examine(symptoms) != nil
  }

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let rate = symptoms.number("learning_rate"), rate >= 1e-4 else { return nil }
    // Each with the factor that it calls for: an update grows with the rate, its KL divergence with the rate's square.
    var signs: [(finding: Finding, words: String, factor: Double)] = []
    for found in symptoms.findings(of: WeightUpdateRatio.self) {
      guard let ratio = symptoms.updateRatio(at: found), ratio > 10 * soundRatio else { continue }
      signs.append((found, "one update changes weights by \(rounded(100 * ratio)) % of their norm", ratio / soundRatio))
    }
    let target = symptoms.number("target_kl") ?? soundKL
    let spikes = symptoms.findings(of: ApproxKLSpike.self).compactMap { found in
      symptoms.value(.trainApproxKL, at: found.step).map { (finding: found, kl: $0) }
    }.filter { $0.kl > target }
    if let first = spikes.first, let worst = spikes.map(\.kl).max(), spikes.count >= 3 || worst > 25 * target {
      let words =
        "approx_kl is \(times(first.kl / target)) its \(symptoms.number("target_kl") == nil ? "usual 0.02" : "target")"
      signs.append((first.finding, words, (worst / target).squareRoot()))
    }
    if let found = symptoms.first(of: ClipFraction.self) { signs.append((found, found.evidence, 10)) }
    // A rate that is high by itself, and a network that comes apart.
    if signs.isEmpty, isHigh(rate, symptoms), symptoms.earlyUpdateRatio != nil,
      let found = symptoms.findings(of: Self.explains).first
    {
      signs.append((found, found.evidence, 10))
    }
    guard let first = signs.min(by: { $0.finding.step < $1.finding.step }) else { return nil }
    // A layer of tiny first weights asks for more than is needed: a hundredth is as far as it goes at once.
    let factor = min(100, max(10, signs.map(\.factor).max() ?? 10))
    // What is high by itself after that is no rate to try.
    let suggested = isHigh(rate / factor, symptoms) ? 1e-3 : rate / factor
    return Inference(
      claim: "learning_rate \(shortest(rate)) is too high",
      evidence: "\(first.words) from step \(grouped(first.finding.step))",
      change: "Try learning_rate ≤ \(shortest(roundedDown(suggested))).", leading: first.finding)
  }
}

/// Updates are lost in the size of the weights.
enum LearningRateTooLow: CauseTest {
  static let name = "LearningRateTooLow"
  static let explains: [any DebuggerRule.Type] = [
    WeightUpdateRatio.self, UnchangedTensor.self, NotLearning.self, LossNotDecreasing.self, EntropyStuck.self,
    ReturnFalls.self, Overtraining.self, VanishingGradient.self, Confusion.self, LabelNoise.self, DeadPolicy.self,
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let rate = symptoms.number("learning_rate"), rate > 0, rate <= 1e-5 else { return nil }
    let signs = symptoms.findings(
      of: WeightUpdateRatio.self, UnchangedTensor.self, NotLearning.self, LossNotDecreasing.self, EntropyStuck.self)
    let ratio = symptoms.earlyUpdateRatio
    guard let leading = signs.first, ratio.map({ $0 < 1e-5 }) ?? (rate <= 1e-6) else { return nil }
    // A usual update is a thousandth of the weights.
    let suggested = ratio.map { $0 > 0 ? min(1e-3, max(10 * rate, rate * 1e-3 / $0)) : 3e-4 } ?? 3e-4
    return Inference(
      claim: "learning_rate \(shortest(rate)) is too low",
      evidence: ratio.map { "one update changes weights by \(rounded($0)) of their norm; 0.001 is usual" }
        ?? leading.evidence,
      change: "Try learning_rate \(shortest(roundedDown(suggested))).", leading: leading)
  }
}

/// Nothing can change.
enum LearningRateZero: CauseTest {
  static let name = "LearningRateZero"
  static let explains: [any DebuggerRule.Type] = LearningRateTooLow.explains

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard symptoms.number("learning_rate") == 0,
      let found = symptoms.first(of: UnchangedTensor.self, NotLearning.self, LossNotDecreasing.self)
    else { return nil }
    return Inference(
      claim: "learning_rate is 0", evidence: found.evidence, change: "Try learning_rate 0.0003.", leading: found)
  }
}
