import BLASBridge
import CKernels
import Settings
import Telemetry

extension Hyperparameter {
  /// Updates a round, at least 1; −1 means as many as transitions were collected.
  static func updates(_ name: String, _ path: Path<Int?>, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, domain: .or(.integer(.atLeast(1, limit: 10_000)), "-1"),
      get: { .integer($0[keyPath: path] ?? -1) },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] =
          value == .integer(-1) ? nil : try value.integer(for: name, in: .atLeast(1, limit: 10_000))
      })
  }
}

/// target ← target + τ (source − target).
func polyak(_ target: FloatBuffer, towards source: FloatBuffer, by tau: Float) {
  if tau == 1 {
    target.base.update(from: source.base, count: source.count)
  } else {
    rl_polyak(target.base, source.base, tau, source.count)
  }
}
