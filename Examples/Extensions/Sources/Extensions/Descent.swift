import Debugger
import Learning
import Runs
import Settings
import Telemetry
import Tracker

/// A kind of run of one's own: gradient descent on a parabola, a step at a time. It is logged, watched, resumed and reproduced
/// as trainings and fits are.
struct Descent: LearnerConfiguration {
  static let kind: RunKind = "descent"
  static let unit = StepUnit.steps
  static let budgetParameter: String? = "steps"
  static let settings: [Setting<Descent>] =
    [.number("start", \.start), .rules(\.debugger, actions: \.actions)] + Setting.actions(\.actions)

  var start = 10.0
  var rate: Double
  var plan: LoopPlan
  var debugger = DebuggerSettings()
  var actions = FindingActions()

  init(rate: Double, steps: Int) {
    self.rate = rate
    plan = LoopPlan(budget: steps)
  }

  init(of description: RunDescription) throws {
    self.init(rate: 0, steps: description.budget)
    self = try changing(description.hyperparameters)
    try readSettings(of: description)
  }

  var recordedSubject: String { "gradient_descent" }
  var recordedTarget: String { "parabola" }
  var hyperparameters: [String: HyperparameterValue] { ["learning_rate": .number(rate)] }

  func changing(_ hyperparameters: [String: HyperparameterValue]) throws -> Descent {
    var changed = self
    if case .number(let rate)? = hyperparameters["learning_rate"] { changed.rate = rate }
    return changed
  }

  func makeLearner(seed: UInt64, in context: RunContext) -> Descender { Descender(x: start, rate: rate) }
}

/// x ← x − rate · dx²/dx
final class Descender: Learner {
  private(set) var step = 0
  private var x: Double
  private let rate: Double

  init(x: Double, rate: Double) { (self.x, self.rate) = (x, rate) }

  func advance(reporting sink: any MetricSink, iterated: (_ step: Int, _ loss: Double) throws -> Void) {
    step += 1
    x -= rate * 2 * x
    sink.record("train/loss", x * x, step: step)
  }

  func save(into checkpoint: inout Checkpoint) { checkpoint.set("descent", encoding: [Double(step), x]) }

  func load(from checkpoint: Checkpoint, as restart: Restart) throws {
    let numbers: [Double] = try checkpoint.decode("descent")
    (step, x) = (Int(numbers[0]), numbers[1])
  }
}
