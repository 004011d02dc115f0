import ArgumentParser
import Foundation
import Settings
import Tuning

struct SearchBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Samplers and pruners beside Optuna's.",
    discussion: """
      Regret: how far the best of 100 trials is above the minimum, means over 30 seeds with bootstrap 95% intervals, on functions
      that the settings of our Parzen estimator were not chosen on; --choosing shows those that they were. Pruning:
      everybody stops the same recorded curves of networks that learn scikit-learn's digits, in the same orders.
      """)

  @Option(help: "How many seeds, and orders of the curves.")
  var seeds = 30

  @Option(help: "The trials of a search.")
  var trials = 100

  @Flag(help: "Only the functions that settings were chosen on, without peers.")
  var choosing = false

  @Option(help: "Only tables whose name contains this: regret, proposals, trials, pruning.")
  var only: String?

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  func validate() throws {
    if seeds < 2 { throw ValidationError("--seeds takes a whole number ≥ 2, not \(seeds)") }
    if trials < 1 { throw ValidationError("--trials takes a whole number ≥ 1, not \(trials)") }
  }

  /// A line of search.py.
  struct Figures: Decodable {
    var version: String
    var best: Double
    var cpuSeconds: Double
    var epochs: Int?
    /// A point and its loss.
    var values: [String: HyperparameterValue]?
    var score: Double?
  }

  static let peer = Peer(name: "Optuna", variable: "PEERS", script: "search.py")

  func run() throws {
    print("core \(try keepOnOneCore(core)), one thread")
    func wants(_ name: String) -> Bool { only.map(name.contains) ?? true }
    if wants("regret") {
      try RegretTable(seeds: seeds, trials: trials, hasPeers: !choosing)
        .print(choosing ? SearchFunctions.choosing : SearchFunctions.reported)
    }
    if choosing { return }
    if wants("proposals") { try ProposalTable().print() }
    if wants("trials") { try TrialTable().print() }
    if wants("pruning") { try PruningTable(orders: seeds).print() }
  }
}
