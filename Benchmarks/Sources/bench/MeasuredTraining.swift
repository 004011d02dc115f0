import Foundation
import Tracker
import Training

/// Runs `body` with an empty store that goes away after it.
func withTemporaryStore<Result>(_ body: (Store) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-bench-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(Store(path: folder.path, create: true))
}

/// A training for its time: as always, with its log and checkpoints, but never evaluated.
struct MeasuredTraining {
  let record: RunRecord
  let seconds: Double
  let cpuSeconds: Double

  init(_ configuration: TrainingConfiguration, seed: UInt64) throws {
    let configuration = configuration.neverEvaluated
    (record, seconds, cpuSeconds) = try withTemporaryStore { store in
      let run = try TrainingRun.start(configuration, seed: seed, experiment: "bench", in: store)
      let time = try timed { try run.train() }
      return (try store.load(run.id), time.seconds, time.cpuSeconds)
    }
  }
}

extension TrainingConfiguration {
  var neverEvaluated: TrainingConfiguration {
    var configuration = self
    configuration.plan.evaluationFrequency = 0
    configuration.finalEpisodes = 0
    return configuration
  }
}

extension Series {
  mutating func append(_ training: MeasuredTraining) {
    append(count: training.record.lastStep, seconds: training.seconds, cpuSeconds: training.cpuSeconds)
  }
}
