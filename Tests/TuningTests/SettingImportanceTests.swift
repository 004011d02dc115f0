import Foundation
import Settings
import Testing

@testable import Tuning

@Suite struct SettingImportanceTests {
  static func history(_ space: SearchSpace, count: Int, _ score: ([String: HyperparameterValue]) -> Double) throws
    -> [Trial]
  {
    let sampler = try SamplerName.sobol.makeSampler(space: space, seed: 1, direction: .minimize)
    return (0..<count).map { number in
      let values = sampler.propose(number, history: [])!
      return Trial(number, values, .finished(score: score(values)))
    }
  }

  func shares(_ importance: SettingImportance?) throws -> [String: Double] {
    let importance = try #require(importance)
    #expect(abs(importance.shares.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    #expect(importance.shares == importance.shares.sorted { $0.share > $1.share })
    return Dictionary(uniqueKeysWithValues: importance.shares.map { ($0.name, $0.share) })
  }

  @Test func `a sum has the shares of its terms' variances`() throws {
    let space = try SamplerTests.space(
      """
      a: {low: 0.0, high: 1.0}
      b: {low: 1e-4, high: 1.0, log: true}
      c: {low: 0, high: 9}
      d: [x, y, z, w]
      e: {low: 0.0, high: 1.0}
      """)
    // Variances: a 16/12, b (of the logarithm's 4 decades) 1/12 16 · 0.25 = 4/12, c 99/12 · 1/33 = 3/12, d 1/4 of 4 = 1.
    let history = try Self.history(space, count: 500) { values in
      1e6 + 4 * values["a"]!.double! + 0.5 * log10(values["b"]!.double!)
        + values["c"]!.double! / 33.0.squareRoot() + (["x", "y"].map { .text($0) }.contains(values["d"]!) ? 2 : 0)
    }
    let importance = SettingImportance(space, history)
    let shares = try shares(importance)
    let whole = 16.0 + 4 + 3 + 12
    for (name, variance) in [("a", 16.0), ("b", 4), ("c", 3), ("d", 12), ("e", 0)] {
      #expect(abs(shares[name]! - variance / whole) < 0.06, "\(name): \(shares[name]!)")
    }
    #expect(try #require(importance).singly > 0.93)
  }

  @Test func `what settings do together is not theirs alone`() throws {
    let space = try SamplerTests.space("a: [0, 1]\nb: [0, 1]\nc: {low: 0.0, high: 1.0}")
    // An exclusive or of variance 1/4 beside a straight line of variance 1/12.
    let history = try Self.history(space, count: 400) { values in
      (values["a"] == values["b"] ? 0 : 1) + values["c"]!.double!
    }
    let importance = SettingImportance(space, history)
    #expect(try shares(importance)["c"]! > 0.9)
    // Three quarters of the variance, of which greedy trees find the most.
    #expect(try #require(importance).singly < 0.65)
  }

  @Test func `a conditional setting counts for as much as it is there`() throws {
    let space = try SamplerTests.space(
      """
      kind: [a, b]
      x: {low: 0.0, high: 1.0, when: {kind: a}}
      y: {low: 0.0, high: 1.0, when: {kind: b}}
      """)
    let history = try Self.history(space, count: 300) { values in values["x"].map { 4 * $0.double! } ?? 2 }
    // Given x the mean is 2x + 1, of variance 4/12; all in all it is 16/12 of one half, 8/12; kind's mean is the same.
    let importance = SettingImportance(space, history)
    let shares = try shares(importance)
    #expect(shares["x"]! > 0.9)
    #expect(abs(try #require(importance).singly - 0.5) < 0.08)
  }

  @Test func `widths are one setting`() throws {
    let space = try SamplerTests.space("net_arch: {layers: [1, 3], units: [8, 16, 32]}\nother: {low: 0.0, high: 1.0}")
    let history = try Self.history(space, count: 300) { values in
      guard case .integers(let widths) = values["net_arch"] else { return .nan }
      return Double(widths.count) + Double(widths[0]) / 16
    }
    #expect(try shares(SettingImportance(space, history))["net_arch"]! > 0.95)
  }

  @Test func `a disaster is not all that matters`() throws {
    let space = try SamplerTests.space("a: {low: 0.0, high: 1.0}\nb: {low: 0.0, high: 1.0}")
    var history = try Self.history(space, count: 100) { $0["a"]!.double! }
    history[50].state = .finished(score: -1e12)
    #expect(try shares(SettingImportance(space, history))["a"]! > 0.9)
  }

  @Test func `too few trials and equal scores have none`() throws {
    let space = try SamplerTests.space("a: {low: 0.0, high: 1.0}")
    #expect(SettingImportance(space, try Self.history(space, count: 7) { $0["a"]!.double! }) == nil)
    #expect(SettingImportance(space, try Self.history(space, count: 50) { _ in 3 }) == nil)
    #expect(SettingImportance(space, try Self.history(space, count: 50) { _ in .nan }) == nil)
    let huge = SettingImportance(space, try Self.history(space, count: 50) { $0["a"]!.double! > 0.5 ? 1e308 : -1e308 })
    #expect(huge?.shares.first?.share == 1)
  }
}
