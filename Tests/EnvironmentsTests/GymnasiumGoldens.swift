import Foundation
import RLCore

/// What `Tests/Goldens/gymnasium_worlds.py` recorded.
struct GymnasiumGoldens: Decodable {
  struct Specification: Decodable {
    var id: String
    var low: String
    var high: String
    var actions: Int
    var timeLimit: Int
    var rewardThreshold: Double
  }

  /// One copy, or the copies of a vector: a row of observations a step, and after each ending of a lone copy another.
  struct Run: Decodable {
    var world: String
    var seed: String
    var copies: Int?
    var actions: String
    var rewards: [Double]
    var endings: String
    var observations: [String]
    var finalObservations: [String]?

    var seedNumber: UInt64 { UInt64(seed)! }
    var actionNumbers: [Float] { actions.map { Float($0.wholeNumberValue!) } }
    var endingValues: [Ending] { endings.map { $0 == "t" ? .terminated : $0 == "l" ? .truncated : .none } }
  }

  var specifications: [Specification]
  var episodes: [Run]
  var vectors: [Run]

  static let recorded: GymnasiumGoldens = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/gymnasium_worlds.json")
    return try! JSONDecoder().decode(GymnasiumGoldens.self, from: Data(contentsOf: file))
  }()
}

/// Floats as the goldens have them: eight hexadecimal digits of the bit pattern each.
func digits(_ values: some Sequence<Float>) -> String {
  values.map { value in
    let text = String(value.bitPattern, radix: 16)
    return String(repeating: "0", count: 8 - text.count) + text
  }.joined()
}
