import Foundation
import RLCore
import Telemetry
import Tracker

@testable import Settings
@testable import Training

/// A store in a folder of its own, removed when the value goes out of use.
final class TemporaryStore {
  let store: Store
  private let folder: URL

  init(_ name: String = #function) throws {
    let unique = ProcessInfo.processInfo.globallyUniqueString
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-tests-\(unique)")
    store = try Store(path: folder.path, create: true)
  }

  /// What is in another store at this moment.
  init(copying other: Store) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("rlrun-tests-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.copyItem(atPath: other.path, toPath: folder.path)
    store = try Store(path: folder.path, create: false)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}

/// A small training: a few iterations, two evaluations, several checkpoints.
func smallConfiguration(
  steps: Int = 2_000, _ values: [String: HyperparameterValue] = [:]
) throws -> TrainingConfiguration {
  var configuration = try TrainingConfiguration(
    environment: "CartPole-v1", preset: .zoo,
    values: ["n_timesteps": .integer(steps), "n_epochs": .integer(4)].merging(values) { $1 })
  configuration.plan.evaluationFrequency = 1_000
  configuration.finalEpisodes = 10
  configuration.plan.saveFrequency = 500
  return configuration
}

extension RunRecord {
  /// Everything a rerun must agree on: points by metric but the times, episodes, findings, the last checkpoint's digest.
  var content: [String] {
    var lines: [String] = []
    for series in self.series where !series.metric.name.hasPrefix("time/") {
      for (step, value) in zip(series.steps, series.values) {
        lines.append("\(series.metric) at \(step): \(value) \(value.bitPattern)")
      }
    }
    for recorded in episodes { lines.append("\(recorded.episode) at \(recorded.step)") }
    for finding in findings { lines.append("\(finding.finding)") }
    lines.append(lastCheckpoint?.sha256 ?? "no checkpoint")
    return lines
  }
}

/// The first line in which two contents differ, which reads better than both; nil where they are equal.
func firstDifference(_ a: [String], _ b: [String]) -> String? {
  for (x, y) in zip(a, b) where x != y { return "\(x) and \(y)" }
  return a.count == b.count ? nil : "\(a.count) and \(b.count) lines"
}
