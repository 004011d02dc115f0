import RLCore
import Runs
import Telemetry

extension NonFiniteActionError {
  func finding(step: Int) -> Finding {
    Finding(
      rule: FindingActions.nonFiniteAction, severity: .error, step: step,
      evidence: "an action is \(isNaN ? "NaN" : "infinite") \(place)",
      meaning:
        "The policy has diverged: its parameters or an observation are not finite, and nothing can be learnt from here on.",
      advice: "Lower learning_rate, and look for NaN in the observations.")
  }
}
