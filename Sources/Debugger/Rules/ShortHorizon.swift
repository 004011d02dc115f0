import Formats
import Settings
import Telemetry

/// The discount factor looks ahead far less than an episode takes (`setup/gamma`, `rollout/ep_len_mean`).
///
/// A reward n steps ahead counts γⁿ, so that 1 / (1 − γ) steps are looked ahead. Horizons of at most 25 steps are judged:
/// those of which an episode takes more than 30, and those of at most 5 steps of which it takes more than 4. Pendulum is
/// learnt well with γ = 0.9, a twentieth of its episodes.
package struct ShortHorizon: DebuggerRule {
  package static let name = "ShortHorizon"
  package static let summary = "the discount factor looks ahead far less than an episode takes"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.rolloutEpLenMean), .metric(.setupGamma)]
  package static let hyperparameters: [Hyperparameter<ShortHorizon>] = [
    .number("longest", \.longest, .positive, "steps ahead from which on a horizon is never too short"),
    .number("ratio", \.ratio, .positive, "an episode's length in horizons above which the horizon is too short"),
    .number("tiny", \.tiny, .positive, "steps ahead up to which the next parameter holds"),
    .number("tiny_ratio", \.tinyRatio, .positive, "the same ratio for such horizons"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var longest = 25.0
  package var ratio = 30.0
  package var tiny = 5.0
  package var tinyRatio = 4.0
  package var patience = 3
  private var gamma: Double?
  private var short = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 1 {
      gamma = point.value
      return nil
    }
    guard let gamma, gamma < 1, point.value.isFinite else { return nil }
    let horizon = 1 / (1 - gamma)
    // 1 / (1 − 0.8) is a hair more than 5.
    let bound = horizon <= tiny + 1e-6 ? tinyRatio : ratio
    let isShort = horizon <= longest + 1e-6 && point.value > bound * horizon
    return short.verdict(isShort, patience: patience) {
      Self.finding(
        point,
        evidence: "gamma \(shortest(gamma)) looks \(rounded(horizon)) \(horizon == 1 ? "step" : "steps") ahead, and "
          + "episodes take \(rounded(point.value))",
        meaning: "Rewards that come later hardly count, so that what leads to them is not learnt.",
        advice: [.atLeast("gamma", Self.gamma(forEpisodesOf: point.value))])
    }
  }

  /// The least usual γ whose horizon is a tenth of an episode.
  private static func gamma(forEpisodesOf length: Double) -> Double {
    let usual = [0.9, 0.95, 0.98, 0.99, 0.995]
    return usual.first { 10 / (1 - $0) >= length - 1e-6 } ?? 0.999
  }
}
