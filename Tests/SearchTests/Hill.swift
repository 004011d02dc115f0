import Debugger
import Files
import Foundation
import Learning
import Randomness
import Runs
import Search
import Settings
import Telemetry
import Tracker

/// A kind of run that learns nothing: its score is a hill over two settings, with noise that its seed decides.
struct Hill: LearnerConfiguration {
  static let kind: RunKind = "hill"
  static let unit = StepUnit.steps
  static let budgetParameter: String? = "steps"
  static let settings: [Setting<Hill>] =
    [.number("noise", \.noise), .rules(\.debugger, actions: \.actions)] + Setting.actions(\.actions)

  var noise: Double
  var hyperparameters: [String: HyperparameterValue]
  var plan: LoopPlan
  var debugger = DebuggerSettings()
  var actions = FindingActions()

  /// Its score is highest, 0, at x = 0.3 and the mode `best`.
  init(x: Double = 0.9, noise: Double = 0, steps: Int = 4) {
    // Whoever has one may ask what its kind can do.
    _ = Self.isRegistered
    self.noise = noise
    hyperparameters = ["x": .number(x), "mode": .text("good")]
    plan = LoopPlan(budget: steps)
  }

  init(of description: RunDescription) throws {
    self.init(steps: description.budget)
    self = try changing(description.hyperparameters)
    try readSettings(of: description)
  }

  var recordedSubject: String { "climber" }
  var recordedTarget: String { "hill" }

  func changing(_ hyperparameters: [String: HyperparameterValue]) throws -> Hill {
    var changed = self
    changed.hyperparameters.merge(hyperparameters) { $1 }
    return changed
  }

  func makeLearner(seed: UInt64, in context: RunContext) throws -> Climber {
    let x = try hyperparameters["x"]!.number(for: "x", in: .finite)
    if x > 0.95 { throw HyperparameterError("x is too steep") }
    return Climber(x: x, isBest: hyperparameters["mode"] == .text("best"), noise: noise, seed: seed)
  }
}

final class Climber: Learner {
  private(set) var step = 0
  /// The sum of the heights it was at.
  private var climbed = 0.0
  private let height: Double

  init(x: Double, isBest: Bool, noise: Double, seed: UInt64) {
    var generator = CounterGenerator(SeedSequence(seed))
    let draw = Double(generator.next32()) / Double(UInt32.max)
    height = -(x - 0.3) * (x - 0.3) - (isBest ? 0 : 0.2) + noise * (2 * draw - 1)
  }

  func advance(reporting sink: any MetricSink, iterated: (_ step: Int, _ loss: Double) throws -> Void) {
    step += 1
    climbed += height
    sink.record("eval/height", height * Double(step) / 10, step: step)
  }

  func finish(reporting sink: any MetricSink, shouldStop: () -> Bool) -> Bool {
    sink.record("final/height", height, step: step)
    sink.record("final/climbed", climbed, step: step)
    return true
  }

  func save(into checkpoint: inout Checkpoint) { checkpoint.set("climber", encoding: [Double(step), climbed]) }
  func load(from checkpoint: Checkpoint, as restart: Restart) throws {
    let numbers: [Double] = try checkpoint.decode("climber")
    (step, climbed) = (Int(numbers[0]), numbers[1])
  }
}

extension Hill {
  /// Registered once a process.
  static let isRegistered: Bool = {
    RunKinds.register(Hill.self)
    RunKinds.register(SearchConfiguration.self)
    return true
  }()
}
