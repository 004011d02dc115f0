import Foundation
import Testing

/// What is chosen of the runs of several experiments, for people and for programs.
@Suite struct RunChoiceTests {
  private let workplace: Workplace

  /// A training in either of two experiments.
  init() throws {
    workplace = try Workplace()
    try succeed(
      "train", "FrozenLake-v1", "--agent", "sarsa", "--steps", "500", "--eval-freq", "0", "--experiment",
      "a_lake_of_ice")
    try succeed(
      "train", "CartPole-v1", "--steps", "64", "--set", "n_steps=32", "--set", "batch_size=32", "--eval-freq", "0",
      "--eval-episodes", "1", "--experiment", "poles", "--seed", "3")
  }

  private func succeed(_ arguments: String...) throws {
    let result = try workplace.run("rlrun", arguments)
    #expect(result.status == 0, "\(arguments): \(result.errors)")
  }

  private func id(_ condition: String) throws -> String {
    let list = try workplace.rlrun("runs", "--where", condition, "--columns", "id").output
    return String(try #require(list.split(separator: "\n").dropFirst().first))
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
