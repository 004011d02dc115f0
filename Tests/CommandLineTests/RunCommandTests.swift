import Foundation
import Testing

/// Lists, filters, comparisons, imports and upkeep of runs on the command line.
@Suite struct RunCommandTests {
  private let workplace: Workplace

  /// Four quick runs: two agents, two seeds each.
  init() throws {
    workplace = try Workplace()
    for agent in ["q_learning", "sarsa"] {
      let result = try workplace.rlrun(
        "train", "FrozenLake-v1:is_slippery=false", "--agent", agent, "--seeds", "1-2", "--steps", "4000",
        "--experiment", "ice", "--eval-freq", "1000")
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

  @Test func `runs are filtered, ordered and shown by their fields`() throws {
    let listed = try workplace.rlrun(
      "runs", "--where", "agent = 'sarsa' and seed IN (1, 2) and NOT params.gamma > 1", "--sort", "-seed",
      "--columns", "agent,seed,status,params.gamma")
    #expect(listed.status == 0, "\(listed.errors)")
    let rows = lines(listed.output).map { $0.split(separator: " ").map(String.init) }
    #expect(
      rows == [
        ["agent", "seed", "status", "params.gamma"], ["sarsa", "2", "finished", "0.99"],
        ["sarsa", "1", "finished", "0.99"],
      ])
    // The catalogue is derived: without it, or with another in its place, the answer is the same.
    let catalogue = workplace.folder.appendingPathComponent("runs/.catalogue")
    try Data("nonsense".utf8).write(to: catalogue)
    let again = try workplace.rlrun(
      "runs", "--where", "agent = 'sarsa'", "--sort", "-seed", "--columns", "agent,seed,status,params.gamma")
    #expect(again.output == listed.output)
    #expect(lines(try workplace.rlrun("runs", "--where", "seed = 1", "--csv").output).count == 3)
    #expect(
      try workplace.rlrun("runs", "--where", "agent = 'ppo'").output.hasPrefix(
        "No run in 'runs' matches: agent = 'ppo'"))
  }

  @Test(arguments: [
    (["--where", "agent = sarsa"], "rlrun: in the condition: a text stands in single quotes: 'sarsa' at column 9\n"),
    (["--where", "agnt = 'sarsa'"], "rlrun: no run has a field 'agnt'; did you mean 'agent'?\n"),
    (
      ["--sort", "-final/mean_rewrad"],
      "rlrun: no run has a field 'final/mean_rewrad'; did you mean 'final/mean_reward'?\n"
    ),
  ])
  func `what cannot be listed is one sentence`(arguments: [String], sentence: String) throws {
    let result = try workplace.run("rlrun", ["runs"] + arguments)
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix(sentence), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test func `anybody's scores are compared`() throws {
    var rows = ["algorithm,environment,seed,score"]
    for seed in 0..<5 {
      for world in ["a", "b"] { rows += ["x,\(world),\(seed),0.\(seed + 4)", "y,\(world),\(seed),0.\(seed)"] }
    }
    try workplace.write(rows.joined(separator: "\n") + "\n", to: "scores.csv")
    struct Answer: Decodable {
      struct Aggregate: Decodable { var algorithm: String, iqm: Double, iqmLow: Double, iqmHigh: Double }
      struct Improvement: Decodable { var x: String, y: String, p: Double, low: Double, high: Double }
      var aggregate: [Aggregate]
      var probabilityOfImprovement: [Improvement]
    }
    let json = try workplace.rlrun("compare", "--scores", "scores.csv", "--json").output
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let answer = try decoder.decode(Answer.self, from: Data(json.utf8))
    #expect(answer.aggregate.map(\.algorithm) == ["x", "y"])
    #expect(abs(answer.aggregate[0].iqm - 0.6) < 1e-9 && abs(answer.aggregate[1].iqm - 0.2) < 1e-9)
    #expect(answer.aggregate.allSatisfy { $0.iqmLow <= $0.iqm && $0.iqm <= $0.iqmHigh })
    // Of 25 pairs x is above in 24 and equal in one.
    #expect(abs(answer.probabilityOfImprovement[0].p - 0.98) < 1e-9)
    try workplace.write("algorithm,environment,seed\nx,a,1\n", to: "bad.csv")
    let bad = try workplace.rlrun("compare", "--scores", "bad.csv")
    #expect(bad.status != 0 && bad.errors.contains("score") && lines(bad.errors).count == 1, "\(bad.errors)")
  }

  @Test func `what is exported for TensorBoard comes back by import`() throws {
    #expect(
      try workplace.rlrun("export", "--experiment", "ice", "--format", "tensorboard", "-o", "logs").status == 0)
    let imported = try workplace.rlrun("import", "logs", "--experiment", "back", "--agent", "old")
    #expect(imported.status == 0, "\(imported.errors)")
    func points(_ experiment: String) throws -> [String] {
      let csv = try workplace.rlrun("export", "--experiment", experiment, "--format", "csv").output
      return lines(csv).dropFirst().map { line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        // By way of a Double, as the export goes: halfway between two floats its digits read as a Float go elsewhere.
        return "\(cells[5]) \(cells[6]) \(Float(Double(cells[8])!))"
      }.sorted()
    }
    let (before, after) = (try points("ice"), try points("back"))
    #expect(before.count > 40)
    #expect(before == after)
    #expect(lines(try workplace.rlrun("runs", "--experiment", "back", "--columns", "agent").output).count == 5)
  }

  @Test func `a run is followed to its end, a damaged one repaired, a deleted one removed`() throws {
    let tail = try workplace.rlrun("tail", "latest", "--metric", "final/mean_reward")
    #expect(tail.status == 0 && tail.output.contains("final/mean_reward"), "\(tail.errors)")

    let list = lines(try workplace.rlrun("runs", "--columns", "id", "--sort", "seed,agent").output)
    let (damaged, deleted) = (list[1], list[2])
    let log = workplace.folder.appendingPathComponent("runs/ice/\(damaged)/log.rlog")
    var bytes = try Data(contentsOf: log)
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: log)
    let verdict = try workplace.rlrun("verify")
    #expect(verdict.status == 1 && verdict.output.contains("4 runs, 1 damaged"), "\(verdict.output)")
    #expect(try workplace.rlrun("runs").output.contains("finished, damaged"))
    #expect(try workplace.rlrun("show", damaged, "--strict").status == 1)
    #expect(try workplace.rlrun("repair", damaged).status == 0)
    #expect(try workplace.rlrun("verify").status == 0)

    #expect(try workplace.rlrun("delete", deleted).status == 0)
    #expect(!(try workplace.rlrun("runs").output.contains(deleted)))
    let folder = workplace.folder.appendingPathComponent("runs/ice/\(deleted)").path
    #expect(FileManager.default.fileExists(atPath: folder))
    #expect(try workplace.rlrun("gc").status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
