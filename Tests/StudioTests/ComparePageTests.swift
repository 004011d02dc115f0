import Foundation
import Telemetry
import Testing
import Tracker

@testable import Studio
@testable import WebServer

@Suite struct ComparePageTests {
  /// Two groups of runs of a program: scores of five seeds each, the second better in 23 of 25 pairs.
  private func twoGroups() throws -> PageStore {
    let site = try PageStore()
    for (seed, score) in [1.0, 2, 3, 4, 6].enumerated() {
      try site.record("low", seed: UInt64(seed), metric: "final/mean_reward", [score], settings: ["rate": 0.1])
    }
    for (seed, score) in [5.0, 5.5, 7, 8, 9].enumerated() {
      try site.record("high", seed: UInt64(seed), metric: "final/mean_reward", [score], settings: ["rate": 0.2])
    }
    return site
  }

  @Test func `groups have intervals, a probability of improvement and a verdict`() throws {
    let page = try twoGroups().get("/compare?experiment=e").text
    #expect(page.contains("<h2>Probability of improvement</h2>"))
    // 23 of the 25 pairs.
    #expect(page.contains("<td class=\"n\">92 %</td>"))
    #expect(page.contains("<td>better</td>"))
    #expect(page.components(separatedBy: "class=\"estimate\"").count == 1 + 2 + 1)
    #expect(page.components(separatedBy: "class=\"seed\"").count == 1 + 10)
  }

  @Test func `profiles are drawn where there are two groups in an environment`() throws {
    let site = try twoGroups()
    let page = try site.get("/compare?experiment=e").text
    #expect(page.contains(">Performance profiles</h2>"))
    #expect(page.contains("share of runs above"))
    let one = try site.get("/compare?where=\(WebForm([("q", "params.rate = 0.1")]).encoded.dropFirst(2))").text
    #expect(!one.contains("Performance profiles"))
    #expect(!one.contains("Probability of improvement"))
  }

  @Test func `settings that differ are shown of groups and of runs`() throws {
    let page = try twoGroups().get("/compare?experiment=e").text
    #expect(page.contains("<h2>Settings that differ</h2>"))
    #expect(page.contains("<th scope=\"row\">rate</th><td>0.2</td><td>0.1</td>"))
    #expect(page.contains("<summary>Settings of each run</summary>"))
  }

  @Test func `too few seeds give no verdict, and runs without a score are named`() throws {
    let site = try PageStore()
    try site.record("a", seed: 1, metric: "final/mean_reward", [1], settings: ["rate": 0.1])
    try site.record("b", seed: 1, metric: "final/mean_reward", [2], settings: ["rate": 0.2])
    let without = try site.record("c", seed: 2, metric: "loss", [2], settings: ["rate": 0.2])
    let page = try site.get("/compare?experiment=e").text
    #expect(page.contains("too few seeds to tell"))
    #expect(!page.contains("<td>better</td>"))
    #expect(page.contains("<h2>Left out</h2>"))
    #expect(page.contains(">\(without)</a> (e, seed 2): it has no final/mean_reward"))
  }

  @Test func `of each group the run in the middle is filmed`() throws {
    let site = try PageStore()
    var middle: [String] = []
    for (group, shift) in [(0.1, 0.0), (0.2, 10.0)] {
      for (seed, score) in [3.0, 1, 2].enumerated() {
        let here = Surroundings(
          programVersion: "1", gitCommit: nil, host: "h", cores: 1, blasCoreType: "", blasThreads: 1, kernelVariant: "",
          commandLine: [])
        let run = try site.store.start(
          RunDescription(
            kind: "training", experiment: "e", name: "", subject: "ppo", target: "CartPole-v1", seed: UInt64(seed),
            hyperparameters: ["rate": .number(group)], surroundings: here, start: 1_700_000_000_000_000))
        run.record("final/mean_reward", score + shift, step: 1)
        try run.saveCheckpoint([1, 2, 3], step: 1, best: false)
        try run.finish(status: .finished)
        if score == 2 { middle.append(run.id) }
      }
    }
    let page = try site.get("/compare?experiment=e").text
    #expect(page.components(separatedBy: "data-film=").count == 1 + 2)
    for id in middle { #expect(page.contains("data-film=\"/runs/\(id)/film\"")) }
    #expect(try twoGroups().get("/compare?experiment=e").text.contains("data-film") == false)
  }

  @Test func `the machine's metrics are no scores to choose`() throws {
    let site = try twoGroups()
    try site.record("low", seed: 9, metric: "system/process_threads", [5], settings: ["rate": 0.1])
    #expect(try !site.get("/compare?experiment=e").text.contains("<option>system/"))
  }

  @Test func `estimates lie on their scale, whatever the numbers are`() {
    let scale = IntervalScale(covering: [0, 10], middle: 5)
    let html = scale.mark(5, 0, 10).text
    #expect(html.contains("x1=\"6\" x2=\"154\" y1=\"9\""))
    #expect(html.contains("cx=\"80\" cy=\"9\" r=\"4\""))
    #expect(IntervalScale(covering: []).mark(3, nil, nil).text.contains("class=\"value\""))
    #expect(IntervalScale(covering: [2, 2]).mark(2, 2, 2).text.contains("cx=\"80\""))
    #expect(IntervalScale(covering: [-1e308, 1e308]).mark(0, nil, nil).text.contains("class=\"value\""))
  }
}
