import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Tracker

@Suite struct RunDiffTests {
  @Test("A run differs from itself in nothing, NaN included")
  func same() {
    let record = exampleRecord(series: [exampleSeries("loss", [(1, 0, .nan)])])
    #expect(RunDiff(record, record).isEmpty)
  }

  @Test("Each section lists what differs, by name, and what one run has not")
  func differences() {
    let first = exampleRecord("a1", series: [exampleSeries("x", [(1, 0, 0)]), exampleSeries("y", [(1, 0, 2)])])
    var second = exampleRecord(
      "b2", seed: 2, series: [exampleSeries("x", [(1, 0, -0.0)]), exampleSeries("y", [(1, 0, 9), (2, 0, 2)])])
    second.description.hyperparameters["learning_rate"] = .number(1e-3)
    second.description.hyperparameters["n_steps"] = nil
    second.description.hyperparameters["n_envs"] = .integer(16)
    second.description.protocolSettings["eval-freq"] = .integer(5)
    second.description.surroundings.cores = 4
    second.description.surroundings.gitCommit = "abc"
    second.tags = ["machine": "two"]
    let diff = RunDiff(first, second)
    #expect([diff.first, diff.second] == ["a1", "b2"])
    #expect(
      diff.hyperparameters == [
        .init(name: "learning_rate", first: .number(3e-4), second: .number(1e-3)),
        .init(name: "n_envs", first: .integer(8), second: .integer(16)),
        .init(name: "n_steps", first: .integer(32), second: nil),
      ])
    #expect(
      diff.settings == [
        .init(name: "eval-freq", first: .integer(10_000), second: .integer(5)),
        .init(name: "seed", first: .integer(1), second: .integer(2)),
      ])
    #expect(
      diff.surroundings == [
        .init(name: "cores", first: "2", second: "4"), .init(name: "git commit", first: nil, second: "abc"),
      ])
    #expect(diff.tags == [.init(name: "machine", first: "one", second: "two")])
    #expect(diff.metrics.map(\.name) == ["x"])
  }
}
