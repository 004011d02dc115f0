import ArgumentParser
import Debugger
import Foundation
import Telemetry
import Tracker
import Training

struct DebuggerBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debugger",
    abstract: "What the default rules cost: a point, a replay of a million points, and trainings with and without.",
    discussion: """
      A training without has --rules none and --watch-every 0; both sides write their logs. Each round trains both, one
      after the other, on one core; processor time is compared, as the median of the rounds' ratios.
      """)

  @Option(help: "How often each training is measured.")
  var rounds = 7

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  private static let points = 1_000_000

  func validate() throws {
    if rounds < 1 { throw ValidationError("--rounds takes a whole number ≥ 1, not \(rounds)") }
  }

  func run() throws {
    _ = try keepOnOneCore(core)
    let record = try recorded()
    let asked = RuleCatalogue.defaults.reduce(0) { count, rule in
      count + record.series.count { series in rule.watches.contains { $0.subject(of: series.metric) != nil } }
    }
    var table = Table("", "measured", "asked")
    var debugger = RuleEngine()
    var found = 0
    let inspecting = timed {
      for index in 0..<Self.points / record.series.count {
        for series in record.series {
          found += debugger.inspect(series.metric, series.values[index], step: index).count
        }
      }
    }
    let perRule = inspecting.cpuSeconds / Double(Self.points) * Double(record.series.count) / Double(asked) * 1e9
    table.add("a rule inspects a point", String(format: "%.0f ns", perRule), "< 100 ns")
    var fresh = RuleEngine()
    let replay = timed { found += fresh.replay(record).count }
    table.add("replay of 1,000,000 points", String(format: "%.2f s", replay.cpuSeconds), "< 1 s")
    for (agent, environment, steps) in [("ppo", "CartPole-v1", 100_000), ("sac", "Pendulum-v1", 1_000)] {
      var ratios: [Double] = []
      for round in 1...rounds {
        let with = try train(agent, environment, steps, seed: UInt64(round), watched: true)
        let without = try train(agent, environment, steps, seed: UInt64(round), watched: false)
        ratios.append(with / without)
      }
      table.add(
        "\(agent) \(environment), \(grouped(Double(steps))) steps, with over without",
        String(
          format: "%+.1f %% (%+.1f to %+.1f)", 100 * (median(ratios) - 1), 100 * (ratios.min()! - 1),
          100 * (ratios.max()! - 1)), "≤ 2 %")
    }
    print("Default rules: \(RuleCatalogue.defaults.count); medians of \(rounds) pairs\n")
    print(table.text)
    if found < 0 { print(found) }
  }

  /// A run of PPO's series with a million points, each series of its own last value and a little more.
  private func recorded() throws -> RunRecord {
    let configuration = try TrainingConfiguration(
      environment: "CartPole-v1", agent: "ppo", preset: .zoo, values: ["n_timesteps": .integer(20_000)])
    var record = try MeasuredTraining(configuration, seed: 1).record
    let kept = record.series.filter { $0.values.count > 10 }
    let count = Self.points / kept.count
    record.series = kept.map { series in
      let values = (0..<count).map { series.values[$0 % series.values.count] }
      return Tracker.Series(
        metric: series.metric, steps: Array(0..<count), wallTimes: (0..<count).map(Int64.init), values: values)
    }
    return record
  }

  /// Processor seconds of a training.
  private func train(
    _ agent: String, _ environment: String, _ steps: Int, seed: UInt64, watched: Bool
  ) throws -> Double {
    var configuration = try TrainingConfiguration(
      environment: environment, agent: agent, preset: .zoo, values: ["n_timesteps": .integer(steps)])
    if !watched {
      configuration.debugger = try DebuggerSettings(selection: "none")
      configuration.watchInterval = 0
    }
    return try MeasuredTraining(configuration, seed: seed).cpuSeconds
  }
}
