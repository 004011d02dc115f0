import Foundation
import Testing

@Suite struct CommandTests {
  private static let small = ["--preset", "zoo", "--steps", "3000", "--eval-freq", "1000"]

  @Test(arguments: [
    (["train", "CartPole-v2"], "there is no environment 'CartPole-v2'; did you mean 'CartPole-v"),
    (["train", "CartPole-v1", "--agent", "pop"], "there is no agent 'pop'; did you mean 'ppo'?"),
    (["train", "CartPole-v1", "--set", "gama=0.9"], "there is no hyperparameter 'gama'; did you mean 'gamma'?"),
    (["train", "CartPole-v1", "--set", "gamma=2"], "'gamma' takes a number 0 to 1, not 2"),
    (["train", "CartPole-v1", "--set", "gamma"], "'--set gamma' is not of the form key=value"),
    (["train", "CartPole-v1", "--steps", "0"], "'n_timesteps' takes a number ≥ 1, not 0"),
    (["train", "CartPole-v1", "--jobs", "0"], "--jobs takes a whole number ≥ 1, not 0"),
    (["train", "CartPole-v1", "--seed", "1", "--seeds", "1-2"], "use --seed or --seeds, not both"),
    (["train", "CartPole-v1", "--seeds", "1,1"], "--seeds names a seed twice"),
    (["train", "CartPole-v1", "--config", "missing.yaml"], "the configuration file 'missing.yaml' cannot be read"),
    (["train", "CartPole-v1:x=1"], "CartPole-v1 has no option 'x'"),
    (["train", "CartPole-v1", "--experiment", ""], "cannot be the name of an experiment: it is empty"),
    (["train", "CartPole-v1", "--tag", "novalue"], "--tag takes key=value, not 'novalue'"),
    (["trace", "CartPole-v1", "--seed", "1", "--actions", "none.txt"], "the actions file 'none.txt' cannot be read"),
    (["agents", "pppo"], "there is no agent 'pppo'; did you mean 'ppo'?"),
    (["show", "latest"], "there is no run store at runs"),
    (["trian"], "there is no command 'trian'; did you mean 'train'?"), (["train"], "Missing expected argument '<env>'"),
    (["train", "CartPole-v1", "--seeds", "5-1"], "The value '5-1' is invalid for '--seeds"),
  ])
  func `what is not understood is one sentence and status 2`(arguments: [String], sentence: String) throws {
    let workplace = try Workplace()
    let result = try workplace.run("rlrun", arguments)
    #expect(result.status == 2)
    #expect(result.errors.contains(sentence), "\(result.errors)")
    #expect(result.output.isEmpty)
    if result.errors.hasPrefix("rlrun: ") { #expect(result.errors.filter { $0 == "\n" }.count == 1) }
    #expect(!FileManager.default.fileExists(atPath: workplace.folder.appendingPathComponent("runs/default").path))
  }

  @Test func `malformed YAML is named by file and line`() throws {
    let workplace = try Workplace()
    try workplace.write("gamma: 0.9\nn_steps: [1\n", to: "c.yaml")
    let result = try workplace.rlrun("train", "CartPole-v1", "--config", "c.yaml")
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("rlrun: c.yaml, line 3: malformed YAML"))
  }

  @Test func `a store that cannot be written is a failure, status 1`() throws {
    let workplace = try Workplace()
    let result = try workplace.run("rlrun", ["train", "CartPole-v1", "--store", "/proc/runs"] + Self.small)
    #expect(result.status == 1)
    #expect(result.errors.contains("/proc/runs"))
  }

  @Test func `an unknown run is answered with the nearest, and a prefix will do`() throws {
    let workplace = try Workplace()
    try workplace.run("rlrun", ["train", "CartPole-v1"] + Self.small)
    let runs = workplace.folder.appendingPathComponent("runs/default")
    let id = try #require(try FileManager.default.contentsOfDirectory(atPath: runs.path).first)
    let wrong = String(id.dropLast()) + (id.last == "0" ? "1" : "0")
    let result = try workplace.rlrun("show", wrong)
    #expect(result.status == 2)
    #expect(result.errors == "rlrun: there is no run \(wrong): did you mean \(id)?\n")
    #expect(try workplace.rlrun("show", String(id.prefix(4))).status == 0)
    let latest = try workplace.rlrun("show", "latest")
    #expect(latest.errors == "rlrun: latest is \(id)\n")
    #expect(latest.output.contains("final/mean_reward"))
  }

  @Test func `a dry run prints a configuration that --config reads back`() throws {
    let workplace = try Workplace()
    let first = try workplace.rlrun("train", "CartPole-v1", "--preset", "zoo", "--set", "gamma=0.9", "--dry-run")
    #expect(first.status == 0)
    #expect(first.output.contains("gamma: 0.9\n"))
    try workplace.write(first.output, to: "c.yaml")
    let second = try workplace.rlrun("train", "CartPole-v1", "--config", "c.yaml", "--dry-run")
    #expect(second.output == first.output)
    #expect(!FileManager.default.fileExists(atPath: workplace.folder.appendingPathComponent("runs").path))
  }

  @Test func `tags, notes and deletion`() throws {
    let workplace = try Workplace()
    try workplace.run("rlrun", ["train", "CartPole-v1", "--tag", "team=red"] + Self.small)
    #expect(try workplace.rlrun("tag", "latest", "team=blue", "stage=one").status == 0)
    #expect(try workplace.rlrun("note", "latest", "a word").status == 0)
    let shown = try workplace.rlrun("show", "latest", "--json").output
    #expect(shown.contains("\"team\" : \"blue\""))
    #expect(shown.contains("\"stage\" : \"one\""))
    #expect(shown.contains("a word"))
    #expect(try workplace.rlrun("delete", "latest").status == 0)
    #expect(try workplace.rlrun("show", "latest").status == 2)
  }

  @Test func `Ctrl-C ends a run as interrupted, to be resumed`() throws {
    let workplace = try Workplace()
    let (process, output, errors) = try workplace.start(
      "rlrun", ["train", "CartPole-v1", "--preset", "zoo", "--steps", "100000000", "--save-freq", "100000"])
    try waitForRun(in: workplace)
    process.interrupt()
    let result = Workplace.finish(process, output, errors)
    #expect(result.status == 130)
    #expect(result.output.contains("interrupted"))
    #expect(result.output.contains("rlrun resume"))
    #expect(try workplace.rlrun("verify").status == 0)
    let resumed = try workplace.rlrun("resume", "latest", "--steps", "1")
    #expect(resumed.status == 0)
    #expect(resumed.output.contains("finished"))
  }

  /// One of each family, and how long their logs are when they are killed.
  static let killed = [
    ("CartPole-v1 --preset zoo --steps 30000 --seed 1", 4_000),
    ("CartPole-v1 --preset zoo --steps 30000 --seed 2", 8_000),
    ("CartPole-v1 --agent dqn --preset zoo --steps 4000", 6_000),
    ("Pendulum-v1 --agent sac --steps 3000 --set learning_starts=200 --set net_arch=[32,32]", 5_000),
    ("FrozenLake-v1 --agent q_learning --steps 2000000", 5_000),
  ]

  @Test(arguments: killed)
  func `kill -9 in the middle loses nothing that resume does not bring back`(training: String, bytes: Int) throws {
    let workplace = try Workplace()
    let arguments = ["train"] + training.split(separator: " ").map(String.init)
    try workplace.run("rlrun", arguments + ["--store", "whole"])
    let (process, output, errors) = try workplace.start("rlrun", arguments + ["--store", "cut"])
    try waitForRun(in: workplace, store: "cut", log: bytes)
    kill(process.processIdentifier, SIGKILL)
    _ = Workplace.finish(process, output, errors)
    #expect(try workplace.rlrun("verify", "--store", "cut").status == 0)
    let shown = try workplace.rlrun("show", "latest", "--store", "cut", "--json")
    #expect(shown.output.contains("\"status\" : \"crashed\""))
    #expect(try workplace.rlrun("resume", "latest", "--store", "cut").status == 0)

    func points(_ store: String) throws -> [String] {
      let csv = try workplace.rlrun("export", "latest", "--format", "csv", "--store", store).output
      // experiment,run,seed,agent,environment,metric,step,wall_time,value without run and times
      return csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        .filter { !$0[5].hasPrefix("time/") }.map { "\($0[5]) \($0[6]) \($0[8])" }
    }
    let (whole, cut) = (try points("whole"), try points("cut"))
    #expect(whole.count > 100)
    #expect(whole == cut)
    #expect(try workplace.rlrun("reproduce", "latest", "--store", "cut").status == 0)
  }

  @Test func `every command's help has an example`() throws {
    let workplace = try Workplace()
    let help = try workplace.rlrun("--help").output
    let commands = help.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first }.map(String.init).filter { !$0.hasPrefix("-") && $0 != "rlrun" }
    #expect(commands.count >= 15)
    for command in commands {
      let result = try workplace.rlrun(command, "--help")
      #expect(result.status == 0)
      #expect(result.output.contains("Example:\n"), "\(command)")
    }
    #expect(try workplace.rlrun("--generate-completion-script", "bash").output.contains("_rlrun"))
  }

  /// Waits until the log of a run has reached `log` bytes, for at most a minute.
  private func waitForRun(in workplace: Workplace, store: String = "runs", log bytes: Int = 3_000) throws {
    let folder = workplace.folder.appendingPathComponent(store + "/default")
    for _ in 0..<6_000 {
      for id in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
        let log = folder.appendingPathComponent("\(id)/log.rlog").path
        let size = try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
        if let size, size >= bytes { return }
      }
      usleep(10_000)
    }
    Issue.record("no run began")
  }
}
