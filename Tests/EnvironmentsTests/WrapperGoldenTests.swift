import Foundation
import RLCore
import Testing

@testable import Environments

/// What `Tests/Goldens/gymnasium_wrappers.py` recorded.
private struct RecordedWrappers: Decodable {
  struct Vector: Decodable, Sendable, CustomTestStringConvertible {
    var world, mode, wrapper, first: String
    var actions: [[Float]]
    /// Of rewards or observations, whichever the wrapper changes.
    var rows: [String]
    var returns: [Double]
    var lengths: [Int]

    var testDescription: String { "\(wrapper) of \(world), \(mode)" }
  }

  var episodes: [RecordedEpisode]
  var vectors: [Vector]

  static let all: RecordedWrappers = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/gymnasium_wrappers.json")
    return try! JSONDecoder().decode(RecordedWrappers.self, from: Data(contentsOf: file))
  }()
}

@Suite struct WrapperGoldenTests {
  @Test(arguments: RecordedWrappers.all.episodes) func episodesAreGymnasiums(_ episode: RecordedEpisode) throws {
    let played = try episode.replayed()
    #expect(played.endings == episode.endings)
    let expected = episode.observationRows
    try #require(played.observations.count == expected.count)
    for (row, other) in zip(played.observations, expected) {
      #expect(row.count == other.count && zip(row, other).allSatisfy { abs($0 - $1) <= 1e-6 })
    }
    #expect(zip(played.rewards, episode.rewards).allSatisfy { abs($0 - $1) <= max(1e-9, abs($1) * 1e-6) })
  }

  @Test func recordingsHaveEveryWrapperOfACopy() {
    let worlds = RecordedWrappers.all.episodes.map(\.world).joined()
    for option in EnvironmentCatalogue.wrapperOptions
    where !["normalize_observation", "normalize_reward", "reward_gamma"].contains(option.name) {
      #expect(worlds.contains(option.name + "="), "\(option.name)")
    }
    #expect(RecordedWrappers.all.episodes.contains { $0.endings.contains("l") && $0.world.contains("time_limit") })
  }

  /// Within what single precision, in which Gymnasium keeps its sums, can tell.
  @Test(arguments: RecordedWrappers.all.vectors.indices) func statisticsAreGymnasiums(_ index: Int) throws {
    let recorded = RecordedWrappers.all.vectors[index]
    let mode: AutoReset = recorded.mode == "NextStep" ? .nextStep : .sameStep
    let counted = RecordEpisodeStatistics(try EnvironmentCatalogue.make(recorded.world, count: 3, autoReset: mode))
    let isReward = recorded.wrapper == "NormalizeReward"
    let vector: any VectorEnvironment = isReward ? NormalizeReward(counted) : try NormalizeObservation(counted)
    var batch = vector.makeBatch()
    vector.reset(seed: 9, into: &batch)
    func check(_ found: [Float], _ digits: String, _ step: Int) {
      let expected = floats(digits)
      #expect(
        found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-4 + 1e-4 * abs($1) },
        "step \(step): \(found) instead of \(expected)")
    }
    check(batch.observations, recorded.first, 0)
    for (step, actions) in recorded.actions.enumerated() {
      if step == recorded.actions.count - 10 { vector.freeze(vector.statistics) }
      vector.step(actions.span, into: &batch)
      check(isReward ? batch.rewards.map(Float.init) : batch.observations, recorded.rows[step], step + 1)
    }
    #expect(counted.episodes.episodeLengths == recorded.lengths)
    #expect(counted.episodes.returns.count == recorded.returns.count)
    #expect(zip(counted.episodes.returns, recorded.returns).allSatisfy { abs($0 - $1) <= 1e-3 + 1e-5 * abs($1) })
  }

  @Test func recordedVectorsEndEpisodes() {
    #expect(RecordedWrappers.all.vectors.count == 9)
    #expect(
      RecordedWrappers.all.vectors.filter { $0.world != "MountainCarContinuous-v0" }.allSatisfy {
        $0.returns.count >= 3
      })
  }
}
