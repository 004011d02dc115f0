import Learning
import Telemetry

/// Something that learns step by step: an agent in its environment, a model that is fitted epoch by epoch. Conform to it for a
/// kind of learning of your own; a ``RunLoop`` drives it, and when it is evaluated, saved, stopped or rewound is up to the loop.
///
/// ```swift
/// import Learning
/// import Telemetry
///
/// final class Descent: Learner {
///   var (step, x) = (0, 5.0)
///   func advance(reporting sink: any MetricSink, iterated: (Int, Double) throws -> Void) {
///     step += 1
///     x -= 0.1 * 2 * x
///     sink.record("train/loss", x * x, step: step)
///   }
///   func save(into checkpoint: inout Checkpoint) { checkpoint.set("descent", encoding: [Double(step), x]) }
///   func load(from checkpoint: Checkpoint, as restart: Restart) throws {
///     let values: [Double] = try checkpoint.decode("descent")
///     (step, x) = (Int(values[0]), values[1])
///   }
/// }
/// let loop = RunLoop(Descent(), LoopPlan(budget: 100))
/// print(loop.step)  // 0
/// ```
public protocol Learner: AnyObject {
  /// Steps done: transitions, epochs, iterations.
  var step: Int { get }
  /// Whether there is nothing left to learn, so that a run ends before its budget.
  var isFinished: Bool { get }
  /// Whether it can be saved between two advances and go on from there; if not, its first advance is all of it.
  var isStepwise: Bool { get }
  /// Where the time of its advances went so far.
  var times: PhaseTimes { get }
  /// How well it does, for the progress line: a mean return, a loss.
  var figure: Double? { get }

  /// Called once before the first advance, unless `load` was. Records the setup at step 0.
  func begin(reporting sink: any MetricSink) throws
  /// One iteration, one epoch, or all. `iterated` takes the steps and the loss of every iteration of an advance that is all;
  /// it throws to end it.
  func advance(reporting sink: any MetricSink, iterated: (_ step: Int, _ loss: Double) throws -> Void) throws
  /// Scores the learner on the way and records the result; nil if there is nothing to score it on.
  func evaluate(reporting sink: any MetricSink) throws -> Score?
  /// Scores the learner at the end and records the result; returns false if `shouldStop` cut it short.
  func finish(reporting sink: any MetricSink, shouldStop: () -> Bool) throws -> Bool

  /// Saves everything that decides the following steps.
  func save(into checkpoint: inout Checkpoint) throws
  /// Loads what `save` wrote. Throws `CheckpointError` if it does not fit.
  func load(from checkpoint: Checkpoint, as restart: Restart) throws
  /// The finding that an error of `advance`, `evaluate` or `finish` amounts to, which a rewind may be the answer to.
  func finding(for error: any Error) -> Finding?
}

extension Learner {
  public var isFinished: Bool { false }
  public var isStepwise: Bool { true }
  public var times: PhaseTimes { PhaseTimes() }
  public var figure: Double? { nil }
  public func begin(reporting sink: any MetricSink) {}
  public func evaluate(reporting sink: any MetricSink) -> Score? { nil }
  public func finish(reporting sink: any MetricSink, shouldStop: () -> Bool) -> Bool { true }
  public func finding(for error: any Error) -> Finding? { nil }
}

/// How a learner goes on from a checkpoint. In a rewind a learner that draws random numbers moves to the stream given.
///
/// ```swift
/// import Randomness
///
/// func generator(_ generator: CounterGenerator, after restart: Restart) -> CounterGenerator {
///   if case .rewind(let stream) = restart { generator.split(UInt64(stream)) } else { generator }
/// }
/// ```
public enum Restart: Sendable, Hashable {
  /// As if it had never been interrupted.
  case resume
  /// After a rewind: every random generator continues with its independent stream of this number.
  case rewind(stream: Int)
}

/// How good something is, and in which direction it improves: what a learner's `evaluate` returns.
///
/// ```swift
/// let loss = Score("validation/loss", 0.31, .minimize)
/// print(loss.direction.prefers(0.29, to: loss.value))  // true
/// ```
public struct Score: Sendable, Hashable {
  public var metric: Metric
  public var value: Double
  public var direction: ScoreDirection

  public init(_ metric: Metric, _ value: Double, _ direction: ScoreDirection) {
    (self.metric, self.value, self.direction) = (metric, value, direction)
  }
}
