import Settings

/// Which tensors a training or a fit records, and how often. A sink returns one as `signals`; a learner of your own asks it
/// before it computes anything that is costly.
///
/// ```swift
/// let plan = SignalPlan(interval: 1_000, watched: ["weights/*", "signals/advantages"])
/// print(plan.isDue(from: 900, to: 1_028), plan.watches("weights/policy.0"))  // true true
/// ```
public struct SignalPlan: Sendable, Hashable {
  /// Steps (transitions over all environments, or epochs) between two records of networks and their inputs; 0: none.
  public var interval: Int
  /// The tensors of which everything is recorded: all reductions and a histogram (`TensorReductions`).
  public var watched: [NamePattern]

  public init(interval: Int, watched: [NamePattern] = []) {
    self.interval = interval
    self.watched = watched
  }

  /// Records nothing.
  public static let none = SignalPlan(interval: 0)

  /// Whether a record is due at `step`, when `previous` was the last step at which one could have been.
  public func isDue(from previous: Int, to step: Int) -> Bool {
    Telemetry.isDue(every: interval, from: previous, to: step)
  }

  /// Throws where a pattern matches none of `tensors`, those that `owner` has.
  package func check(_ tensors: [String], of owner: String) throws(HyperparameterError) {
    for pattern in watched where !tensors.contains(where: pattern.matches) {
      throw HyperparameterError(
        tensors.isEmpty
          ? "\(owner) has no tensors to watch, '\(pattern)' or others"
          : "'\(pattern)' matches no tensor of \(owner)\(didYouMean(pattern.description, among: tensors) ?? ";") there are "
            + tensors.joined(separator: ", "))
    }
  }

  /// Whether everything is wanted of `tensor`.
  public func watches(_ tensor: String) -> Bool { watched.contains { $0.matches(tensor) } }
}

/// Whether something that is done every `interval` steps is due at `step`, when `previous` was the last step at which it could
/// have been; never for an interval of 0.
package func isDue(every interval: Int, from previous: Int, to step: Int) -> Bool {
  interval > 0 && step / interval > previous / interval
}
