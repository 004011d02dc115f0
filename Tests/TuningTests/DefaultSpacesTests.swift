import Settings
import Testing

@testable import Tuning

@Suite struct DefaultSpacesTests {
  @Test(arguments: SearchSpace.defaultNames)
  func `each default space is sound and can be searched`(name: String) throws {
    let space = try #require(try SearchSpace.standard(for: name))
    for sampler in try SamplerTests.makeAll(space, seed: 1) {
      for number in 0..<20 { #expect(space.contains(sampler.propose(number, history: [])!)) }
    }
  }

  @Test func `agents and models have one, others none`() throws {
    for name in ["ppo", "a2c", "dqn", "sac", "td3", "gbdt", "random_forest", "mlp", "logistic", "ridge"] {
      #expect(SearchSpace.defaultNames.contains(name))
    }
    #expect(try SearchSpace.standard(for: "linear") == nil)
    #expect(try SearchSpace.standard(for: "extra_trees") == SearchSpace.standard(for: "random_forest"))
  }

  @Test func `domains hold a default space to what there is`() throws {
    let domains: [String: Domain] = ["alpha": .real(.unit)]
    let error = #expect(throws: SearchSpaceError.self) { try SearchSpace.standard(for: "ridge", domains: domains) }
    #expect(error?.description.contains("'alpha' takes 0 to 1, not 10000") == true)
  }

  @Test func `numbers in a list are ordered, words are not`() throws {
    let coding = SpaceCoding(
      try SamplerTests.space("a: [0.9, 0.99, 0.999]\nb: [x, y, z]\nc: [1, 5, 2]\nd: [8, 4, 2]\ne: [null, 4, 8]"))
    #expect(
      coding.dimensions.map { if case .ordinal = $0.kind { true } else { false } } == [true, false, false, true, false])
  }
}
