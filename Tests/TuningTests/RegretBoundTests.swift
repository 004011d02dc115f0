import Foundation
import Settings
import Telemetry
import Testing

@testable import Tuning

@Suite struct `A bound on the regret` {
  private func history(
    _ space: SearchSpace, count: Int, sampler: SamplerName = .tpe, direction: ScoreDirection = .minimize,
    _ score: ([String: HyperparameterValue]) -> Double
  ) throws -> [Trial] {
    let sampler = try sampler.makeSampler(space: space, seed: 3, direction: direction)
    var trials: [Trial] = []
    for number in 0..<count {
      let values = sampler.propose(number, history: trials)!
      trials.append(Trial(number, values, .finished(score: score(values))))
    }
    return trials
  }

  private static let square = try! SearchSpace(
    yaml: "{x: {low: 0.0, high: 1.0}, y: {low: 0.0, high: 1.0}}", source: "square", domains: nil)

  private static func bowl(_ values: [String: HyperparameterValue]) -> Double {
    let (x, y) = (values["x"]!.double! - 0.3, values["y"]!.double! - 0.6)
    return x * x + y * y
  }

  @Test(arguments: [ScoreDirection.minimize, .maximize]) func `of a bowl is soon within the noise`(
    direction: ScoreDirection
  ) throws {
    let sign = direction == .minimize ? 1.0 : -1.0
    let trials = try history(Self.square, count: 60, direction: direction) { sign * Self.bowl($0) }
    let bound = try #require(RegretBound(Self.square, trials, direction: direction))
    #expect(bound.isWithinNoise)
    let best = trials.compactMap(\.score).map { sign * $0 }.min()!
    // The minimum is 0.
    #expect(best <= bound.bound + bound.noise)
  }

  @Test func `is not within the noise where half of the space is unseen and better`() throws {
    // The lower the better, and the lowest lie where x is 1.
    let trials = try history(Self.square, count: 60, sampler: .sobol) { _ in 0 }.map { trial in
      let x = trial.values["x"]!.double! / 2
      return Trial(trial.number, ["x": .number(x), "y": trial.values["y"]!], .finished(score: 1 - x))
    }
    #expect(try !#require(RegretBound(Self.square, trials, direction: .minimize)).isWithinNoise)
  }

  @Test func `is not within the noise where few trials have seen a rugged function`() throws {
    let cube = try SearchSpace(
      yaml: "{" + "abcdef".map { "\($0): {low: 0.0, high: 1.0}" }.joined(separator: ", ") + "}", source: "cube",
      domains: nil)
    let trials = try history(cube, count: 30, sampler: .sobol) { values in
      "abcdef".reduce(0) { sum, name in
        let x = values["\(name)"]!.double! - 0.37
        return sum + 10 * x * x - cos(12 * x)
      }
    }
    #expect(try !#require(RegretBound(cube, trials, direction: .minimize)).isWithinNoise)
  }

  @Test func `is within the noise where nothing but noise is left`() throws {
    var state: UInt64 = 1
    let trials = try history(Self.square, count: 80, sampler: .sobol) { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    #expect(try #require(RegretBound(Self.square, trials, direction: .minimize)).isWithinNoise)
  }

  @Test func `takes the noise of the best trial's seeds where there is one`() throws {
    let trials = try history(Self.square, count: 40) { Self.bowl($0) }
    let bound = try #require(RegretBound(Self.square, trials, direction: .minimize, bestNoise: 0.5))
    #expect(bound.noise == 0.5)
    #expect(bound.isWithinNoise)
  }

  @Test func `says nothing by few trials, by failed ones, and by equal scores`() throws {
    let few = try history(Self.square, count: 19) { Self.bowl($0) }
    #expect(RegretBound(Self.square, few, direction: .minimize) == nil)
    let failed = try history(Self.square, count: 60) { Self.bowl($0) }.map { Trial($0.number, $0.values, .failed) }
    #expect(RegretBound(Self.square, failed, direction: .minimize) == nil)
    #expect(RegretBound(Self.square, try history(Self.square, count: 60) { _ in 3 }, direction: .minimize) == nil)
    _ = RegretBound(Self.square, try history(Self.square, count: 60) { $0["x"]!.double! * 1e308 }, direction: .minimize)
  }

  @Test func `goes over conditions, choices and widths`() throws {
    let space = try SearchSpace(
      yaml: """
        optimizer: [sgd, adam, rmsprop]
        momentum: {low: 0.0, high: 1.0, when: {optimizer: sgd}}
        net_arch: {layers: [1, 2], units: [16, 32, 64]}
        rate: {low: 1e-5, high: 1e-1, log: true}
        """, source: "space", domains: nil)
    let trials = try history(space, count: 200) { values in
      abs(log10(values["rate"]!.double!) + 3) + (values["optimizer"] == .text("adam") ? 0 : 1)
    }
    let bound = try #require(RegretBound(space, trials, direction: .minimize))
    #expect(bound.bound.isFinite && bound.noise > 0)
    #expect(bound == RegretBound(space, trials, direction: .minimize))
  }
}
