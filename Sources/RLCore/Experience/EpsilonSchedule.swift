import Settings
import Telemetry

/// ε, the share of random actions, as a training goes on: linear from `initial` to `final`, then constant.
package struct EpsilonSchedule: Sendable {
  package var initial = 1.0
  package var final = 0.05
  /// Share of the training in which it falls.
  package var fraction: Double

  package init(fraction: Double) { self.fraction = fraction }

  /// ε when `remaining` (1 … 0) of the training is left.
  func value(remaining: Double) -> Double {
    let share = fraction > 0 ? min(1, (1 - remaining) / fraction) : 1
    return initial + share * (final - initial)
  }

  static let hyperparameters: [Hyperparameter<EpsilonSchedule>] = [
    .number("exploration_fraction", \.fraction, .unit, "share of the training over which ε is annealed"),
    .number("exploration_initial_eps", \.initial, .unit, "ε, the share of random actions, at the start"),
    .number("exploration_final_eps", \.final, .unit, "final ε"),
  ]
}
