import Foundation

/// What `Tests/Goldens/numpy_randomness.py` recorded.
struct NumPyGoldens: Decodable {
  struct Sequence: Decodable {
    var entropy: [String]
    var key: [String]
    var words32: [String]
    var words64: [String]
  }

  struct Named: Decodable {
    var seed: String
    var name: String
    var words64: [String]
  }

  struct Spawned: Decodable {
    var seed: String
    var children: [[String]]
  }

  struct Draw: Decodable {
    var kind: String
    var arguments: [String]
    var values: [String]
  }

  struct Mixed: Decodable {
    var seed: String
    var program: [Draw]
  }

  var sequences: [Sequence]
  var named: [Named]
  var spawned: [Spawned]
  var mixed: [Mixed]

  static let recorded: NumPyGoldens = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/numpy_randomness.json")
    return try! JSONDecoder().decode(NumPyGoldens.self, from: Data(contentsOf: file))
  }()
}

extension Array where Element == String {
  /// The elements as unsigned numbers.
  var words: [UInt64] { map { UInt64($0)! } }
  /// The elements as signed numbers.
  var integers: [Int] { map { Int($0)! } }
  /// The elements as doubles, recorded by bit pattern.
  var doubles: [Double] { map { Double(bitPattern: UInt64($0)!) } }
}
