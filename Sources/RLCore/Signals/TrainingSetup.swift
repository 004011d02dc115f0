import Telemetry

/// Records at step 0 what a training is about to do: `setup/budget`, `setup/gamma`, `setup/updates_per_step`,
/// `setup/learning_starts`, `setup/time_limit` and `setup/normalizes` (1: observations or rewards are scaled by running
/// statistics), those known.
func recordSetup(of agent: any Agent, in environment: any VectorEnvironment, budget: Int, to sink: any MetricSink) {
  let values = agent.configuration.values
  sink.record(.setupBudget, Double(budget), step: 0)
  switch values["gamma"] {
  case .number(let gamma)?: sink.record(.setupGamma, gamma, step: 0)
  case .integer(let gamma)?: sink.record(.setupGamma, Double(gamma), step: 0)
  default: break
  }
  if case .integer(let count)? = values["learning_starts"] {
    sink.record(.setupLearningStarts, Double(count), step: 0)
  }
  if let updates = agent.updatesPerStep { sink.record("setup/updates_per_step", updates, step: 0) }
  if let limit = environment.specification.timeLimit { sink.record("setup/time_limit", Double(limit), step: 0) }
  let isNormalized = values["normalize"] == .flag(true) || !environment.statistics.isEmpty
  sink.record("setup/normalizes", isNormalized ? 1 : 0, step: 0)
}
