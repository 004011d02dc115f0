import Settings

/// What descriptions had before they said their kind: `copies`, the number of environments that an agent was trained in,
/// and 0 for every other run. They are read as if they had been written today.
struct FormerRunDescription: Decodable {
  private var copies: Int?

  func kind(_ tags: [String: String], _ settings: [String: HyperparameterValue]) -> RunKind {
    if settings["data-sha256"] != nil { return "fit" }
    if let copies, copies > 0 { return "training" }
    return tags["imported"] == nil ? "program" : "imported"
  }

  func complete(_ hyperparameters: inout [String: HyperparameterValue], _ budgetParameter: inout String?) {
    guard let copies, copies > 0 else { return }
    hyperparameters["n_envs"] = .integer(copies)
    budgetParameter = "n_timesteps"
  }
}
