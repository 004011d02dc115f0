import Foundation
import Settings
import Testing
import Tracker

/// `rlrun search`.
@Suite struct `The command search` {
  private static let space = """
    x: {low: 0.0, high: 1.0}
    kind: [plain, bent]

    """

  /// A place with a space and a program that is best at x = 0.5, bent.
  private func place() throws -> Workplace {
    let workplace = try Workplace()
    try workplace.write(Self.space, to: "space.yaml")
    try workplace.write(
      """
      awk -v x="$1" -v kind="$2" 'BEGIN { print "loss=" (x - 0.5) * (x - 0.5) + (kind == "plain") }'
      """, to: "try.sh")
    return workplace
  }

  private struct Page: Decodable {
    struct Row: Decodable {
      var trial: Int
      var state: String
      var score: Double?
      var runs: [String]
    }
    var search: String
    var status: String
    var best: Int?
    var trials: [Row]
    var verdict: String
  }

  private func page(_ output: Output) throws -> Page {
    #expect(output.status == 0, "\(output.errors)")
    return try JSONDecoder().decode(Page.self, from: Data(output.output.utf8))
  }

  private func search(_ workplace: Workplace, _ options: String...) throws -> Output {
    try workplace.run(
      "rlrun",
      ["search", "run", "--space", "space.yaml", "--metric", "loss", "--jobs", "1"] + options
        + ["--", "sh", "try.sh", "{x}", "{kind}", "{seed}"])
  }

  @Test func `tries a program, and stands for its trials in lists`() throws {
    let workplace = try place()
    let found = try page(search(workplace, "--trials", "20", "--fresh-seeds", "2", "--json"))
    #expect(found.trials.count == 20)
    #expect(found.status == "finished")
    let best = try #require(found.trials.first { $0.trial == found.best })
    #expect(best.state == "best")
    #expect(best.score == found.trials.compactMap(\.score).min())
    #expect(try workplace.rlrun("runs", "--columns", "id").output.split(separator: "\n").count == 2)
    #expect(try workplace.rlrun("runs", "--trials", "--columns", "id").output.split(separator: "\n").count == 24)
    let chosen = try workplace.rlrun(
      "runs", "--where", "trial = \(best.trial) and purpose = 'search'", "--columns", "id")
    #expect(chosen.output.split(separator: "\n").last.map(String.init) == best.runs[0])
    for (file, start) in [("page.html", "<!"), ("picture.svg", "<svg")] {
      #expect(try workplace.rlrun("search", "show", "latest", "-o", file).errors == "rlrun: wrote \(file)\n")
      #expect(try String(contentsOfFile: workplace.path(file), encoding: .utf8).hasPrefix(start))
    }
    let refused = try workplace.rlrun("search", "show", "latest", "--output", "page.pdf")
    #expect(refused.status == 2 && refused.errors.contains("'page.pdf' is neither"))
    let text = try workplace.rlrun("search", "show", "latest", "--top", "3")
    #expect(text.output.hasPrefix("Search \(found.search): sh on loss, finished, 20 trials ended."))
    #expect(text.output.contains("What the score depends on: kind "))
    #expect(text.output.contains("Trial \(best.trial) is: sh try.sh 0.") && text.output.contains(" bent 0\n"))
  }

  @Test func `trains agents and fits models`() throws {
    let workplace = try Workplace()
    try workplace.write("learning_rate: {low: 1e-4, high: 1e-2, log: true}\nn_steps: [32, 64]\n", to: "ppo.yaml")
    let trained = try workplace.rlrun(
      "search", "train", "CartPole-v1", "--steps", "256", "--set", "n_steps=32", "--space", "ppo.yaml", "--trials", "2",
      "--seeds", "1-2", "--fresh-seeds", "1", "--json")
    let training = try page(trained)
    #expect(training.trials.map(\.runs.count) == [2, 2, 2])
    #expect(try workplace.rlrun("reproduce", training.search).status == 0)

    let rows = (0..<120).map { "\($0 % 7),\(($0 * 5) % 11),\(($0 % 7 + ($0 * 5) % 11) > 7)\n" }
    try workplace.write("a,b,c\n" + rows.joined(), to: "data.csv")
    try workplace.write("weight_decay: {low: 1e-6, high: 0.1, log: true}\n", to: "mlp.yaml")
    let fitted = try workplace.rlrun(
      "search", "fit", "data.csv", "--target", "c", "--model", "mlp", "--set", "epochs=5", "--space", "mlp.yaml",
      "--trials", "3", "--pruner", "median", "--fresh-seeds", "2", "--json")
    #expect(try page(fitted).trials.count == 4)
  }

  @Test func `trains a population`() throws {
    let workplace = try Workplace()
    try workplace.write("learning_rate: {low: 1e-4, high: 1e-2, log: true}\n", to: "ppo.yaml")
    let result = try workplace.rlrun(
      "search", "train", "CartPole-v1", "--steps", "512", "--set", "n_steps=32", "--space", "ppo.yaml", "--population",
      "4", "--exploit-every", "128", "--fresh-seeds", "1", "--json")
    let found = try page(result)
    #expect(found.trials.map(\.trial) == Array(1...16))
    #expect(try workplace.rlrun("reproduce", found.search).status == 0)
    let fixed = try workplace.rlrun(
      "search", "train", "CartPole-v1", "--steps", "512", "--space", "default", "--population", "4")
    #expect(fixed.status == 2)
    #expect(fixed.errors.contains("cannot change in a training that goes on: leave it out of a population's space"))
  }

  @Test func `gives settings to who asks`() throws {
    let workplace = try place()
    let id = try workplace.rlrun("search", "open", "--space", "space.yaml", "--metric", "loss", "--trials", "2")
      .output.trimmingCharacters(in: .newlines)
    for number in 1...2 {
      let asked = try workplace.rlrun("search", "ask", id, "--shell")
      #expect(asked.status == 0, "\(asked.errors)")
      let lines = asked.output.split(separator: "\n").map(String.init)
      #expect(lines.map { String($0.prefix { $0 != "=" }) } == ["run", "seed", "kind", "x"])
      let run = String(lines[0].dropFirst(4))
      #expect(try workplace.rlrun("search", "tell", run, "\(number)").status == 0)
    }
    #expect(try workplace.rlrun("search", "ask", id).status == 1)
    let found = try page(workplace.rlrun("search", "show", id, "--json"))
    #expect(found.trials.map(\.score) == [1, 2])
  }

  @Test(.timeLimit(.minutes(5))) func `that loses its processes loses no trial`() throws {
    let workplace = try place()
    let whole = try page(search(workplace, "--trials", "24", "--sampler", "sobol", "--fresh-seeds", "0", "--json"))
    let expected = try proposals(of: whole.search, in: workplace)
    #expect(expected.count == 24)

    var generator = SystemRandomNumberGenerator()
    var processes = [
      try workplace.start(
        "rlrun",
        [
          "search", "run", "--space", "space.yaml", "--metric", "loss", "--jobs", "1", "--trials", "24", "--sampler",
          "sobol",
        ]
          + ["--fresh-seeds", "0", "--", "sh", "try.sh", "{x}", "{kind}", "{seed}"], output: FileHandle.nullDevice,
        errors: FileHandle.nullDevice)
    ]
    var search: String?
    while search == nil {
      let store = try Store(path: workplace.path("runs"), create: false)
      search = try store.runs().first { $0.description.kind == "search" && $0.id != whole.search }?.id
      usleep(2_000)
    }
    let id = try #require(search)
    var killed = 0
    while killed < 8 {
      while processes.count < 3 {
        let command = killed % 3 == 0 ? ["resume", id] : ["search", "worker", id]
        processes.append(
          try workplace.start("rlrun", command, output: FileHandle.nullDevice, errors: FileHandle.nullDevice))
      }
      // A moment that nothing chooses: so many trials later than the last.
      let before = try proposals(of: id, in: workplace).count
      if before == 24 { break }
      while try proposals(of: id, in: workplace).count == before, processes.contains(where: \.isRunning) {
        usleep(2_000)
      }
      let victim = processes.remove(at: Int.random(in: 0..<processes.count, using: &generator))
      kill(victim.processIdentifier, SIGKILL)
      victim.waitUntilExit()
      killed += 1
    }
    for process in processes {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(killed > 0)
    #expect(try workplace.rlrun("resume", id).status == 0)
    let found = try page(workplace.rlrun("search", "show", id, "--json"))
    #expect(found.status == "finished")
    #expect(found.trials.map(\.trial) == Array(1...24))
    #expect(found.trials.allSatisfy { $0.runs.count == 1 })
    #expect(try proposals(of: id, in: workplace) == expected)
  }

  private func proposals(of search: String, in workplace: Workplace) throws -> [Int: [String: HyperparameterValue]] {
    let store = try Store(path: workplace.path("runs"), create: false)
    var found: [Int: [String: HyperparameterValue]] = [:]
    for run in try store.runs() where run.description.parent == search {
      let trial = try #require(run.description.trial)
      #expect(found.updateValue(trial.values, forKey: trial.number) == nil, "trial \(trial.number) is done twice")
    }
    return found
  }

  @Test func `does trials in processes of their own, which may hang or die`() throws {
    let workplace = try Workplace()
    try workplace.write("learning_rate: [1e-3, 2e-3, 3e-3]\n", to: "ppo.yaml")
    let done = try workplace.rlrun(
      "search", "train", "CartPole-v1", "--steps", "128", "--set", "n_steps=32", "--space", "ppo.yaml", "--sampler",
      "grid",
      "--seeds", "0", "--fresh-seeds", "0", "--isolate", "--json")
    #expect(try page(done).trials.map(\.state).filter { $0 == "failed" }.isEmpty)
    let late = try workplace.rlrun(
      "search", "train", "CartPole-v1", "--steps", "1000000000", "--space", "ppo.yaml", "--seeds", "0", "--isolate",
      "--trial-timeout", "1s", "--experiment", "late")
    #expect(late.status == 1)
    #expect(late.errors.contains("it took longer than the time limit of a trial, 1 s"))
    let small = try workplace.rlrun(
      "search", "train", "CartPole-v1", "--steps", "128", "--space", "ppo.yaml", "--seeds", "0", "--isolate",
      "--trial-memory", "20M", "--experiment", "small")
    #expect(small.status == 1)
    #expect(small.errors.contains("no trial can begin: its process "), "\(small.errors)")
  }

  @Test(arguments: [
    (["--space", "wrong.yaml"], "there is no setting 'learning_rat'"),
    (["--space", "empty.yaml"], "'gamma' has an empty range"),
    (["--space", "condition.yaml"], "'gamma' depends on 'nothing', which is not searched"),
    (["--space", "missing.yaml"], "could not read missing.yaml"),
    (["--space", "good.yaml", "--trials", "0"], "--trials takes a whole number ≥ 1, not 0"),
    (["--space", "good.yaml", "--seeds", "1,3"], "--seeds of a search are consecutive"),
    (["--space", "good.yaml", "--sampler", "grid"], "a grid needs 'steps' for 'gamma'"),
    (["--space", "good.yaml", "--eval-freq", "0", "--pruner", "median"], "ppo reports nothing on the way"),
    (["--space", "good.yaml", "--no-log"], "a search is kept in its log: leave --no-log out"),
    (["--space", "good.yaml", "--exploit-every", "10"], "--exploit-every is for a population"),
  ])
  func `refuses what cannot be searched in one sentence`(options: [String], sentence: String) throws {
    let workplace = try Workplace()
    try workplace.write("gamma: {low: 0.9, high: 0.99}\n", to: "good.yaml")
    try workplace.write("learning_rat: {low: 0.9, high: 0.99}\n", to: "wrong.yaml")
    try workplace.write("gamma: {low: 0.99, high: 0.9}\n", to: "empty.yaml")
    try workplace.write("gamma: {low: 0.9, high: 0.99, when: {nothing: 1}}\n", to: "condition.yaml")
    let result = try workplace.run("rlrun", ["search", "train", "CartPole-v1"] + options)
    #expect(result.status == 2, "\(result.output)")
    #expect(result.errors.contains(sentence), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(try workplace.rlrun("runs").status != 0 || workplace.rlrun("runs").output.hasPrefix("No runs"))
  }
}
