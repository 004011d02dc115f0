import Formats
import Telemetry

/// Observations so large that the first layer has nothing left to tell apart.
enum UnscaledInputs: CauseTest {
  static let name = "UnscaledInputs"
  static let explains: [any DebuggerRule.Type] = [
    SaturatedActivation.self, PoorWeightInitialization.self, DeadRelu.self, NotLearning.self, VanishingGradient.self,
    EntropyStuck.self,
  ]

  /// Ten times what benchmark environments show.
  private static let large = 100.0

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard symptoms.parameters["normalize"] != .flag(true),
      let leading = symptoms.first(of: SaturatedActivation.self, PoorWeightInitialization.self, DeadRelu.self),
      let greatest = symptoms.values(.inputsAbsMax).filter(\.isFinite).max(), greatest >= large
    else { return nil }
    let advice: Advice = [.switchOn("normalize"), "use the environment's normalize_observation=true"]
    return Inference(
      claim: "observations of magnitude \(rounded(greatest)) are not scaled", evidence: leading.evidence,
      change: advice.sentence(for: symptoms.parameters), leading: leading)
  }
}
