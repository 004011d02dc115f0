import Foundation
import Testing

/// A screen of 80 columns and 24 lines: what is printed for people fits in its width and says the main thing on top.
@Suite struct PageWidthTests {
  private let workplace: Workplace

  /// Trainings of two agents with five seeds, one of PPO that fails, a fit of many classes, and a program's run with long
  /// names.
  init() throws {
    workplace = try Workplace()
    try workplace.write(
      "size,place,kind\n" + (0..<120).map { "\($0 % 17).5,place \($0 % 3),class_\($0 % 12)_of_them\n" }.joined(),
      to: "data.csv")
    for (agent, rate) in [("q_learning", "0.1"), ("q_learning", "0.2"), ("sarsa", "0.1")] {
      try succeed(
        "train", "FrozenLake-v1:is_slippery=false", "--agent", agent, "--set", "learning_rate=\(rate)", "--seeds",
        "1-5",
        "--steps", "1000", "--eval-freq", "500", "--experiment", "a_lake_of_ice")
    }
    try succeed(
      "train", "CartPole-v1", "--steps", "512", "--set", "n_steps=32", "--set", "batch_size=32", "--set",
      "learning_rate=0.5", "--eval-freq", "0", "--eval-episodes", "1", "--experiment", "poles", "--seed", "3")
    try succeed("fit", "data.csv", "--target", "kind", "--model", "logistic", "--experiment", "fits")
    try succeed("fit", "data.csv", "--target", "kind", "--model", "linear", "--experiment", "none", status: 2)
    try succeed(
      "log", "--start", "--experiment", "mine", "--name", "a name that goes on and on and on and on and on and on",
      "--tag", "description=\(String(repeating: "word ", count: 30))", "--param",
      "path=/\(String(repeating: "folder/", count: 20))")
    try succeed(
      "log", "latest", "loss/of/a/metric/with/a/very/long/name/indeed/and/more/of/it/that/no/table/holds=0.123")
  }

  private func succeed(_ arguments: String..., status: Int32 = 0) throws {
    let result = try workplace.run("rlrun", arguments)
    #expect(result.status == status, "\(arguments): \(result.errors)")
  }

  /// Standard output where the screen has so many columns.
  private func page(_ arguments: [String], columns: Int = 80) throws -> [String] {
    let result = try workplace.run("/usr/bin/env", ["COLUMNS=\(columns)", "rlrun"] + arguments)
    #expect(result.status == 0 || arguments[0] == "verify", "\(arguments): \(result.errors)")
    return result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func id(_ condition: String) throws -> String {
    let list = try workplace.rlrun("runs", "--where", condition, "--columns", "id").output
    return String(try #require(list.split(separator: "\n").dropFirst().first))
  }

  @Test func `nothing that is printed for people is wider than the screen`() throws {
    let (first, second) = (try id("experiment = 'a_lake_of_ice'"), try id("experiment = 'poles'"))
    let (fit, program) = (try id("experiment = 'fits'"), try id("experiment = 'mine'"))
    let commands = [
      ["runs"], ["runs", "--columns", "id,name,tags.description,started,params.path"],
      ["runs", "--where", "agent = 'nobody' or agent = 'nobody else' or environment = 'nowhere' or seed > 1000000"],
      ["show", first], ["show", second], ["show", fit], ["show", program],
      ["compare", "--experiment", "a_lake_of_ice"],
      ["compare", "--experiment", "a_lake_of_ice", "--experiment", "poles"], ["compare", "--experiment", "fits"],
      ["diff", first, second], ["diff", second, program], ["verify"], ["verify", second], ["profile", second],
      ["evaluate", first, "--episodes", "3"], ["envs"], ["env", "FrozenLake-v1"], ["env", "LunarLander-v3"], ["agents"],
      ["agents", "ppo"], ["agents", "sac"], ["models"], ["models", "mlp"], ["rules"], ["rules", "Overfit"],
      ["rules", "ApproxKLSpike"], ["check", "Taxi-v4"], ["gc", "--dry-run"], ["reproduce", first],
      ["train", "CartPole-v1", "--dry-run"],
      [
        "train", "FrozenLake-v1", "--agent", "sarsa", "--seeds", "1-5", "--steps", "500", "--eval-freq", "0",
        "--experiment", "an_experiment_whose_name_is_long_too",
      ],
      ["fit", "data.csv", "--target", "kind", "--model", "logistic"],
      ["fit", "data.csv", "--target", "kind", "--model", "logistic", "--seeds", "1-2"],
      ["plot", "--experiment", "a_lake_of_ice"],
    ]
    for command in commands {
      let lines = try page(command)
      let wide = lines.filter { $0.count > 80 }
      #expect(wide.isEmpty, "rlrun \(command.joined(separator: " ")):\n\(wide.joined(separator: "\n"))")
      #expect(lines.count > 1)
    }
  }

  @Test func `the main thing is in the first 24 lines`() throws {
    let lake = "a_lake_of_ice"
    let runs = try page(["runs", "--experiment", lake]).prefix(24).joined(separator: "\n")
    #expect(runs.contains("mean_reward") && runs.contains("sarsa") && runs.contains("finished"))
    let shown = try page(["show", try id("experiment = '\(lake)'")])
    let score = try #require(shown.firstIndex { $0.contains("final/mean_reward") })
    #expect(score < 10, "\(shown.prefix(24).joined(separator: "\n"))")
    let fit = try page(["show", try id("experiment = 'fits'")]).prefix(24)
    #expect(fit.contains { $0.contains("accuracy") })
    let compared = try page(["compare", "--experiment", lake])
    #expect(compared.count <= 25, "\(compared.joined(separator: "\n"))")
    #expect(compared.contains { $0.hasPrefix("q_learning learning_rate=0.2") })
  }

  @Test func `what a narrow screen has no place for is named, and --wide or a pipe has it all`() throws {
    let narrow = try page(["runs"])
    let note = try #require(narrow.first { $0.hasPrefix("Not shown: ") })
    #expect(note.contains("started") && note.contains("--wide") && note.contains("--columns"))
    let wide = try page(["runs", "--wide"])
    #expect(wide[0].contains("started") && !wide.contains { $0.hasPrefix("Not shown") })
    #expect(wide.joined(separator: "\n") == (try workplace.rlrun("runs").output))
    #expect(try page(["compare", "--experiment", "a_lake_of_ice", "--wide"])[0].hasPrefix("differs"))
  }

  @Test func `several experiments are read together, and one that is not there is a sentence`() throws {
    for command in [["compare", "--csv"], ["export", "--what", "episodes"], ["runs", "--csv"]] {
      let result = try workplace.run("rlrun", command + ["--experiment", "a_lake_of_ice", "--experiment", "poles"])
      #expect(result.status == 0 && result.output.contains("sarsa") && result.output.contains("CartPole-v1"))
      let wrong = try workplace.run("rlrun", command + ["--experiment", "poles", "--experiment", "a_lake_of_icee"])
      #expect(wrong.status == 2 && wrong.output.isEmpty)
      #expect(
        wrong.errors
          == "rlrun: there are no runs of an experiment 'a_lake_of_icee' in runs; did you mean 'a_lake_of_ice'?\n")
    }
    let order = try workplace.rlrun(
      "runs", "--experiment", "poles", "--experiment", "a_lake_of_ice", "--columns", "agent")
    #expect(order.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.last == "ppo")
  }

  @Test func `chosen columns are CSV and JSON too`() throws {
    let csv = try workplace.rlrun(
      "runs", "--experiment", "poles", "--columns", "seed,params.n_steps,final/mean_reward,started,condition", "--csv")
    let rows = csv.output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows[0] == ["seed", "params.n_steps", "final/mean_reward", "started", "condition"])
    #expect(rows.count == 2 && rows[1].count == 5 && rows[1][0] == "3" && rows[1][1] == "32" && rows[1][4].isEmpty)
    #expect(try #require(Double(rows[1][3])) > 1.7e9)
    let json = try workplace.rlrun("runs", "--experiment", "poles", "--columns", "seed,started,condition", "--json")
    let runs = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(runs.count == 1 && runs[0].count == 3 && runs[0]["seed"] as? Int == 3 && runs[0]["condition"] is NSNull)
    let started = try #require(runs[0]["started"] as? String)
    #expect(started.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil, "\(started)")
    #expect(try workplace.rlrun("runs", "--columns", "id,seed,id").status == 2)
  }

  @Test func `times are printed with their zone`() throws {
    func started(_ zone: String, _ arguments: String...) throws -> String {
      try workplace.run("/usr/bin/env", ["TZ=\(zone)", "rlrun"] + arguments).output
    }
    let id = try id("experiment = 'poles'")
    for (zone, suffix) in [("UTC", "Z"), ("XST-5:30", "+05:30"), ("YST8", "-08:00")] {
      let list = try started(zone, "runs", "--experiment", "poles", "--columns", "started")
      let time = try #require(list.split(separator: "\n").last)
      #expect(time.hasSuffix(suffix) && time.count == 19 + suffix.count, "\(time)")
      #expect(try started(zone, "show", id).contains("started \(time)"))
      // JSON says the same in every zone.
      #expect(try started(zone, "show", id, "--json").contains(/"start" : "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"/))
    }
  }

  @Test func `a wide export is data to fit, whatever its metrics are called`() throws {
    try succeed("log", "--start", "--experiment", "odd")
    for step in 1...12 {
      try succeed("log", "latest", "run=\(step % 2)", "step=\(step)", "loss=\(Double(step) / 2)", "--step", "\(step)")
    }
    let csv = try workplace.rlrun("export", "--experiment", "odd", "--layout", "wide").output
    let columns = try #require(csv.split(separator: "\n").first).split(separator: ",")
    #expect(
      columns == [
        "experiment", "run", "seed", "agent", "environment", "step", "wall_time", "loss", "metric/run", "metric/step",
      ])
    try workplace.write(csv, to: "odd.csv")
    try succeed("fit", "odd.csv", "--target", "loss", "--model", "linear")
    // A list's fields are others: there is no field 'run', but one called 'steps'.
    let listed = try workplace.rlrun("runs", "--experiment", "odd", "--columns", "run,steps", "--csv").output
    #expect(listed == "run,steps\n0,12\n")
  }
}
