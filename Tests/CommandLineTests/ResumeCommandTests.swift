import Foundation
import Testing

/// Going on with runs, and being told when they are over.
@Suite struct ResumeCommandTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private static let small = [
    "train", "CartPole-v1", "--set", "n_steps=32", "--set", "batch_size=32", "--envs", "2", "--eval-freq", "256",
    "--eval-episodes", "1",
  ]

  private func statuses(_ experiment: String) throws -> [String] {
    let page = try workplace.rlrun("runs", "--experiment", experiment, "--columns", "seed,status,steps").output
    return page.split(separator: "\n").dropFirst().map { line in
      line.split(separator: " ").joined(separator: " ")
    }
  }

  @Test func `all unfinished runs of an experiment go on, and Ctrl-C on several says how`() throws {
    let (process, output, errors) = try workplace.start(
      "rlrun",
      Self.small + ["--steps", "100000000", "--seeds", "1-2", "--jobs", "2", "--experiment", "two words"])
    let folder = workplace.folder.appendingPathComponent("runs/two words")
    for _ in 0..<6_000 {
      let runs = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      let saved = runs.filter { run in
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("\(run)/checkpoints").path)
      }
      if saved.count == 2 { break }
      usleep(5_000)
    }
    process.interrupt()
    let interrupted = Workplace.finish(process, output, errors)
    #expect(interrupted.status == 130, "\(interrupted.errors)")
    #expect(interrupted.output.contains("Go on: rlrun resume --experiment 'two words'"), "\(interrupted.output)")
    #expect(try statuses("two words").allSatisfy { $0.contains("interrupted") })
    // With a budget that they have used up, only the last evaluation is left of them.
    let resumed = try workplace.rlrun("resume", "--experiment", "two words", "--steps", "64", "--jobs", "2")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(
      resumed.output.contains("final/mean_reward") && resumed.output.contains("rlrun compare"), "\(resumed.output)")
    #expect(try statuses("two words").allSatisfy { $0.contains("finished") })
  }

  @Test func `what is finished or missing is said, and what is named twice is taken once`() throws {
    #expect(
      try workplace.run("rlrun", Self.small + ["--steps", "256", "--seeds", "1-2", "--experiment", "e"]).status == 0)
    let again = try workplace.rlrun("resume", "--experiment", "e")
    #expect(again.status == 0 && again.output == "No run of 'e' is left to resume.\n", "\(again.output)")
    let more = try workplace.rlrun("resume", "--experiment", "e", "--steps", "512")
    #expect(more.status == 0, "\(more.errors)")
    let statuses = try statuses("e")
    #expect(statuses.allSatisfy { $0.hasSuffix("finished 512") }, "\(statuses)")
    let unknown = try workplace.rlrun("resume", "--experiment", "f")
    #expect(unknown.status == 2 && unknown.errors.contains("there are no runs of an experiment 'f'"))
    #expect(try workplace.rlrun("resume").status == 2)
    let twice = try workplace.rlrun("resume", "latest", "--experiment", "e")
    #expect(twice.status == 0 && twice.output == again.output)
  }

  @Test func `runs of programs and imported runs are neither resumed nor run again, and have no policy`() throws {
    let id = try workplace.rlrun("log", "--start", "loss=1").output.trimmingCharacters(in: .whitespacesAndNewlines)
    try workplace.write("time/total_timesteps,rollout/ep_rew_mean\n10,1\n20,2\n", to: "progress.csv")
    #expect(try workplace.rlrun("import", "progress.csv").status == 0)
    let listed = try workplace.rlrun("runs", "--experiment", "imported", "--columns", "id").output
    let imported = String(try #require(listed.split(separator: "\n").last).trimmingCharacters(in: .whitespaces))
    for (run, origin) in [(id, "was recorded by a program of its user's"), (imported, "was imported")] {
      for (command, words, sentence) in [
        ("resume", [], "and runs of its kind cannot be resumed by this program"),
        ("reproduce", [], "and runs of its kind cannot be run again by this program"),
        ("evaluate", [], "and only trainings have a policy to play with"),
        ("predict", ["progress.csv"], "and only fits have a model that predicts"),
      ] {
        let result = try workplace.run("rlrun", [command, run] + words)
        #expect(result.status == 2 && result.errors == "rlrun: run \(run) \(origin), \(sentence)\n", "\(result.errors)")
      }
      let played = try workplace.rlrun("play", "--run", run)
      #expect(played.status == 2 && played.errors.contains("\(origin), and only trainings have"), "\(played.errors)")
    }
    // They are no part of an experiment's unfinished runs.
    #expect(try workplace.rlrun("resume", "--experiment", "default").output.contains("No run of 'default' is left"))
  }

  @Test func `a whole-number reward to stop at and a time limit hold after a resumption`() throws {
    let trained = try workplace.run(
      "rlrun", Self.small + ["--steps", "512", "--stop-reward", "400", "--max-time", "1h"])
    #expect(trained.status == 0, "\(trained.errors)")
    let resumed = try workplace.rlrun("resume", "latest", "--steps", "768")
    #expect(resumed.status == 0, "\(resumed.errors)")
    let settings = try workplace.rlrun("show", "latest").output
    #expect(settings.contains("stop-reward") && settings.contains("400") && settings.contains("3600"), "\(settings)")
  }

  private struct Ending: Decodable {
    var run: String, experiment: String, store: String, status: String, message: String?
    var seed: UInt64, step: Int, agent: String, scores: [String: Double]
  }

  private func ending(_ name: String) throws -> Ending {
    let file = workplace.folder.appendingPathComponent(name)
    return try JSONDecoder().decode(Ending.self, from: Data(contentsOf: file))
  }

  @Test func `a command is told when a training has finished or failed, in JSON`() throws {
    let actions = [
      "--on", "finished=run:cat > finished.json", "--on", "failed=run:cat > failed.json", "--on",
      "interrupted=run:cat > interrupted.json",
    ]
    let trained = try workplace.run("rlrun", Self.small + actions + ["--steps", "256", "--seed", "7"])
    #expect(trained.status == 0, "\(trained.errors)")
    let finished = try ending("finished.json")
    #expect(finished.status == "finished" && finished.step == 256 && finished.seed == 7 && finished.agent == "ppo")
    #expect(finished.scores["final/mean_reward"] != nil && finished.message == nil)
    #expect(finished.experiment == "default" && finished.store.hasSuffix("/runs"))
    let failed = try workplace.run(
      "rlrun",
      ["train", "Pendulum-v1", "--agent", "sac", "--steps", "600", "--set", "learning_rate=1e30"]
        + ["--set", "learning_starts=50", "--set", "net_arch=[8]", "--rules", "none"] + actions)
    #expect(failed.status != 0)
    let end = try ending("failed.json")
    #expect(end.status == "failed" && end.message?.contains("diverged") == true && end.agent == "sac")
    let files = try FileManager.default.contentsOfDirectory(atPath: workplace.folder.path)
    #expect(!files.contains("interrupted.json"))
    // A run again tells nobody.
    try FileManager.default.removeItem(at: workplace.folder.appendingPathComponent("finished.json"))
    #expect(try workplace.rlrun("reproduce", finished.run).status == 0)
    #expect(!FileManager.default.fileExists(atPath: workplace.folder.appendingPathComponent("finished.json").path))
  }

  @Test func `a command is told when a fit has finished, and one that fails is reported`() throws {
    let rows = (0..<60).map { "\($0),\(($0 * 37) % 11),\($0 % 2)" }
    try workplace.write("a,b,y\n" + rows.joined(separator: "\n") + "\n", to: "data.csv")
    let fit = ["fit", "data.csv", "--target", "y", "--model", "logistic"]
    let result = try workplace.run(
      "rlrun", fit + ["--on", "finished=run:cat > finished.json; echo no >&2; exit 3"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("failed with status 3: no"), "\(result.errors)")
    #expect(try ending("finished.json").status == "finished")
    #expect(try workplace.rlrun("show", "latest").output.contains("failed with status 3: no"))
  }

  @Test(arguments: ["stop", "warn", "rewind", "checkpoint"])
  func `what is done at the end is a command`(action: String) throws {
    let result = try workplace.rlrun("train", "CartPole-v1", "--on", "finished=\(action)")
    #expect(result.status == 2)
    #expect(result.errors == "rlrun: --on finished takes a command, as finished=run:./mail.sh\n", "\(result.errors)")
  }

  @Test func `an action at the end leaves the configuration's hash as it is`() throws {
    func hash(_ options: [String]) throws -> String {
      let page = try workplace.run("rlrun", Self.small + ["--steps", "256", "--dry-run", "--json"] + options)
      return String(try #require(page.output.split(separator: "\n").first { $0.contains("hash") }))
    }
    let plain = try hash([])
    #expect(try hash(["--on", "finished=run:cat"]) == plain)
    #expect(try hash(["--on", "any=warn"]) != plain)
    #expect(try hash(["--on", "any=warn", "--on", "failed=run:cat"]) == hash(["--on", "any=warn"]))
  }
}
