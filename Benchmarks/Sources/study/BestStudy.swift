import Foundation
import Runs
import Tracker
import Training

/// Trains the presets `best` and `zoo` from the same fresh seeds, each until an evaluation reaches the threshold.
struct BestStudy {
  var path: String
  var runs: StudyRuns
  var jobs: Int

  /// Trains the seeds that have no line of this configuration yet.
  func train(_ cell: BestCell) throws {
    for preset in [Preset.best, .zoo] {
      let configuration = try configuration(cell, preset)
      let hash = configuration.hash
      @Sendable func isOfCell(_ score: BestScore) -> Bool {
        score.environment == cell.environment && score.agent == cell.agent && score.preset == preset.rawValue
      }
      let known = try BestScore.read(path).filter { isOfCell($0) && $0.configuration == hash }.map(\.seed)
      let lock = NSLock()
      for result in ThreadLauncher<Void>().run(
        cell.seeds.filter { !known.contains($0) }, atOnce: jobs,
        { seed in
          guard let record = try runs.finished(configuration, seed: seed) else { return }
          let score = BestScore(
            environment: cell.environment, agent: cell.agent, preset: preset, configuration: hash, seed: seed,
            threshold: try cell.threshold, steps: record.lastStep, reward: try record.finalReward)
          lock.lock()
          defer { lock.unlock() }
          let others = try BestScore.read(path).filter { known in
            !isOfCell(known) || (known.configuration == hash && known.seed != seed && cell.seeds.contains(known.seed))
          }
          try BestScore.write(others + [score], to: path)
          print(score.line)
          fflush(nil)
        })
      { _ = try result.get() }
    }
  }

  private func configuration(_ cell: BestCell, _ preset: Preset) throws -> TrainingConfiguration {
    var configuration = try TrainingConfiguration(
      environment: cell.environment, agent: cell.agent, preset: preset)
    configuration.plan.evaluationFrequency = cell.evaluationFrequency
    configuration.evaluationEpisodes = 100
    configuration.plan.stopScore = try cell.threshold
    return configuration
  }
}
