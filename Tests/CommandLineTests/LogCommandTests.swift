import Foundation
import Testing

/// Runs of users' programs, recorded from the shell.
@Suite struct LogCommandTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func start(_ arguments: String...) throws -> String {
    let result = try workplace.run("rlrun", ["log", "--start"] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Metric, step and value of every point.
  private func points(_ id: String) throws -> [String] {
    let csv = try workplace.rlrun("export", id, "--format", "csv").output
    return csv.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return "\(cells[5]) \(cells[6]) \(cells[8])"
    }
  }

  @Test func `metrics are recorded a command at a time, and nothing is hidden`() throws {
    let id = try start(
      "--experiment", "demo", "--name", "mine", "--tag", "k=v", "--param", "lr=0.1", "loss=1", "--step", "5")
    #expect(try workplace.rlrun("log", id, "loss=0.5", "acc=nan", "--step", "6").status == 0)
    #expect(try workplace.rlrun("log", String(id.prefix(5)), "loss=-inf", "acc=0x1p-2").status == 0)
    #expect(try workplace.rlrun("log", "latest", "loss=0.25", "--step", "2").status == 0)
    #expect(
      try points(id).sorted() == [
        "acc 6 nan", "acc 7 0.25", "loss 2 0.25", "loss 5 1", "loss 6 0.5", "loss 7 -inf",
      ])
    let listed = try workplace.rlrun("runs", "--columns", "id,status,params.lr,tags.k").output
    #expect(listed.contains("open") && listed.contains("0.1") && listed.contains("v"), "\(listed)")
    #expect(try workplace.rlrun("log", id, "--finish").status == 0)
    #expect(try workplace.rlrun("runs").output.contains("finished"))
    // A score computed later; the run stays finished.
    #expect(try workplace.rlrun("log", id, "test/score=9").status == 0)
    #expect(try points(id).contains("test/score 8 9"))
    #expect(try workplace.rlrun("runs").output.contains("finished"))
    #expect(try workplace.rlrun("verify").status == 0)
  }

  @Test func `artifacts are kept, listed and got out again`() throws {
    try workplace.write("first", to: "model.bin")
    let id = try start("--artifact", "model.bin")
    try workplace.write("second", to: "model.bin")
    #expect(try workplace.rlrun("log", id, "--artifact", "model.bin", "--failed", "no luck").status == 0)
    let page = try workplace.rlrun("show", id).output
    #expect(page.contains("model.bin  6 bytes") && !page.contains("5 bytes") && page.contains("no luck"), "\(page)")
    #expect(try workplace.rlrun("show", id, "--json").output.contains("\"artifacts\""))
    #expect(try workplace.rlrun("artifact", id, "model.bin").output == "second")
    #expect(try workplace.rlrun("artifact", id, "model.bin", "-o", "out.bin").status == 0)
    #expect(try String(contentsOf: workplace.folder.appendingPathComponent("out.bin"), encoding: .utf8) == "second")
    let unknown = try workplace.rlrun("artifact", id, "modle.bin")
    #expect(unknown.status == 2 && unknown.errors.contains("did you mean 'model.bin'?"), "\(unknown.errors)")
  }

  @Test(arguments: [
    (["RUN", "loss=abc"], "'loss=abc': a metric's value is a number, nan, inf or -inf, not 'abc'"),
    (["RUN", "loss"], "a metric is given as name=value, not 'loss'"),
    (["RUN"], "name something to record"), ([], "name a run to record in"),
    (["loss=1"], "name something to record"), (["loss=1", "acc=2"], "name the run before 'loss=1'"),
    (["RUN", "loss=1", "--seed", "1"], "go with --start"), (["RUN", "--path", "a/b"], "give exactly one"),
    (["RUN", "--artifact", "none.bin"], "could not read none.bin"),
  ])
  func `what cannot be recorded is one sentence, and nothing is recorded`(arguments: [String], part: String) throws {
    let id = try start()
    let result = try workplace.run("rlrun", ["log"] + arguments.map { $0 == "RUN" ? id : $0 })
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.errors.contains(part) && result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(try points(id).isEmpty)
  }

  @Test func `a run that another process writes is refused in a sentence`() throws {
    let id = try start()
    let lock = workplace.folder.appendingPathComponent("runs/default/\(id)/lock").path
    let descriptor = open(lock, O_RDWR)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
    let result = try workplace.rlrun("log", id, "loss=1")
    #expect(result.status == 1 && result.errors.contains("is being written by another process"), "\(result.errors)")
    close(descriptor)
    #expect(try workplace.rlrun("log", id, "loss=1").status == 0)
  }

  @Test func `training without a log keeps nothing and learns the same`() throws {
    let arguments = [
      "train", "FrozenLake-v1:is_slippery=false", "--agent", "q_learning", "--steps", "3000", "--eval-freq", "1000",
    ]
    let unlogged = try workplace.run("rlrun", arguments + ["--no-log"])
    #expect(unlogged.status == 0, "\(unlogged.errors)")
    #expect(!FileManager.default.fileExists(atPath: workplace.folder.appendingPathComponent("runs").path))
    #expect(try workplace.run("rlrun", arguments).status == 0)
    let reward = try workplace.rlrun("export", "latest", "--format", "csv").output.split(separator: "\n")
      .first { $0.contains("final/mean_reward") }?.split(separator: ",").last.flatMap { Double($0) }
    let value = try #require(reward)
    #expect(unlogged.output == "seed 0: final mean reward \(String(format: "%.2f", value)), not logged\n")
    let refused = try workplace.run("rlrun", arguments + ["--no-log", "--json"])
    #expect(refused.status == 2 && refused.errors.contains("--no-log keeps none"))
  }

  @Test func `profiles and histograms are drawn`() throws {
    try workplace.write("algorithm,environment,seed,score\nx,w,1,0.5\nx,w,2,0.7\ny,w,1,0.1\ny,w,2,0.3\n", to: "s.csv")
    let profile = try workplace.rlrun("plot", "--kind", "profile", "--scores", "s.csv")
    #expect(profile.status == 0 && profile.output.contains("half of its runs score above"), "\(profile.errors)")
    #expect(try workplace.rlrun("plot", "--kind", "profile", "--scores", "s.csv", "-o", "p.svg").status == 0)
    let svg = try String(contentsOf: workplace.folder.appendingPathComponent("p.svg"), encoding: .utf8)
    #expect(svg.contains("<polygon") && svg.contains("x, 2 runs"))
    let id = try start("loss=1")
    let none = try workplace.rlrun("plot", id, "--kind", "histogram")
    #expect(none.status == 2 && none.errors.contains("has no histograms"), "\(none.errors)")
    #expect(try workplace.rlrun("plot", "--scores", "s.csv").status == 2)
  }
}
