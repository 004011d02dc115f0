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
        "1-5", "--steps", "1000", "--eval-freq", "500", "--experiment", "a_lake_of_ice")
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
    let start = try #require(narrow.firstIndex { $0.hasPrefix("Not shown: ") })
    let note = narrow[start...].joined(separator: " ")
    #expect(note.contains("started") && note.contains("--wide") && note.contains("--columns"))
    let wide = try page(["runs", "--wide"])
    #expect(wide[0].contains("started") && !wide.contains { $0.hasPrefix("Not shown") })
    #expect(wide.joined(separator: "\n") == (try workplace.rlrun("runs").output))
    #expect(try page(["compare", "--experiment", "a_lake_of_ice", "--wide"])[0].hasPrefix("differs"))
  }
}
