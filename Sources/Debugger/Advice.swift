import Formats
import Settings
import Telemetry

/// What to try against a finding, fitted to the run: a hyperparameter that the run does not have, or that is at its end
/// already, is not named; one that it has is named with its value.
///
///     advice: ["check the rewards", .lower("learning_rate"), .atMost("target_kl", 0.02)]
package struct Advice: Sendable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  /// One thing to try.
  package enum Step: Sendable, ExpressibleByStringLiteral {
    /// Words, without a period.
    case note(String)
    case lower(String)
    case raise(String)
    /// Sets a hyperparameter that is greater, or not set.
    case atMost(String, Double)
    /// Sets a hyperparameter that is less.
    case atLeast(String, Double)
    /// Switches on what is off.
    case switchOn(String)

    package init(stringLiteral text: String) { self = .note(text) }
  }

  private let steps: [Step]

  package init(_ steps: [Step]) { self.steps = steps }
  package init(arrayLiteral steps: Step...) { self.steps = steps }
  /// A whole sentence, that names no hyperparameter.
  package init(stringLiteral text: String) { steps = [.note(text)] }

  /// A sentence for a run with these hyperparameters; without any, all steps are named.
  package func sentence(for parameters: [String: HyperparameterValue]) -> String {
    let clauses = steps.compactMap { $0.clause(parameters) }
    let text = clauses.isEmpty ? Self.nothing : clauses.joined(separator: "; ")
    return text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
  }

  private static let nothing = "No hyperparameter of this run helps here: check the environment or the data"
}

extension Advice.Step {
  /// nil where there is nothing to change.
  fileprivate func clause(_ parameters: [String: HyperparameterValue]) -> String? {
    switch self {
    case .note(let text): return text
    case .lower(let name): return change("lower", name, parameters) { $0 > Self.lowest(name) }
    case .raise(let name): return change("raise", name, parameters) { $0 < Self.highest(name) }
    case .atMost(let name, let bound):
      return set(name, to: bound, parameters) { $0.map { $0 > bound } ?? true }
    case .atLeast(let name, let bound):
      return set(name, to: bound, parameters) { $0.map { $0 < bound } ?? true }
    case .switchOn(let name):
      if parameters.isEmpty { return "set \(name)" }
      return parameters[name] == .flag(false) ? "set \(name) to true" : nil
    }
  }

  private func change(
    _ verb: String, _ name: String, _ parameters: [String: HyperparameterValue], if canChange: (Double) -> Bool
  ) -> String? {
    if parameters.isEmpty { return "\(verb) \(name)" }
    guard let value = parameters[name], let number = value.startingNumber, canChange(number) else { return nil }
    return "\(verb) \(name) (\(value.plain))"
  }

  private func set(
    _ name: String, to bound: Double, _ parameters: [String: HyperparameterValue], if isWanted: (Double?) -> Bool
  ) -> String? {
    if parameters.isEmpty { return "set \(name) to \(shortest(bound))" }
    guard let value = parameters[name], isWanted(value.startingNumber) else { return nil }
    let now = value == .none ? "" : " (\(value.plain))"
    return "set \(name)\(now) to \(shortest(bound))"
  }

  /// Whole numbers count something, and one is the least.
  private static func lowest(_ name: String) -> Double { counts.contains(name) ? 1 : 0 }
  private static func highest(_ name: String) -> Double { shares.contains(name) ? 1 : .infinity }

  private static let counts: Set<String> = [
    "n_epochs", "epochs", "n_steps", "batch_size", "train_freq", "target_update_interval", "policy_delay",
  ]
  private static let shares: Set<String> = [
    "gamma", "gae_lambda", "tau", "exploration_initial_eps", "exploration_final_eps", "exploration_fraction",
    "learning_rate",
  ]
}

extension HyperparameterValue {
  /// The number, or the one that a schedule is of at the start of a training; nil if there is none.
  ///
  /// `lin_0.001` and `cos_0.001` start at 0.001; `warmup_0.1_lin_0.001` rises to it; `steps_` and `points_` begin at their
  /// first point.
  package var startingNumber: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .text(let text):
      if text.hasPrefix("steps_") || text.hasPrefix("points_") {
        text.split(whereSeparator: { "_:,".contains($0) }).dropFirst(2).first.flatMap { Double($0) }
      } else {
        text.split(separator: "_").last.flatMap { Double($0) }
      }
    case .flag, .integers, .none: nil
    }
  }

  /// `1` rather than `1.0`.
  fileprivate var plain: String {
    if case .number(let value) = self { shortest(value) } else { "\(self)" }
  }
}
