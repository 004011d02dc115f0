import Foundation
import RLCore
import Randomness
import Testing

@Suite struct SpaceTests {
  @Test(
    arguments: [
      (.discrete(count: 3), [[0], [2]], [[-1], [3], [0.5], [.nan], [.infinity], [], [0, 0]]),
      (.discrete(count: 3, start: -1), [[-1], [1]], [[2], [-2]]),
      (
        .box(low: [-1, -.infinity], high: [1, .infinity]), [[-1, 1e30], [1, -.infinity]],
        [[1.5, 0], [.nan, 0], [0, .nan], [0]]
      ),
      (.multiDiscrete([2, 3]), [[1, 2], [0, 0]], [[2, 0], [0, 3], [0, -1], [0]]),
      (.multiBinary(2), [[0, 1], [1, 1]], [[2, 0], [0.5, 0], [0]]),
      (
        .tuple([.discrete(count: 2), .box(low: [0], high: [9])]), [[1, 5], [0, 0]],
        [[5, 1], [1, -1], [1, .nan], [1]]
      ),
      (
        .dict(["b": .multiDiscrete([2, 3]), "a": .tuple([.discrete(count: 9, start: 5)])]), [[13, 1, 2], [5, 0, 0]],
        [[1, 2, 13], [13, 2, 0], [13, 0]]
      ),
    ] as [(Space, [[Float]], [[Float]])])
  func membersAreTold(space: Space, members: [[Float]], others: [[Float]]) {
    func contains(_ numbers: [Float]) -> Bool { space.contains(numbers.span) }
    #expect(members.map(contains) == members.map { _ in true })
    #expect(members.allSatisfy { $0.count == space.width })
    #expect(others.map(contains) == others.map { _ in false })
  }

  @Test func spacesArePrintedAsGymnasiumDoes() {
    #expect("\(Space.discrete(count: 2))" == "Discrete(2)")
    #expect("\(Space.discrete(count: 3, start: -1))" == "Discrete(3, start=-1)")
    #expect("\(Space.multiBinary(4))" == "MultiBinary(4)")
    #expect("\(Space.multiDiscrete([2, 3]))" == "MultiDiscrete([2, 3])")
    #expect("\(Space.box(low: [-1], high: [.infinity]))" == "Box([-1.0], [inf])")
  }
  @Test func partsAreInAStatedOrder() {
    let space = Space.dict(["b": .multiBinary(2), "B": .tuple([.discrete(count: 2), .box(low: [0], high: [1])])])
    #expect("\(space)" == "Dict('B': Tuple(Discrete(2), Box([0.0], [1.0])), 'b': MultiBinary(2))")
    #expect(space.width == 4)
    #expect(space.leaves == [.discrete(count: 2), .box(low: [0], high: [1]), .multiBinary(2)])
    // Numbers beyond a box are taken, and are no members.
    let candidates: [[Float]] = [[1, 0.5, 0, 1], [1, 7, 0, 1], [2, 7, 0, 1], [1, 7, 0]]
    #expect(candidates.map { space.acceptsAction($0.span) } == [true, true, false, false])
    #expect(candidates.map { space.contains($0.span) } == [true, false, false, false])
  }

  @Test(
    arguments: [
      (.discrete(count: 0), "has no members"), (.box(low: [0], high: []), "has 1 lower bounds and 0 upper ones"),
      (.box(low: [], high: []), "has no components"),
      (.box(low: [0, .nan], high: [1, 1]), "has the lower bound nan and the upper bound 1.0 for component 1"),
      (.multiDiscrete([2, 0]), "has 0 values for component 1"), (.multiDiscrete([]), "has no components"),
      (.multiBinary(0), "has no components"), (.tuple([]), "has no parts"),
      (.dict(["a": .multiBinary(0)]), "has a part, MultiBinary(0), that has no components"),
    ] as [(Space, String)])
  func aFlawIsNamed(space: Space, flaw: String) {
    #expect(space.flaw == flaw)
  }
}

/// What `Tests/Goldens/gymnasium_spaces.py` recorded.
private struct RecordedSpaces: Decodable {
  struct Sample: Decodable {
    enum Drawn: Decodable {
      case integers([Float])
      case digits(String)

      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
          self = .digits(text)
        } else {
          self = .integers(try value.decode([Float].self))
        }
      }
    }
    var space, seed: String
    var drawn: Drawn
  }
  var samples: [Sample]
  var keys: [String]
  var flat: [Float]

  static func read() throws -> RecordedSpaces {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/gymnasium_spaces.json")
    return try JSONDecoder().decode(RecordedSpaces.self, from: Data(contentsOf: file))
  }
}

@Suite struct SpaceSamplingTests {
  @Test func samplesAreGymnasiums() throws {
    let spaces: [String: Space] = [
      "discrete": .discrete(count: 5), "started": .discrete(count: 7, start: -3), "wide": .discrete(count: 1 << 20),
      "bits": .multiBinary(11), "several": .multiDiscrete([3, 2, 100, 1]),
      "unit": .box(low: [-1, -1, -1], high: [1, 1, 1]), "bounds": .box(low: [-2.5, 0, 1e-3], high: [0.1, 1e6, 2e-3]),
    ]
    let recorded = try RecordedSpaces.read().samples
    #expect(recorded.count == 3 * spaces.count)
    for sample in recorded {
      let space = try #require(spaces[sample.space])
      var generator = PCG64(seed: try #require(UInt64(sample.seed)))
      let drawn = (0..<8).flatMap { _ in space.sample(using: &generator) }
      switch sample.drawn {
      case .integers(let numbers): #expect(drawn == numbers, "\(sample.space), seed \(sample.seed)")
      case .digits(let digits): #expect(drawn == floats(digits), "\(sample.space), seed \(sample.seed)")
      }
    }
  }

  @Test func namedPartsAreInGymnasiumsOrder() throws {
    let recorded = try RecordedSpaces.read()
    let space = Space.dict([
      "wheel": .box(low: [-1, -1], high: [1, 1]), "Gear": .discrete(count: 3), "lamp": .multiBinary(2),
      "arm": .tuple([.discrete(count: 2), .multiDiscrete([2, 3])]),
    ])
    guard case .dict(let keys, _) = space else { return #expect(Bool(false)) }
    #expect(keys == recorded.keys)
    let member: [Float] = [2, 1, 0, 2, 1, 0, 0.5, -1]
    let isMember = space.contains(member.span)
    #expect(isMember)
    // Gymnasium's flat form has numbered components one-hot, which is what networks are shown here too.
    func isOneHot(_ space: Space) -> [Int] {
      switch space {
      case .discrete(let count, _): [count]
      case .multiDiscrete(let counts): counts
      default: Array(repeating: 0, count: space.width)
      }
    }
    let shapes = space.leaves.flatMap(isOneHot)
    let flat = zip(member, shapes).flatMap { value, count -> [Float] in
      count == 0 ? [value] : (0..<count).map { Float($0) == value ? 1 : 0 }
    }
    #expect(flat == recorded.flat)
  }

  @Test func samplesAreMembersAndOfTheRightDistribution() {
    var generator = PCG64(seed: 5)
    let infinity = Float.infinity
    let box = Space.box(low: [-infinity, 2, -infinity, -1], high: [infinity, infinity, 3, 1])
    let parts = Space.dict(["x": .tuple([.discrete(count: 3, start: 4), box]), "y": .multiBinary(5)])
    var (sums, squares) = (Array(repeating: 0.0, count: 4), 0.0)
    for _ in 0..<20_000 {
      let member = parts.sample(using: &generator)
      let isMember = parts.contains(member.span)
      #expect(isMember)
      for index in 0..<4 { sums[index] += Double(member[1 + index]) / 20_000 }
      squares += Double(member[1] * member[1]) / 20_000
    }
    // Four standard deviations of each mean: normal, exponential from 2 up and from 3 down, uniform.
    #expect(abs(sums[0]) < 0.0283 && abs(squares - 1) < 0.04)
    #expect(abs(sums[1] - 3) < 0.0283 && abs(sums[2] - 2) < 0.0283 && abs(sums[3]) < 0.0164)
  }
}
