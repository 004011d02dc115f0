import Foundation
import Randomness
import Settings
import Telemetry
import Testing

@testable import Tuning

@Suite struct SamplerTests {
  static func branin(_ values: [String: HyperparameterValue]) -> Double {
    guard case .number(let x) = values["x"], case .number(let y) = values["y"] else { return .nan }
    let bowl = y - 5.1 / (4 * Double.pi * Double.pi) * x * x + 5 / Double.pi * x - 6
    return bowl * bowl + 10 * (1 - 1 / (8 * Double.pi)) * cos(x) + 10
  }

  static func space(_ yaml: String) throws -> SearchSpace { try SearchSpace(yaml: yaml, source: "", domains: nil) }
  static let mixed = """
    rate: {low: 1e-5, high: 1e-1, log: true}
    leaves: {low: 2, high: 256, log: true}
    rows: {low: 10, high: 1000, step: 10}
    few: {low: 1, high: 8, log: true}
    share: {low: 0.5, high: 1.0, steps: 6}
    layers: {layers: [0, 3], units: [32, 16, 64]}
    kind: [a, b, c]
    depth: {low: 1, high: 9, when: {kind: [b, c]}}
    power: {low: 0.0, high: 1.0, when: {depth: 3}}
    """

  /// Ten trials with scores, then some that run, failed and were pruned.
  static func history(_ space: SearchSpace, count: Int = 30, seed: UInt64 = 3) throws -> [Trial] {
    let random = try SamplerName.random.makeSampler(space: space, seed: seed, direction: .minimize)
    return (0..<count).map { number in
      let values = random.propose(number, history: [])!
      let score = Double((number * 37) % 101)
      let state: Trial.State =
        switch number % 10 {
        case 3 where number > 10: .running
        case 5 where number > 10: .failed
        case 7 where number > 10: .pruned(step: number, score: score)
        default: .finished(score: score)
        }
      return Trial(number, values, state)
    }
  }

  static func makeAll(_ space: SearchSpace, seed: UInt64) throws -> [any Sampler] {
    try [.random, .sobol, .tpe].map { (name: SamplerName) in
      try name.makeSampler(space: space, seed: seed, direction: .minimize)
    }
  }

  @Test func `proposals lie in the space, conditions included`() throws {
    let space = try Self.space(Self.mixed)
    let history = try Self.history(space)
    for sampler in try Self.makeAll(space, seed: 5) {
      for number in 0..<200 { #expect(space.contains(sampler.propose(number, history: history)!)) }
    }
  }

  @Test func `a proposal repeated by another sampler is equal, whatever the history's order`() throws {
    let space = try Self.space(Self.mixed)
    let history = try Self.history(space)
    for (sampler, again) in zip(try Self.makeAll(space, seed: 5), try Self.makeAll(space, seed: 5)) {
      for number in [30, 31, 5_000] {
        #expect(sampler.propose(number, history: history) == again.propose(number, history: history.reversed()))
      }
    }
    for (sampler, other) in zip(try Self.makeAll(space, seed: 5), try Self.makeAll(space, seed: 6)) {
      #expect(sampler.propose(30, history: history) != other.propose(30, history: history))
    }
  }

  @Test func `what a sampler has seen before changes no proposal`() throws {
    let space = try Self.space(Self.mixed)
    let history = try Self.history(space, count: 60)
    let old = try SamplerName.tpe.makeSampler(space: space, seed: 5, direction: .minimize)
    for count in 1...60 {
      let seen = Array(history.prefix(count))
      let fresh = try SamplerName.tpe.makeSampler(space: space, seed: 5, direction: .minimize)
      #expect(old.propose(count, history: seen) == fresh.propose(count, history: seen))
    }
    // Less than before, in another order, and other values of the same numbers.
    let others = try Self.history(space, count: 40, seed: 4).reversed()
    let fresh = try SamplerName.tpe.makeSampler(space: space, seed: 5, direction: .minimize)
    #expect(old.propose(7, history: Array(others)) == fresh.propose(7, history: Array(others)))
  }

  @Test func `values go to coordinates and back`() throws {
    let space = try Self.space(Self.mixed)
    let coding = SpaceCoding(space)
    let random = try SamplerName.random.makeSampler(space: space, seed: 9, direction: .minimize)
    for number in 0..<300 {
      let values = random.propose(number, history: [])!
      let back = coding.values(of: try #require(coding.point(of: values)))
      for (name, value) in values {
        if case .number(let number) = value, name != "share" {
          let returned = try #require(back[name]?.double)
          #expect(abs(returned - number) <= 1e-9 * number, "\(name)")
        } else {
          #expect(back[name] == value, "\(name)")
        }
      }
    }
    #expect(coding.point(of: ["rate": .number(1)]) == nil)
  }

  @Test func `random values are even over ranges and logarithms`() throws {
    let space = try Self.space(Self.mixed)
    let random = try SamplerName.random.makeSampler(space: space, seed: 1, direction: .minimize)
    let values = (0..<4_000).map { random.propose($0, history: [])! }
    func share(_ name: String, _ isIn: (Double) -> Bool) -> Double {
      let there = values.compactMap { $0[name]?.double }
      return Double(there.count(where: isIn)) / Double(there.count)
    }
    #expect(abs(share("rate") { $0 < 1e-3 } - 0.5) < 0.03)
    #expect(abs(share("rows") { $0 <= 500 } - 0.5) < 0.03)
    #expect(abs(share("share") { $0 == 0.5 } - 1 / 6) < 0.03)
    // Each whole number has the logarithms up to half way to its neighbours: of 1 among 1 to 8, ln 3 of ln 17.
    #expect(abs(share("few") { $0 == 1 } - log(3) / log(17)) < 0.03)
    #expect(abs(Double(values.count { $0["depth"] != nil }) / 4_000 - 2 / 3) < 0.03)
    #expect(abs(Double(values.count { $0["layers"] == .integers([]) }) / 4_000 - 1 / 4) < 0.03)
  }

  @Test func `the parzen estimator beats random points on Branin by far`() throws {
    let space = try Self.space("{x: {low: -5.0, high: 10.0}, y: {low: 0.0, high: 15.0}}")
    func regret(_ name: SamplerName, _ direction: ScoreDirection, seed: UInt64) throws -> Double {
      let sampler = try name.makeSampler(space: space, seed: seed, direction: direction)
      var history: [Trial] = []
      for number in 0..<80 {
        let values = sampler.propose(number, history: history)!
        history.append(Trial(number, values, .finished(score: direction.loss(Self.branin(values)))))
      }
      return direction.loss(history.best(direction)!.score!) - 0.39788735772973816
    }
    for direction in [ScoreDirection.maximize, .minimize] {
      let ofTPE = try (0..<5).map { try regret(.tpe, direction, seed: $0) }.reduce(0, +) / 5
      let ofRandom = try (0..<5).map { try regret(.random, direction, seed: $0) }.reduce(0, +) / 5
      #expect(ofTPE < 0.1)
      #expect(ofRandom > 3 * ofTPE)
    }
  }

  @Test func `it finds the branch with what it depends on`() throws {
    let space = try Self.space(Self.mixed)
    let sampler = try SamplerName.tpe.makeSampler(space: space, seed: 2, direction: .maximize)
    var history: [Trial] = []
    for number in 0..<60 {
      let values = sampler.propose(number, history: history)!
      let depth = values["depth"]?.double ?? 0
      history.append(Trial(number, values, .finished(score: values["kind"] == .text("c") ? depth : -1)))
    }
    #expect(history.best(.maximize)?.score == 9)
    #expect(history.suffix(30).count { $0.values["kind"] == .text("c") } > 14)
  }

  @Test func `trials that run keep proposals away from them`() throws {
    let space = try Self.space("{x: {low: 0.0, high: 1.0}}")
    let sampler = try SamplerName.tpe.makeSampler(space: space, seed: 4, direction: .minimize)
    let finished = (0..<20).map { number in
      let x = Double(number) / 20 + 0.02
      return Trial(number, ["x": .number(x)], .finished(score: (x - 0.5) * (x - 0.5)))
    }
    func distances(_ history: [Trial]) -> Double {
      (100..<200).reduce(0) { sum, number in
        guard case .number(let x) = sampler.propose(number, history: history)!["x"] else { return .nan }
        return sum + abs(x - 0.5)
      } / 100
    }
    let running = (20..<30).map { Trial($0, ["x": .number(0.5 + Double($0 - 25) / 200)], .running) }
    #expect(distances(finished + running) > 1.5 * distances(finished))
    #expect(sampler.propose(100, history: finished) != sampler.propose(101, history: finished))
  }

  @Test func `a finite space is not searched twice`() throws {
    let space = try Self.space("{a: [1, 2, 3, 4], b: {low: 1, high: 5}}")
    let sampler = try SamplerName.tpe.makeSampler(space: space, seed: 4, direction: .minimize)
    var history: [Trial] = []
    for number in 0..<16 {
      let values = sampler.propose(number, history: history)!
      let loss = (values["a"]!.double! - 2) * (values["a"]!.double! - 2) + values["b"]!.double!
      history.append(Trial(number, values, .finished(score: loss)))
    }
    #expect(Set(history.dropFirst(10).map(\.values)).isDisjoint(with: history.prefix(10).map(\.values)))
    #expect(Set(history.dropFirst(10).map(\.values)).count == 6)
  }

  @Test func `pruned trials rank below finished ones, by step and score`() {
    let trials = [
      Trial(0, [:], .pruned(step: 3, score: 0)), Trial(1, [:], .finished(score: 9)), Trial(2, [:], .failed),
      Trial(3, [:], .pruned(step: 9, score: 5)), Trial(4, [:], .finished(score: 2)), Trial(5, [:], .running),
      Trial(6, [:], .pruned(step: 9, score: 4)), Trial(7, [:], .finished(score: .nan)),
    ]
    let ranked = RankedTrials(trials, .minimize)
    #expect(ranked.ranked == [4, 1, 6, 3, 0])
    #expect(ranked.others == [2, 5, 7])
  }

  @Test func `nothing to learn from is no trap`() throws {
    let space = try Self.space("a: 7")
    for sampler in try Self.makeAll(space, seed: 1) {
      let history = (0..<40).map { Trial($0, ["a": .integer(7)], .finished(score: $0 % 2 == 0 ? .infinity : 1)) }
      #expect(sampler.propose(40, history: history) == ["a": .integer(7)])
      #expect(sampler.propose(-1, history: history) == ["a": .integer(7)])
      #expect(sampler.propose(.max, history: [Trial(0, ["b": .none], .failed)]) == ["a": .integer(7)])
    }
  }
}
