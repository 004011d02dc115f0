import Files
import Formats
import Foundation
import Learning
import Runs
import Search
import Settings
import Telemetry
import Tracker
import Tuning

/// What a search costs beside what is tried: trials that do nothing, and looking at a search of many.
struct TrialTable {
  /// Of each search.
  static let trials = [1_000, 10_000]

  func print() throws {
    RunKinds.register(Nothing.self)
    RunKinds.register(SearchConfiguration.self)
    var table = Table("trials that do nothing", "sampler", "ms each", "ms each of the last 100", "ms to look at all")
    for count in Self.trials {
      for sampler in [SamplerName.random, .tpe] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-bench-search-\(getpid())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(path: folder.path, create: true)
        var configuration = try SearchConfiguration(
          of: Nothing(), space: Self.space, metric: "final/score", direction: .maximize)
        (configuration.trials, configuration.sampler, configuration.freshSeeds) = (count, sampler, 0)
        let search = try SearchRun.start(configuration, seed: 1, experiment: "bench", in: store)
        let start = MonotonicClock.seconds
        var last = start
        try search.search(shouldStop: { false }) { state in
          if state.endedTrials <= count - 100 { last = MonotonicClock.seconds }
        }
        let end = MonotonicClock.seconds
        // The first look writes the catalogue that the others read, as a list of runs does.
        _ = try SearchOverview(search.id, in: store)
        let before = MonotonicClock.seconds
        let trials = try SearchOverview(search.id, in: store).state.trials.count
        precondition(trials == count + 1)
        table.add(
          "\(count)", sampler.rawValue, milliseconds((end - start) / Double(count + 1)),
          milliseconds((end - last) / 100), milliseconds(MonotonicClock.seconds - before))
      }
    }
    Swift.print("\n\(table.text)")
  }

  private func milliseconds(_ seconds: Double) -> String { String(format: "%.1f", seconds * 1000) }

  private static let space = try! SearchSpace([
    SearchParameter("x", .real(low: 0, high: 1, log: false, steps: nil)),
    SearchParameter("y", .real(low: 1e-5, high: 1, log: true, steps: nil)),
    SearchParameter("kind", .choice([.text("a"), .text("b"), .text("c")])),
  ])
}

/// A run of one step that computes nothing.
private struct Nothing: LearnerConfiguration {
  static let kind: RunKind = "nothing"
  static let unit = StepUnit.steps
  static let settings: [Setting<Nothing>] = []

  var hyperparameters: [String: HyperparameterValue] = ["x": .number(0.5), "y": .number(0.1), "kind": .text("a")]
  var plan = LoopPlan(budget: 1)
  var actions = FindingActions()
  var recordedSubject: String { "nothing" }
  var recordedTarget: String { "nothing" }

  init() {}
  init(of description: RunDescription) throws { hyperparameters.merge(description.hyperparameters) { $1 } }

  func changing(_ hyperparameters: [String: HyperparameterValue]) throws -> Nothing {
    var changed = self
    changed.hyperparameters.merge(hyperparameters) { $1 }
    return changed
  }

  func makeLearner(seed: UInt64, in context: RunContext) throws -> Step {
    Step(score: -abs(try hyperparameters["x"]!.number(for: "x", in: .finite) - 0.3))
  }

  final class Step: Learner {
    private(set) var step = 0
    private let score: Double

    init(score: Double) { self.score = score }

    func advance(reporting sink: any MetricSink, iterated: (_ step: Int, _ loss: Double) throws -> Void) { step = 1 }
    func finish(reporting sink: any MetricSink, shouldStop: () -> Bool) -> Bool {
      sink.record("final/score", score, step: step)
      return true
    }
    func save(into checkpoint: inout Checkpoint) { checkpoint.set("step", encoding: step) }
    func load(from checkpoint: Checkpoint, as restart: Restart) throws { step = try checkpoint.decode("step") }
  }
}
