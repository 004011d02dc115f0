import Foundation
import Testing

/// `--where` and `--experiment` choose runs, in every command that takes them.
@Suite struct RunSelectionTests {
  private let workplace: Workplace
  /// Of three runs of a program, by their name.
  private let ids: [String: String]

  init() throws {
    workplace = try Workplace()
    var ids: [String: String] = [:]
    for (name, experiment, lr, arch) in [
      ("a", "first", "0.1", "[32,32]"), ("b", "first", "0.2", "[64, 64]"), ("c", "first-again", "0.1", "[32, 32]"),
    ] {
      let started = try workplace.rlrun(
        "log", "--start", "--experiment", experiment, "--name", name, "--agent", "mine", "--environment", "world",
        "--param", "lr=\(lr)", "--param", "net_arch=\(arch)", "--tag", "place=3")
      let id = started.output.trimmingCharacters(in: .whitespacesAndNewlines)
      try #require(started.status == 0, "\(started.errors)")
      for step in 1...3 {
        try workplace.rlrun("log", id, "loss=\(step)", "acc=0.\(step)", "--step", "\(step)")
      }
      try workplace.rlrun("log", id, "--finish")
      ids[name] = id
    }
    self.ids = ids
  }

  private func run(_ words: [String], status: Int32 = 0) throws -> Output {
    let result = try workplace.run("rlrun", words)
    #expect(result.status == status, "\(words): \(result.output)\(result.errors)")
    return result
  }

  /// The names of the runs for which a condition holds.
  private func names(where condition: String) throws -> String {
    let list = try run(["runs", "--where", condition, "--columns", "name", "--csv"]).output
    return list.split(separator: "\n").dropFirst().sorted().joined()
  }

  /// Those of the three runs whose ids are in `text`.
  private func names(in text: String) -> String { ids.filter { text.contains($0.value) }.keys.sorted().joined() }

  @Test(
    arguments: [
      ("params.net_arch = [32, 32]", "ac"), ("params.net_arch = [32,32]", "ac"), ("params.net_arch = '[32, 32]'", "ac"),
      ("params.net_arch != [32, 32]", "b"), ("params.lr = 0.1", "ac"), ("params.lr = '0.1'", "ac"),
      ("tags.place = 3 and experiment glob 'first-*'", "c"), ("message = none", "abc"), ("name != none", "abc"),
    ])
  func `values are found as they are written elsewhere`(condition: String, expected: String) throws {
    #expect(try names(where: condition) == expected)
  }

  @Test func `every reading command takes runs by a condition`() throws {
    let condition = ["--where", "params.lr = 0.1"]
    #expect(names(in: try run(["export"] + condition).output) == "ac")
    #expect(names(in: try run(["export", "--experiment", "first"] + condition).output) == "a")
    #expect(names(in: try run(["export", ids["b"]!, ids["a"]!] + condition).output) == "a")
    #expect(names(in: try run(["export", "--experiment", "first*"]).output) == "abc")
    #expect(names(in: try run(["export", "--experiment", "first-?gain"]).output) == "c")
    #expect(names(in: try run(["show"] + condition).output) == "ac")
    #expect(names(in: try run(["verify"] + condition).output) == "ac")
    #expect(names(in: try run(["debug", "--no-chart"] + condition).output) == "ac")
    #expect(names(in: try run(["repair"] + condition).output) == "ac")
    #expect(names(in: try run(["diff"] + condition).output) == "ac")
    #expect(names(in: try run(["compare", "--metric", "loss", "--json"] + condition).output) == "ac")
    #expect(try run(["plot", "--metric", "loss"] + condition).output.contains("loss"))
    let tail = try run(["tail", "--where", "name = 'b'", "--metric", "ac*"]).output
    #expect(tail.split(separator: "\n").count == 3 && !tail.contains("loss"))
    #expect(try run(["tail"] + condition, status: 2).errors.contains("tail takes one run; there are 2"))
    #expect(try run(["diff", "--where", "name = 'b'"], status: 2).errors.contains("two runs"))
  }

  @Test func `one run that is named is JSON as ever, and several are a list`() throws {
    func json(_ words: String...) throws -> Any {
      try JSONSerialization.jsonObject(with: Data(run(words + ["--json"]).output.utf8))
    }
    #expect(try json("show", ids["a"]!) is [String: Any])
    #expect(try (json("show", "--where", "name = 'a'") as? [Any])?.count == 1)
    #expect(try (json("show", ids["a"]!, ids["b"]!) as? [Any])?.count == 2)
    #expect(try (json("debug", ids["a"]!) as? [Any])?.isEmpty == true)
    let debugged = try json("debug", "--experiment", "first") as? [[String: Any]]
    #expect(debugged?.compactMap { $0["run"] as? String } == [ids["a"]!, ids["b"]!])
  }

  @Test(arguments: [
    "compare", "debug", "delete", "diff", "evaluate", "export", "plot", "profile", "repair", "reproduce", "resume",
    "show", "tail",
    "verify",
  ])
  func `where nothing matches, a field is unknown or a condition wrong, it is said`(command: String) throws {
    let none = try run([command, "--where", "agent = 'x'"], status: 2)
    #expect(none.output.isEmpty && none.errors == "rlrun: No run in 'runs' matches: agent = 'x'\n")
    let unknown = try run([command, "--where", "agnet = 'x'"], status: 2)
    #expect(unknown.errors == "rlrun: no run has a field 'agnet'; did you mean 'agent'?\n")
    let wrong = try run([command, "--where", "agent = x"], status: 2)
    #expect(wrong.errors.hasPrefix("rlrun: in the condition: a text stands in single quotes: 'x' at column 9\n"))
    let pattern = try run([command, "--experiment", "x*"], status: 2)
    #expect(pattern.errors == "rlrun: no experiment in runs matches 'x*'\n")
    if command != "verify" {
      #expect(try run([command], status: 2).errors.contains("name runs, an experiment with --experiment"))
    }
  }

  @Test(arguments: [["note", "words"], ["artifact", "a.csv"], ["predict", "a.csv"], ["log", "x=1"], ["play"]])
  func `commands with other words than runs take a condition too`(words: [String]) throws {
    let none = try run(words + ["--where", "agent = 'x'"], status: 2)
    #expect(none.output.isEmpty && none.errors == "rlrun: No run in 'runs' matches: agent = 'x'\n")
    let unknown = try run(words + ["--where", "agnet = 'x'"], status: 2)
    #expect(unknown.errors == "rlrun: no run has a field 'agnet'; did you mean 'agent'?\n")
    let wrong = try run(words + ["--where", "agent = x"], status: 2)
    #expect(wrong.errors.hasPrefix("rlrun: in the condition: a text stands in single quotes: 'x' at column 9\n"))
    if words[0] == "note" { return }
    let several = try run(words + ["--where", "params.lr = 0.1"], status: 2)
    #expect(several.errors == "rlrun: \(words[0]) takes one run; there are 2: \(ids["a"]!), \(ids["c"]!)\n")
    #expect(several.output.isEmpty)
  }

  @Test func `a note goes to all that match, metrics and artifacts to the one that does`() throws {
    let noted = try run(["note", "--where", "params.lr = 0.1", "slow"]).output
    #expect(names(in: noted) == "ac" && noted.split(separator: "\n").count == 2)
    #expect(names(in: try run(["note", ids["a"]!, ids["b"]!, "seen"]).output) == "ab")
    #expect(try run(["show", ids["c"]!]).output.contains("slow"))
    for words in [["note"], ["note", "latest"], ["artifact", "latest"], ["predict", "latest"]] {
      #expect(try run(words, status: 2).errors.hasPrefix("rlrun: name a run, or choose one with --experiment or"))
    }
    _ = try run(["log", "--where", "name = 'b'", "late=7", "--step", "9"])
    #expect(try names(where: "late = 7") == "b")
    _ = try run(["log", ids["c"]!, "--where", "params.lr = 0.1", "late=8"])
    #expect(try names(where: "late = 8") == "c")
    #expect(
      try run(["log", ids["b"]!, "--where", "params.lr = 0.1", "x=1"], status: 2).errors.contains("No run in 'runs'"))
    #expect(try run(["log", "--start", "--where", "name = 'b'"], status: 2).errors.contains("--start or --where"))
    #expect(try run(["log", "--where", "name = 'b'"], status: 2).errors.contains("name something to record"))
    try workplace.write("1,2", to: "a.csv")
    _ = try run(["log", "--where", "name = 'a'", "--artifact", "a.csv"])
    #expect(try run(["artifact", "--where", "name = 'a'", "a.csv"]).output == "1,2")
    #expect(
      try run(["artifact", "--experiment", "first", ids["a"]!, "--where", "name = 'a'", "a.csv"]).output == "1,2")
  }

  @Test func `policies that match are evaluated and played, and the model that does predicts`() throws {
    try workplace.write("a,b\n" + (0..<60).map { "\($0),\($0 % 2)\n" }.joined(), to: "data.csv")
    _ = try run(["fit", "data.csv", "--target", "b", "--model", "logistic", "--experiment", "fits"])
    _ = try run([
      "train", "FrozenLake-v1", "--agent", "sarsa", "--steps", "200", "--eval-freq", "0", "--eval-episodes", "1",
      "--seeds", "1-2", "--experiment", "lakes",
    ])
    #expect(
      try run(["predict", "--experiment", "fits", "data.csv"]).output
        == run(["predict", "--where", "agent = 'logistic'", "data.csv"]).output)
    let evaluated = try run(["evaluate", "--where", "agent = 'sarsa'", "--episodes", "3"]).output
    #expect(evaluated.split(separator: "\n").count { $0.hasSuffix("3 episodes, deterministic actions") } == 2)
    let text = try run(["evaluate", "--experiment", "lakes", "--experiment", "fits", "--episodes", "3", "--json"])
    let reports = try JSONSerialization.jsonObject(with: Data(text.output.utf8)) as? [[String: Any]]
    #expect(reports?.count == 2 && text.errors.hasPrefix("rlrun: left out: run "))
    let one = try run(["evaluate", "--where", "seed = 2", "--episodes", "3", "--json"]).output
    #expect(try (JSONSerialization.jsonObject(with: Data(one.utf8)) as? [Any])?.count == 1)
    #expect(
      try run(["play", "--where", "agent = 'sarsa'"], status: 2).errors.contains("play takes one run; there are 2"))
    #expect(try !run(["play", "--where", "seed = 2"]).errors.contains("random actions"))
    #expect(try run(["play", "--where", "seed = 2", "--random"], status: 2).errors.contains("a run or --random"))
  }

  @Test func `columns are chosen by patterns`() throws {
    let header = try run(["runs", "--columns", "name,params.*,acc", "--csv"]).output.split(separator: "\n").first
    #expect(header == "name,params.lr,params.net_arch,acc")
    #expect(try run(["runs", "--columns", "parms.*"], status: 2).errors.contains("no run has a field 'parms.*'"))
  }

  @Test func `tags are given to all that match`() throws {
    let tagged = try run(["tag", "--where", "params.lr = 0.1", "stage=solved", "by=me"]).output
    #expect(names(in: tagged) == "ac" && tagged.contains("by=me, stage=solved"))
    #expect(try names(where: "tags.stage = 'solved'") == "ac")
    _ = try run(["tag", ids["b"]!, ids["a"]!, "stage=3"])
    #expect(try names(where: "tags.stage = 3") == "ab")
    #expect(try run(["tag", "latest"], status: 2).errors.contains("pass tags as key=value"))
    #expect(try run(["tag", "latest", "stage"], status: 2).errors.contains("takes key=value, not 'stage'"))
    #expect(try run(["tag", "stage=1"], status: 2).errors.contains("name runs"))
  }

  @Test func `what a condition chooses is deleted once that is confirmed`() throws {
    let refused = try run(["delete", "--where", "params.lr = 0.1"], status: 2)
    #expect(names(in: refused.output) == "ac" && refused.errors == "rlrun: to delete these 2 runs, pass --yes\n")
    #expect(try names(where: "seed = 0") == "abc")
    for (answer, status) in [("n\n", "Nothing is deleted."), ("y\n", "is deleted.")] {
      let asked = try delete(answering: answer, "--where", "name = 'c'")
      #expect(asked.status == 0 && asked.errors.contains("Delete this run? [y/N]"))
      #expect(names(in: asked.output) == "c" && asked.output.hasSuffix(status + "\n"))
    }
    #expect(try names(where: "seed = 0") == "ab")
    let deleted = try run(["delete", "--experiment", "first", "--where", "params.lr > 0.1", "--yes"]).output
    #expect(names(in: deleted) == "b")
    #expect(try run(["delete", ids["a"]!]).output == "Run \(ids["a"]!) is deleted.\n")
    #expect(try run(["delete", ids["b"]!, "--where", "name = 'b'"], status: 2).errors.contains("has been deleted"))
    #expect(try run(["runs", "--csv"]).output.split(separator: "\n").count == 1)
  }

  /// `delete` at a terminal, at which the answer was typed.
  private func delete(answering answer: String, _ words: String...) throws -> Output {
    let terminal = try PseudoTerminal(columns: 80, rows: 24)
    terminal.type(answer)
    let device = FileHandle(fileDescriptor: terminal.device, closeOnDealloc: false)
    let output = Pipe()
    let process = try workplace.start("rlrun", ["delete"] + words, output: output, errors: device, input: device)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Output(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self), errors: terminal.read())
  }

  @Test func `trainings that match are gone on with, profiled and run again`() throws {
    let words = ["train", "CartPole-v1", "--steps", "64", "--set", "n_steps=32", "--set", "batch_size=32"]
    let training = words + ["--eval-freq", "0", "--eval-episodes", "1", "--seeds", "1-2", "--experiment", "poles"]
    _ = try run(training)
    let condition = ["--where", "agent = 'ppo' and seed = 2"]
    #expect(try run(["resume"] + condition).output == "No matching run is left to resume.\n")
    let resumed = try run(["resume", "--steps", "128"] + condition)
    #expect(resumed.output.contains("rlrun show"), "\(resumed.output)")
    let listed = ["runs", "--where", "agent = 'ppo'", "--columns", "seed,steps", "--sort", "seed", "--csv"]
    let steps = try run(listed).output
    #expect(steps == "seed,steps\n1,64\n2,128\n")
    let profiled = try run(["profile", "--experiment", "poles", "--json"]).output
    #expect(try (JSONSerialization.jsonObject(with: Data(profiled.utf8)) as? [Any])?.count == 2)
    let again = try run(["reproduce", "--where", "agent = 'ppo'"]).output
    #expect(again.split(separator: "\n").count { $0.contains("is identical when run again") } == 2, "\(again)")
  }
}
