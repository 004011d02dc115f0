import Foundation
import Testing

@testable import Randomness

@Suite struct PCG64Tests {
  /// Plays the recorded program of draws on one generator; any slip in one draw shifts all that follow.
  @Test(arguments: NumPyGoldens.recorded.mixed.indices)
  func drawsAreNumPys(_ index: Int) throws {
    let golden = NumPyGoldens.recorded.mixed[index]
    #expect(golden.program.count > 80)
    var generator = PCG64(seed: UInt64(golden.seed)!)
    for (step, draw) in golden.program.enumerated() {
      let doubles = ["random", "uniform"].contains(draw.kind)
      let values = doubles ? draw.values.doubles.map { String($0) } : draw.values
      try #require(play(draw, on: &generator) == values, "draw \(step), \(draw.kind) \(draw.arguments)")
    }
  }

  private func play(_ draw: NumPyGoldens.Draw, on generator: inout PCG64) -> [String] {
    let count = draw.values.count
    func repeated<Value>(_ one: () -> Value) -> [String] { (0..<count).map { _ in "\(one())" } }
    lazy var numbers = draw.arguments.integers
    lazy var doubles = draw.arguments.doubles
    switch draw.kind {
    case "raw": return repeated { generator.next() }
    case "random": return repeated { generator.random() }
    case "uniform": return repeated { generator.uniform(doubles[0], doubles[1]) }
    case "integers": return repeated { generator.integers(numbers[0], numbers[1]) }
    case "choice": return repeated { generator.choice(numbers[0]) }
    case "choice-p": return repeated { generator.choice(probabilities: doubles) }
    case "choices": return generator.choice(numbers[0], size: count).map { "\($0)" }
    case "choices-p":
      let weights = Array(draw.arguments.dropFirst()).doubles
      return generator.choice(weights.count, size: count, probabilities: weights).map { "\($0)" }
    case "distinct":
      let drawn = generator.choice(numbers[0], size: numbers[1], replacing: false)
      return Set(drawn).count == numbers[1] ? (drawn.prefix(20) + drawn.suffix(20)).map { "\($0)" } : ["repeated"]
    case "distinct-p":
      let weights = Array(draw.arguments.dropFirst()).doubles
      return generator.choice(weights.count, size: count, replacing: false, probabilities: weights).map { "\($0)" }
    case "permutation": return generator.permutation(count).map { "\($0)" }
    case "shuffle":
      var order = Array(0..<count)
      generator.shuffle(&order)
      return order.map { "\($0)" }
    case "categorical": return repeated { generator.categorical(doubles) }
    default: return ["an unknown draw"]
    }
  }

  @Test func codingKeepsTheHalfDraw() throws {
    var generator = PCG64(seed: 2 << 40)
    _ = generator.next32()
    var copy = try JSONDecoder().decode(PCG64.self, from: JSONEncoder().encode(generator))
    #expect(copy == generator)
    #expect((0..<9).map { _ in copy.next32() } == (0..<9).map { _ in generator.next32() })
    #expect(copy == generator)
  }

  @Test func anEmptyRangeTraps() async {
    await #expect(processExitsWith: .failure) {
      var generator = PCG64(seed: 0)
      _ = generator.integers(3, 3)
    }
  }
}
