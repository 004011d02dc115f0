import Settings
import Telemetry
import Tracker

package func exampleDescription(seed: UInt64 = 1, start: Int64 = 1_700_000_000_000_000) -> RunDescription {
  RunDescription(
    kind: "training", experiment: "cp", name: "first", subject: "ppo", target: "CartPole-v1", seed: seed,
    budget: 1_000, budgetParameter: "n_timesteps",
    hyperparameters: [
      "learning_rate": .number(3e-4), "n_steps": .integer(32), "target_kl": .none, "n_envs": .integer(8),
    ],
    protocolSettings: ["eval-freq": .integer(10_000)], configurationHash: "c0ffee", tags: ["machine": "one"],
    surroundings: Surroundings(
      programVersion: "0.1.0", gitCommit: nil, host: "host", cores: 2, blasCoreType: "SkylakeX", blasThreads: 1,
      kernelVariant: "avx512", commandLine: ["rlrun", "train", "CartPole-v1"]), start: start)
}

package let exampleFinding = Finding(
  rule: "ExplodingTensor", severity: .error, step: 12, evidence: "loss = nan", meaning: "The loss is no number.",
  advice: "Lower the learning rate.")

package func exampleRecord(_ id: String = "a1", seed: UInt64 = 1, series: [Series] = []) -> RunRecord {
  var record = RunRecord(id: id, description: exampleDescription(seed: seed))
  record.status = .finished
  record.series = series
  return record
}

package func exampleSeries(_ metric: Metric, _ points: [(step: Int, wallTime: Int64, value: Double)]) -> Series {
  Series(metric: metric, steps: points.map(\.step), wallTimes: points.map(\.wallTime), values: points.map(\.value))
}
