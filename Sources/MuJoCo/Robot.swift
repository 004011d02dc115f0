import RLCore
import Randomness

/// What a task adds to MuJoCo: how an episode begins, what is seen, rewarded and ends an episode. The numbers are
/// Gymnasium's, operation by operation.
package protocol Robot: Sendable {
  /// Gymnasium's model.
  static var file: String { get }
  static var size: ModelSize { get }
  /// The bounds of each action, the same for all in Gymnasium's models, and how many there are.
  static var actions: (count: Int, bound: Float) { get }
  static var timeLimit: Int { get }
  static var rewardThreshold: Double? { get }
  /// What the rules read of a model of one's own: at least so much of everything, and bodies of these names.
  static var leastSize: ModelSize { get }
  static var bodies: [StaticString] { get }
  /// Whether observations or rewards are about contact forces, which are computed only then.
  static var readsContactForces: Bool { get }

  /// A model of one's own in place of Gymnasium's.
  var xmlFile: String? { get }
  /// Steps of the engine for a step of the environment.
  var frameSkip: Int { get }

  func observationWidth(_ size: ModelSize) -> Int
  /// What is wrong with a model of one's own; nil for nothing.
  func flaw(of model: Model) -> String?
  /// Writes the positions and velocities in which an episode begins.
  func begin(_ simulation: Simulation, using generator: inout PCG64)
  /// The position along x from which the speed of the next step is measured.
  func position(_ simulation: Simulation) -> Double
  /// After a step that began at `position`, of `seconds`.
  func outcome(_ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>) -> Outcome
  func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>)
}

extension Robot {
  package static var bodies: [StaticString] { [] }
  package static var readsContactForces: Bool { false }
  package static var rewardThreshold: Double? { nil }
  package static var timeLimit: Int { 1000 }
  package func flaw(of model: Model) -> String? { nil }
  package func position(_ simulation: Simulation) -> Double { simulation.qpos[0] }
}

/// The options that all robots that walk or swim have.
package struct Locomotion: Sendable {
  package var xmlFile: String?
  package var frameSkip: Int
  package var forwardRewardWeight, controlCostWeight, resetNoiseScale: Double
  package var excludesPosition: Bool

  package init(
    xmlFile: String?, frameSkip: Int, forwardRewardWeight: Double, controlCostWeight: Double, resetNoiseScale: Double,
    excludesPosition: Bool
  ) {
    (self.xmlFile, self.frameSkip) = (xmlFile, frameSkip)
    (self.forwardRewardWeight, self.controlCostWeight) = (forwardRewardWeight, controlCostWeight)
    (self.resetNoiseScale, self.excludesPosition) = (resetNoiseScale, excludesPosition)
  }

  /// Of a step that ends at `position`.
  func forwardReward(from before: Double, to position: Double, seconds: Double) -> Double {
    forwardRewardWeight * ((position - before) / seconds)
  }

  /// In single precision, as NumPy computes with actions.
  func controlCost(_ action: Span<Float>) -> Double { Double(Float(controlCostWeight) * sumOfSquares(action)) }
}

/// What keeps a robot alive.
package struct Health: Sendable {
  package var reward: Double
  package var terminates: Bool
  package init(reward: Double, terminates: Bool) { (self.reward, self.terminates) = (reward, terminates) }

  func reward(_ isHealthy: Bool) -> Double { isHealthy ? reward : 0 }
  func ending(_ isHealthy: Bool) -> Ending { terminates && !isHealthy ? .terminated : .none }
}

/// Writes an observation number by number.
struct ObservationWriter {
  private var next: UnsafeMutablePointer<Double>
  init(_ start: UnsafeMutablePointer<Double>) { next = start }

  mutating func write(_ value: Double) {
    next.pointee = value
    next += 1
  }

  mutating func write(_ place: Place) {
    write(place.x)
    write(place.y)
    write(place.z)
  }

  mutating func write(_ column: UnsafePointer<Double>, _ range: Range<Int>) {
    next.update(from: column + range.lowerBound, count: range.count)
    next += range.count
  }

  mutating func write(_ column: UnsafePointer<Double>, _ range: Range<Int>, clippedTo bounds: ClosedRange<Double>) {
    for index in range { write(clip(column[index], to: bounds)) }
  }
}

/// NumPy's `clip`: NaN stays NaN.
func clip(_ value: Double, to bounds: ClosedRange<Double>) -> Double {
  value < bounds.lowerBound ? bounds.lowerBound : value > bounds.upperBound ? bounds.upperBound : value
}

/// Whether `bounds` has the number strictly inside.
func isInside(_ value: Double, _ bounds: ClosedRange<Double>) -> Bool {
  bounds.lowerBound < value && value < bounds.upperBound
}
