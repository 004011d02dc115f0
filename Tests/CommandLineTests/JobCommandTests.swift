import Foundation
import Testing

@testable import Runs
@testable import Tracker

/// `--detach`, `jobs` and `stop`.
@Suite struct JobCommandTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func run(_ words: String..., status: Int32 = 0) throws -> Output {
    let result = try workplace.run("rlrun", words)
    #expect(result.status == status, "\(words): \(result.output)\(result.errors)")
    return result
  }

  private func jobs() throws -> [[String: Any]] {
    let json = try run("jobs", "--json").output
    return try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
  }

  /// Waits for a job that nothing ends before its time.
  private func wait(for id: String) throws -> JobState {
    let launcher = ProcessLauncher(in: try Store(path: workplace.path("runs"), create: false))
    let job = try #require(try launcher.find(id))
    return try launcher.wait(for: job)
  }

  /// Starts a training without end in the background; returns its job once it trains.
  private func endlessTraining() throws -> (job: String, run: String) {
    let ready = try NamedPipe(workplace.path("ready"))
    let started = try run(
      "train", "CartPole-v1", "--steps", "1000000000", "--set", "n_steps=32", "--set", "batch_size=32", "--eval-freq",
      "0", "--eval-episodes", "1", "--rules", "none", "--when", "train/n_updates > 0", "--on", "any=run:echo > ready",
      "--detach")
    let job = started.output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(started.errors.contains("rlrun: job \(job) writes to "))
    try #require(ready.waitForLine())
    let all = try jobs()
    let listed = try #require(all.first { $0["job"] as? String == job })
    let runs = try #require(listed["runs"] as? [String])
    #expect(listed["state"] as? String == "running" && runs.count == 1 && listed["exit_status"] == nil)
    return (job, runs[0])
  }

  @Test func `a detached training goes on without its terminal until it is interrupted, and is resumed`() throws {
    let (job, id) = try endlessTraining()
    #expect(try run("runs", "--csv", "--columns", "id,status").output == "id,status\n\(id),running\n")
    #expect(try run("stop", id, "--wait").output == "Job \(job) has ended: interrupted.\n")
    #expect(try run("runs", "--csv", "--columns", "id,status").output == "id,status\n\(id),interrupted\n")
    let ended = try #require(try jobs().first)
    #expect(ended["exit_status"] as? Int == 130 && ended["state"] as? String == "interrupted")
    let output = try #require(ended["output"] as? String)
    #expect(try String(contentsOfFile: output, encoding: .utf8).contains(id))
    let command = try #require(ended["command"] as? [String])
    #expect(command.first == "rlrun" && !command.contains("--detach"))
    #expect(try run("stop", job).output == "Job \(job) has ended: interrupted.\n")
    #expect(try run("jobs").output.contains("interrupted"))
  }

  @Test func `a run that was resumed where somebody looks on is not stopped by its job of before`() throws {
    let (_, id) = try endlessTraining()
    _ = try run("stop", id, "--wait")
    let store = try Store(path: workplace.path("runs"), create: false)
    let writer = try store.resume(id, from: store.load(id).lastCheckpoint, steps: 1_000_000_000)
    let result = try run("stop", id, status: 2)
    #expect(result.errors.contains("run \(id) was not started with --detach: stop it where it runs, with Ctrl-C"))
    try writer.finish(status: .interrupted)
    #expect(try run("stop", id).output.hasSuffix(" has ended: interrupted.\n"))
  }

  @Test func `a job is killed by what its run is`() throws {
    let (job, id) = try endlessTraining()
    _ = try run("stop", "--where", "seed = 0", "--kill", "--wait")
    #expect(try jobs().first?["signal"] as? Int == 9)
    #expect(try run("stop", job).output == "Job \(job) has ended: killed (signal 9).\n")
    #expect(try run("show", id).output.contains(id))
  }

  @Test func `a queued job begins when those before it have ended, and a resumption is a job too`() throws {
    let (first, id) = try endlessTraining()
    let second = try run("train", "CartPole-v1", "--steps", "64", "--set", "n_steps=32", "--detach", "--queue").output
      .trimmingCharacters(in: .whitespacesAndNewlines)
    func state(_ job: String) throws -> String? {
      try jobs().first { $0["job"] as? String == job }?["state"] as? String
    }
    #expect(try state(second) == "queued" && state(first) == "running")
    #expect(try jobs().last?["runs"] as? [String] == [])
    #expect(try run("jobs").output.contains("queued"))
    _ = try run("stop", first, "--wait")
    #expect(try wait(for: second).name == "finished")
    #expect(try state(second) == "finished")
    let third = try run("resume", id, "--steps", "1000000000", "--detach").output
      .trimmingCharacters(in: .whitespacesAndNewlines)
    // One that waits is stopped as one that runs.
    let fourth = try run("reproduce", id, "--detach", "--queue").output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try run("stop", fourth, "--wait").output == "Job \(fourth) has ended: interrupted.\n")
    _ = try run("stop", third, "--kill", "--wait")
    let alone = try run("train", "CartPole-v1", "--queue", status: 2)
    #expect(alone.errors.contains("--queue goes with --detach"))
  }

  @Test func `a detached fit finishes, and its row and status are kept`() throws {
    try workplace.write("a,b\n" + (0..<60).map { "\($0),\($0 % 2)\n" }.joined(), to: "data.csv")
    let json = try run(
      "fit", "data.csv", "--target", "b", "--model", "logistic", "--experiment", "e", "--json", "--detach"
    ).output
    let page = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let id = try #require(page["job"] as? String)
    #expect(try wait(for: id).name == "finished")
    let job = try #require(try jobs().first)
    #expect(job["state"] as? String == "finished" && job["exit_status"] as? Int == 0 && job["ended"] is String)
    let runs = try #require(job["runs"] as? [String])
    #expect(try run("runs", "--csv", "--columns", "id").output == "id\n\(runs[0])\n")
    #expect(try String(contentsOfFile: workplace.path("runs/.jobs/\(id)/output"), encoding: .utf8).hasPrefix("["))
    #expect(try run("stop", "--experiment", "e").output == "Job \(id) has ended: finished.\n")
  }

  @Test func `what is wrong is said before there is a job`() throws {
    let wrong = try run("train", "CartPole-v1", "--set", "gama=1", "--detach", status: 2)
    #expect(wrong.output.isEmpty && wrong.errors.contains("gama"))
    let unlogged = try run("train", "CartPole-v1", "--no-log", "--detach", status: 2)
    #expect(unlogged.errors == "rlrun: --detach keeps a job in the store, and --no-log keeps nothing\n")
    #expect(try run("jobs", status: 2).errors.hasPrefix("rlrun: there is no run store at runs"))
    let id = try run("log", "--start").output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try run("jobs").output.hasPrefix("No jobs in runs yet") && jobs().isEmpty)
    #expect(try run("stop", status: 2).errors.hasPrefix("rlrun: name jobs or runs"))
    // No id has these letters.
    #expect(try run("stop", "lou", status: 2).errors == "rlrun: there is no job lou; 'rlrun jobs' lists them\n")
    #expect(
      try run("stop", id, status: 2).errors
        == "rlrun: run \(id) was not started with --detach: stop it where it runs, with Ctrl-C\n")
    #expect(
      try run("stop", "--where", "seed = 0", status: 2).errors.hasPrefix("rlrun: none of these runs was started with"))
    #expect(try run("stop", "--where", "seed = 1", status: 2).errors.hasPrefix("rlrun: No run in 'runs' matches"))
  }

  @Test func `a supervisor that nobody told anything ends`() throws {
    #expect(try workplace.rlrun("supervise", workplace.folder.path) == Output(status: 0, output: "", errors: ""))
    #expect(try !workplace.rlrun("--help").output.contains("supervise"))
  }
}
