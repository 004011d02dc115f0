import BLASBridge
import Settings
import Telemetry

/// T steps of N environments as columns, filled anew by every collection of an on-policy algorithm.
final class Segment {
  let steps: Int
  let environmentCount: Int
  /// F, the numbers of an observation as a network takes it.
  let featureWidth: Int
  let actionWidth: Int
  var count: Int { steps * environmentCount }

  /// `[T, N, F]`
  let features: FloatBuffer
  /// `[T, N, A]`, counted from 0.
  let actions: FloatBuffer
  /// `[T, N, choices]`: which choices there were; nil where actions are not masked.
  let masks: UnsafeMutablePointer<Bool>?
  let maskWidth: Int
  /// `[T, N]` each.
  let logProbabilities: FloatBuffer
  let rewards: FloatBuffer
  let endings: UnsafeMutablePointer<Ending>
  let values: FloatBuffer
  let finalValues: FloatBuffer
  let advantages: FloatBuffer
  let returns: FloatBuffer

  /// `[K, F]`: the final observations of the K truncated steps so far, and which steps they belong to.
  private let truncatedFeatures: FloatBuffer
  private let truncatedValues: FloatBuffer
  private let truncatedIndices: UnsafeMutablePointer<Int32>
  private var truncatedCount = 0
  /// `[N]`: V of the observations after the last step.
  private let nextValues: FloatBuffer

  init(steps: Int, environmentCount: Int, features featureWidth: Int, actionWidth: Int, maskWidth: Int = 0) {
    self.steps = steps
    self.environmentCount = environmentCount
    self.featureWidth = featureWidth
    self.actionWidth = actionWidth
    let count = steps * environmentCount
    self.maskWidth = maskWidth
    masks = maskWidth > 0 ? .allocate(capacity: count * maskWidth) : nil
    masks?.initialize(repeating: true, count: count * maskWidth)
    features = FloatBuffer(count: count * featureWidth)
    actions = FloatBuffer(count: count * actionWidth)
    logProbabilities = FloatBuffer(count: count)
    rewards = FloatBuffer(count: count)
    endings = .allocate(capacity: count)
    endings.initialize(repeating: .none, count: count)
    values = FloatBuffer(count: count)
    finalValues = FloatBuffer(count: count)
    advantages = FloatBuffer(count: count)
    returns = FloatBuffer(count: count)
    truncatedFeatures = FloatBuffer(count: count * featureWidth)
    truncatedValues = FloatBuffer(count: count)
    truncatedIndices = .allocate(capacity: count)
    nextValues = FloatBuffer(count: environmentCount)
  }

  /// The bytes that a segment takes, and the shuffled indices of its rows.
  static func bytes(steps: Int, environmentCount: Int, for environment: EnvironmentSpecification, masked: Bool)
    -> Double
  {
    let (width, actionWidth) = (ObservationEncoding(environment.observationSpace).width, environment.actionSpace.width)
    let row = 4 * (2 * width + actionWidth + 9) + 1 + (masked ? environment.maskWidth ?? 0 : 0)
    return Double(steps) * Double(environmentCount) * Double(row)
  }

  /// Throws where a segment has more rows than can be numbered.
  static func check(steps: Int, environmentCount: Int) throws(HyperparameterError) {
    guard Double(steps) * Double(environmentCount) <= Double(Bounds.mostRows) else {
      throw HyperparameterError(
        "n_steps × n_envs is at most \(Bounds.mostRows) transitions, not \(steps) × \(environmentCount): lower one of them"
      )
    }
  }

  deinit {
    endings.deallocate()
    masks?.deallocate()
    truncatedIndices.deallocate()
  }

  /// Forgets the truncations of the last collection.
  func begin() { truncatedCount = 0 }

  /// Takes in what the environment gave for step t: rewards (narrowed to Float), endings, truncated steps' observations
  /// (scaled as the network scales now).
  func store(_ batch: borrowing StepBatch, at step: Int, with network: ActorCritic) {
    let start = step * environmentCount
    for copy in 0..<environmentCount {
      rewards.base[start + copy] = Float(batch.rewards[copy])
      let ending = batch.endings[copy]
      endings[start + copy] = ending
      if ending == .truncated {
        batch.finalObservations.withUnsafeBufferPointer {
          network.extract(
            $0.baseAddress! + copy * network.observationWidth, rows: 1, learning: false,
            into: truncatedFeatures.base + truncatedCount * featureWidth)
        }
        truncatedIndices[truncatedCount] = Int32(start + copy)
        truncatedCount += 1
      }
    }
  }

  /// Values of every observation, then advantages and returns.
  func estimate(
    with network: ActorCritic, nextFeatures: UnsafePointer<Float>, gamma: Float, lambda: Float
  ) {
    network.values(features.base, rows: count, into: values.base)
    network.values(truncatedFeatures.base, rows: truncatedCount, into: truncatedValues.base)
    for i in 0..<truncatedCount { finalValues.base[Int(truncatedIndices[i])] = truncatedValues.base[i] }
    network.values(nextFeatures, rows: environmentCount, into: nextValues.base)
    generalizedAdvantage(
      rewards: rewards.base, values: values.base, endings: endings, finalValues: finalValues.base,
      nextValues: nextValues.base, steps: steps, environmentCount: environmentCount, gamma: gamma, lambda: lambda,
      advantages: advantages.base, returns: returns.base)
  }

  /// What a look may show of it.
  static let tensors = signals(
    "observations", "actions", "rewards", "log_probs", "values", "advantages", "returns")

  func show(_ look: Look) {
    look.show("observations", features.base, count: count * featureWidth)
    look.show("actions", actions.base, count: count * actionWidth)
    look.show("rewards", rewards.base, count: count)
    look.show("log_probs", logProbabilities.base, count: count)
    look.show("values", values.base, count: count)
    look.show("advantages", advantages.base, count: count)
    look.show("returns", returns.base, count: count)
  }

  /// Records `train/explained_variance`, unless the returns do not vary.
  func reportExplainedVariance(step: Int, to sink: any MetricSink) {
    if let explainedVariance { sink.record(.trainExplainedVariance, explainedVariance, step: step) }
  }

  /// 1 − Var(returns − values) / Var(returns); nil where the returns do not vary.
  var explainedVariance: Double? {
    let count = Double(self.count)
    var (mean, meanError) = (0.0, 0.0)
    for i in 0..<self.count {
      mean += Double(returns.base[i]) / count
      meanError += Double(returns.base[i] - values.base[i]) / count
    }
    var (variance, errorVariance) = (0.0, 0.0)
    for i in 0..<self.count {
      let (deviation, error) = (Double(returns.base[i]) - mean, Double(returns.base[i] - values.base[i]) - meanError)
      variance += deviation * deviation
      errorVariance += error * error
    }
    return variance > 0 ? 1 - errorVariance / variance : nil
  }
}
