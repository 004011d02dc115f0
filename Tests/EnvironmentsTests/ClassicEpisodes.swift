import Foundation
import RLCore
import Testing

@testable import Environments

/// What `Tests/Goldens/gymnasium_classic.py` and `gymnasium_toytext.py` recorded.
struct RecordedEpisodes<Specification: Decodable & Sendable>: Decodable, Sendable {
  var specifications: [Specification]
  var episodes: [RecordedEpisode]
  /// Of Taxi's states.
  var masks: [String]?

  init(_ name: String) {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/\(name).json")
    self = try! JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

/// Steps of one environment; after each ending a further observation, the next episode's first.
struct RecordedEpisode: Decodable, Sendable, CustomTestStringConvertible {
  var world: String
  var seed: String
  var actions: [Float]
  var rewards: [Double]
  /// t terminated, l cut at the limit, - neither.
  var endings: String
  /// Eight hexadecimal digits of each float's bit pattern, a row a string.
  var observations: [String]

  var testDescription: String { "\(world), seed \(seed)" }

  /// Plays the same actions; observations, rewards and endings in the form of the recording.
  func replayed() throws -> (observations: [[Float]], rewards: [Double], endings: String) {
    let vector = try EnvironmentCatalogue.make(world, count: 1)
    var batch = StepBatch(count: 1, width: vector.specification.observationSpace.width)
    vector.reset(seed: UInt64(seed)!, into: &batch)
    var result = (observations: [batch.observations], rewards: [Double](), endings: "")
    for action in actions {
      let row = [action]
      vector.step(row.span, into: &batch)
      result.rewards.append(batch.rewards[0])
      let ending = batch.endings[0]
      result.endings += ending == .terminated ? "t" : ending == .truncated ? "l" : "-"
      if ending != .none { result.observations.append(batch.finalObservations) }
      result.observations.append(batch.observations)
    }
    return result
  }

  var observationRows: [[Float]] { observations.map(floats) }
}

/// The floats of eight hexadecimal digits each.
func floats(_ digits: String) -> [Float] {
  let digits = Array(digits)
  return stride(from: 0, to: digits.count, by: 8).map {
    Float(bitPattern: UInt32(String(digits[$0..<$0 + 8]), radix: 16)!)
  }
}
