/// What a random agent and a reference score in a world: 0 and 1 of its normalised scores.
package struct ReferenceScores: Sendable, Codable, Hashable {
  package var environment: String
  package var random: Double
  package var reference: Double
  /// Where the reference score is from.
  package var source: String

  /// 0 for a random agent's score, 1 for the reference's; not clipped.
  package func normalised(_ score: Double) -> Double { (score - random) / (reference - random) }

  private init(_ environment: String, _ random: Double, _ reference: Double, _ source: String) {
    (self.environment, self.random, self.reference, self.source) = (environment, random, reference, source)
  }

  /// Random scores: the mean return of 1,000 episodes of uniformly random actions, as `Tests/Goldens/reference_scores.py`
  /// measures it in Gymnasium 1.
  package static let known: [ReferenceScores] = {
    let threshold = "Gymnasium's reward_threshold"
    return [
      ReferenceScores("Acrobot-v1", -499.1, -100, threshold),
      ReferenceScores("BipedalWalker-v3", -99.85, 300, threshold),
      ReferenceScores("CartPole-v1", 22.2, 475, threshold),
      ReferenceScores("FrozenLake-v1", 0.012, 0.7, threshold),
      ReferenceScores("FrozenLake8x8-v1", 0.001, 0.85, threshold),
      ReferenceScores("LunarLander-v3", -181.7, 200, threshold),
      ReferenceScores("LunarLanderContinuous-v3", -209.8, 200, threshold),
      ReferenceScores("MountainCar-v0", -200, -110, threshold),
      ReferenceScores("MountainCarContinuous-v0", -33.33, 90, threshold),
      ReferenceScores("Pendulum-v1", -1231, -151.3, "RL Baselines3 Zoo's benchmark, TQC"),
      ReferenceScores("Taxi-v4", -776, 8, threshold),
    ]
  }()

  /// Of a world, or of one whose versions were merged: then of the version that has scores.
  static func of(_ environment: String) -> ReferenceScores? {
    known.first { $0.environment == environment } ?? known.first { GroupKey.unversioned($0.environment) == environment }
  }
}
