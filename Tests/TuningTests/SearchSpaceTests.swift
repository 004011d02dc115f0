import Foundation
import Settings
import Testing

@testable import Tuning

@Suite struct SearchSpaceTests {
  static let yaml = """
    learning_rate: {low: 1e-5, high: 1e-2, log: true}
    gamma: [0.9, 0.99, 1.0]
    n_steps: {low: 32, high: 100, step: 32}
    net_arch: {layers: [1, 3], units: [32, 64, 128]}
    optimizer: [sgd, adam]
    momentum: {low: 0, high: 1, when: {optimizer: sgd}}
    """
  static let domains: [String: Domain] = [
    "learning_rate": .schedule(.positive), "gamma": .real(.unit), "n_steps": .integer(.atLeast(1)),
    "net_arch": .widths, "optimizer": .choice(["sgd", "adam"]), "momentum": .real(.unit), "nesterov": .flag,
  ]

  @Test func `a space is read from YAML in its order`() throws {
    let space = try SearchSpace(yaml: Self.yaml, source: "space.yaml", domains: Self.domains)
    #expect(
      space.parameters == [
        SearchParameter("learning_rate", .real(low: 1e-5, high: 1e-2, log: true, steps: nil)),
        SearchParameter("gamma", .choice([.number(0.9), .number(0.99), .integer(1)])),
        SearchParameter("n_steps", .integer(low: 32, high: 100, log: false, step: 32)),
        SearchParameter("net_arch", .widths(layers: 1...3, units: [32, 64, 128])),
        SearchParameter("optimizer", .choice([.text("sgd"), .text("adam")])),
        SearchParameter(
          "momentum", .real(low: 0, high: 1, log: false, steps: nil),
          when: SearchCondition("optimizer", in: [.text("sgd")])),
      ])
  }

  @Test func `a log keeps a space as JSON`() throws {
    let space = try SearchSpace(yaml: Self.yaml, source: "space.yaml", domains: Self.domains)
    let data = try JSONEncoder().encode(space)
    #expect(try JSONDecoder().decode(SearchSpace.self, from: data) == space)
    #expect(throws: SearchSpaceError.self) {
      try JSONDecoder().decode(SearchSpace.self, from: Data(#"[{"name": "a", "type": "choice", "values": []}]"#.utf8))
    }
  }

  @Test func `without domains whole bounds are those of whole numbers`() throws {
    let space = try SearchSpace(
      yaml: "a: {low: 1, high: 4}\nb: {low: 1, high: 4.0}\nc: {low: 0.0, high: 1.0, step: 0.25}\nd: 7", source: "",
      domains: nil)
    #expect(
      space.parameters.map(\.range) == [
        .integer(low: 1, high: 4, log: false, step: 1), .real(low: 1, high: 4, log: false, steps: nil),
        .real(low: 0, high: 1, log: false, steps: 5), .choice([.integer(7)]),
      ])
  }

  @Test func `it contains the values that its parameters and conditions leave`() throws {
    let space = try SearchSpace(yaml: Self.yaml, source: "space.yaml", domains: Self.domains)
    var values: [String: HyperparameterValue] = [
      "learning_rate": .number(1e-3), "gamma": .number(1), "n_steps": .integer(96), "net_arch": .integers([64, 128]),
      "optimizer": .text("sgd"), "momentum": .integer(0),
    ]
    #expect(space.contains(values))
    values["optimizer"] = .text("adam")
    #expect(!space.contains(values))
    values["momentum"] = nil
    #expect(space.contains(values))
    for (name, wrong) in [
      ("learning_rate", HyperparameterValue.number(0.1)), ("gamma", .number(0.95)), ("n_steps", .integer(100)),
      ("net_arch", .integers([])), ("net_arch", .integers([65])), ("other", .integer(1)),
    ] {
      var changed = values
      changed[name] = wrong
      #expect(!space.contains(changed), "\(name)")
    }
  }

  @Test(arguments: [
    ("", "s.yaml: it has no settings to search"),
    ("- a", "s.yaml, line 1: expected lines of 'name: range'"),
    ("gama: [0.9]", "s.yaml, line 1: there is no setting 'gama'; did you mean 'gamma'?"),
    ("gamma: [0.9]\nmomentum: [0.5, 2]", "s.yaml, line 2: 'momentum' takes 0 to 1, not 2"),
    ("gamma: {low: 0.9, high: 1.5}", "s.yaml, line 1: 'gamma' takes 0 to 1, not 1.5"),
    ("gamma: {low: 0.9, high: 0.8}", "s.yaml, line 1: 'gamma' has an empty range: low 0.9 is above high 0.8"),
    ("gamma: {low: 0.9}", "s.yaml, line 1: 'gamma' needs 'low' and 'high', or 'values', or 'layers' and 'units'"),
    ("gamma: {lo: 0.9, high: 1}", "s.yaml, line 1: 'gamma' has no field 'lo'; did you mean 'low'?"),
    (
      "gamma: {low: 0, high: 1, log: true}",
      "s.yaml, line 1: 'gamma' has a logarithmic range, which must be above 0, not from 0.0"
    ),
    ("gamma: []", "s.yaml, line 1: 'gamma' has no values to choose from"),
    ("gamma: [1, 1.0]", "s.yaml, line 1: 'gamma' has the value 1 twice"),
    ("n_steps: {low: 1, high: 8, step: 0}", "s.yaml, line 1: 'n_steps' needs a step of at least 1, not 0"),
    (
      "n_steps: {low: 1, high: 8, steps: 2}",
      "s.yaml, line 1: 'n_steps' is a whole number, which has a 'step', not 'steps'"
    ),
    ("n_steps: [1.5]", "s.yaml, line 1: 'n_steps' takes ≥ 1, not 1.5"),
    ("optimizer: [sgd, adm]", "s.yaml, line 1: 'optimizer' takes sgd, adam, not adm"),
    ("optimizer: {low: 1, high: 2}", "s.yaml, line 1: 'optimizer' takes sgd, adam, not 1"),
    ("net_arch: {layers: [2, 1], units: [8]}", "s.yaml, line 1: 'net_arch' needs 'layers' as [fewest, most]"),
    ("net_arch: {layers: 2}", "s.yaml, line 1: 'net_arch' has 'layers' but no 'units'"),
    ("net_arch: [64, 128]", "s.yaml, line 1: 'net_arch' takes a list of whole numbers ≥ 1, not 64"),
    ("gamma: {layers: 2, units: [8]}", "s.yaml, line 1: 'gamma' takes 0 to 1, not layers of units"),
    ("gamma: [0.9]\ngamma: [1]", "s.yaml, line 2: 'gamma' is given twice"),
    (
      "momentum: {low: 0, high: 1, when: {optimizer: sgd}}\noptimizer: [sgd, adam]",
      "s.yaml, line 1: 'momentum' depends on 'optimizer', which must be listed before it"
    ),
    (
      "optimizer: [adam]\nmomentum: {low: 0, high: 1, when: {optimizer: sgd}}",
      "s.yaml, line 2: 'momentum' depends on 'optimizer' being sgd, which it never is"
    ),
    (
      "optimizer: [adam]\nmomentum: {low: 0, high: 1, when: {optimiser: adam}}",
      "s.yaml, line 2: 'momentum' depends on 'optimiser', which is not searched; did you mean 'optimizer'?"
    ),
    ("momentum: {low: 0, high: 1, when: {momentum: 1}}", "s.yaml, line 1: 'momentum' cannot depend on itself"),
    (
      "momentum: {low: 0, high: 1, when: sgd}",
      "s.yaml, line 1: 'momentum' needs one setting and its values after 'when', as {optimizer: sgd}"
    ),
    (
      "gamma: {low: 0, high: 1}\nmomentum: {low: 0, high: 1, when: {gamma: 0.5}}",
      "s.yaml, line 2: 'momentum' depends on 'gamma', which is neither a choice nor a whole number"
    ),
  ])
  func `a mistake in a space is one sentence`(yaml: String, sentence: String) {
    let error = #expect(throws: SearchSpaceError.self) {
      try SearchSpace(yaml: yaml, source: "s.yaml", domains: Self.domains)
    }
    #expect(error?.description == sentence)
  }

  @Test func `absurd numbers are errors, not traps`() {
    for yaml in [
      "a: {low: -9223372036854775808, high: 9223372036854775807}", "a: {low: -1e308, high: 1e308}",
      "a: {low: 0.0, high: .inf}",
      "a: {low: 0.0, high: 1.0, step: 1e-300}", "a: {low: 0.0, high: 1.0, steps: 9223372036854775807}",
      "a: {layers: [0, 9223372036854775807], units: [1]}", "a: {layers: [-1, 2], units: [1]}", "a: {low: 0, high: nan}",
      "a: {low: 1, high: 9, step: -1}",
    ] {
      #expect(throws: SearchSpaceError.self, "\(yaml)") { try SearchSpace(yaml: yaml, source: "", domains: nil) }
    }
  }

  @Test func `a grid has every combination once`() throws {
    let space = try SearchSpace(
      yaml: """
        kernel: [linear, rbf, poly]
        degree: {low: 2, high: 4, when: {kernel: poly}}
        gamma: {low: 0.01, high: 1.0, log: true, steps: 3, when: {kernel: [rbf, poly]}}
        widths: {layers: [0, 2], units: [8, 16]}
        """, source: "", domains: nil)
    #expect(space.gridSize == (1 + 3 + 9) * 7)
    let sampler = try SamplerName.grid.makeSampler(space: space, seed: 0, direction: .minimize)
    let points = (0..<91).map { sampler.propose($0, history: [])! }
    #expect(Set(points).count == 91)
    #expect(points.allSatisfy(space.contains))
    #expect(sampler.propose(91, history: []) == nil)
    #expect(points[0] == ["kernel": .text("linear"), "widths": .integers([])])
    #expect(points[1]["widths"] == .integers([8]))
    #expect(points[6]["widths"] == .integers([16, 16]))
  }

  @Test func `a grid needs steps, and a number that can be counted`() throws {
    let continuous = try SearchSpace([SearchParameter("a", .real(low: 0, high: 1, log: false, steps: nil))])
    #expect(continuous.gridSize == nil)
    let error = #expect(throws: SearchSpaceError.self) {
      try SamplerName.grid.makeSampler(space: continuous, seed: 0, direction: .minimize)
    }
    #expect(error?.description == "a grid needs 'steps' for 'a', or a list of values")
    let huge = try SearchSpace(
      ["a", "b", "c"].map { SearchParameter($0, .integer(low: 0, high: 1 << 40, log: false, step: 1)) })
    #expect(huge.gridSize == nil)
    #expect(throws: SearchSpaceError.self) {
      try SamplerName.grid.makeSampler(space: huge, seed: 0, direction: .minimize)
    }
    let deep = try SearchSpace([SearchParameter("a", .widths(layers: 1...64, units: [1, 2]))])
    #expect(deep.gridSize == nil)
  }
}
