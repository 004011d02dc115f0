import BLASBridge
import Learning
import Randomness

/// The distribution of actions that an actor-critic's network parametrises: Discrete, MultiDiscrete and MultiBinary
/// actions are drawn from categorical distributions, Box actions from normal ones whose standard deviations are
/// parameters that depend on no observation.
///
/// The calls are about the rows that it was conditioned on last.
final class ActionDistribution {
  let kind: Kind
  /// Numbers of an action.
  let width: Int
  /// `[rows, A]`, of normal distributions.
  private var means: UnsafeMutablePointer<Float>?
  /// `[A]`, of normal distributions.
  private var logDeviations: UnsafePointer<Float>?
  /// nil for normal ones.
  private let categorical: Categorical?

  enum Kind: Sendable {
    /// `first` is added to a component's index to make the action.
    case categorical(counts: [Int], first: Float)
    case gaussian(low: [Float], high: [Float])

    /// Traps for actions of several kinds, which `Agents.make` has refused in a sentence.
    init(_ environment: EnvironmentSpecification) {
      switch environment.actionSpace {
      case .discrete(let count, let start): self = .categorical(counts: [count], first: Float(start))
      case .multiDiscrete(let counts): self = .categorical(counts: counts, first: 0)
      case .multiBinary(let count): self = .categorical(counts: Array(repeating: 2, count: count), first: 0)
      case .box(let low, let high): self = .gaussian(low: low, high: high)
      case .tuple, .dict:
        fatalError("\(environment.id): a policy chooses one kind of action, not \(environment.actionSpace)")
      }
    }

    /// Numbers of an action.
    var width: Int {
      switch self {
      case .categorical(let counts, _): counts.count
      case .gaussian(let low, _): low.count
      }
    }

    /// Numbers that a network puts out.
    var outputs: Int {
      switch self {
      case .categorical(let counts, _): counts.reduce(0, +)
      case .gaussian(let low, _): low.count
      }
    }

    /// Parameters besides the network's.
    var deviations: Int { if case .gaussian(let low, _) = self { low.count } else { 0 } }
  }

  /// `rows`: the most that will be asked for at once.
  init(_ kind: Kind, rows: Int) {
    self.kind = kind
    width = kind.width
    categorical = if case .categorical(let counts, _) = kind { Categorical(counts: counts, rows: rows) } else { nil }
  }

  /// Conditions on a network's `outputs [rows, …]`, on the choices that `masks [rows, choices]` leave where there are
  /// any, and on the logarithms of the deviations `[A]`; normal distributions keep the pointers.
  ///
  /// A masked choice has logit −∞: probability 0, and no gradient (Huang and Ontañón 2022).
  func condition(
    on outputs: UnsafeMutablePointer<Float>, masks: UnsafePointer<Bool>?, logDeviations: UnsafePointer<Float>, rows: Int
  ) {
    guard let categorical else {
      (means, self.logDeviations) = (outputs, logDeviations)
      return
    }
    if let masks {
      for i in 0..<rows * categorical.width where !masks[i] { outputs[i] = -.infinity }
    }
    categorical.condition(on: outputs, rows: rows)
  }

  /// Draws `actions [rows, A]`, counted from 0 where the distribution is categorical.
  func sample(rows: Int, using generator: inout CounterGenerator, into actions: UnsafeMutablePointer<Float>) {
    if let categorical { return categorical.sample(rows: rows, using: &generator, into: actions) }
    DiagonalGaussian.sample(
      means: means!, logDeviations: logDeviations!, rows: rows, width: width, using: &generator, into: actions)
  }

  /// The most likely `actions [rows, A]`.
  func mode(rows: Int, into actions: UnsafeMutablePointer<Float>) {
    if let categorical { return categorical.mode(rows: rows, into: actions) }
    actions.update(from: means!, count: rows * width)
  }

  /// log π(action) `[rows]`.
  func logProbability(of actions: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>) {
    if let categorical { return categorical.logProbability(of: actions, rows: rows, into: result) }
    DiagonalGaussian.logProbability(
      of: actions, means: means!, logDeviations: logDeviations!, rows: rows, width: width, into: result)
  }

  /// The entropies `[rows]`, in nats.
  func entropy(rows: Int, into result: UnsafeMutablePointer<Float>) {
    if let categorical { return categorical.entropy(rows: rows, into: result) }
    result.update(repeating: DiagonalGaussian.entropy(logDeviations: logDeviations!, width: width), count: rows)
  }

  /// Actions as drawn → as the environment takes them: counted from its first, or clipped to its box. May be in place.
  func translate(_ actions: UnsafePointer<Float>, rows: Int, into worldActions: UnsafeMutablePointer<Float>) {
    switch kind {
    case .categorical(_, let first):
      for i in 0..<rows * width { worldActions[i] = actions[i] + first }
    case .gaussian(let low, let high):
      for row in 0..<rows {
        for i in 0..<width {
          worldActions[row * width + i] = min(max(actions[row * width + i], low[i]), high[i])
        }
      }
    }
  }

  /// From the loss's gradients by log π(action) `[rows]` and by the entropy `[rows]` to those by the network's outputs
  /// and by the logarithms of the deviations.
  func backward(
    actions: UnsafePointer<Float>, logProbabilityGradient: UnsafePointer<Float>,
    entropyGradient: UnsafePointer<Float>, rows: Int, into outputGradient: UnsafeMutablePointer<Float>,
    _ logDeviationGradient: UnsafeMutablePointer<Float>
  ) {
    if let categorical {
      return categorical.backward(
        actions: actions, logProbabilityGradient: logProbabilityGradient, entropyGradient: entropyGradient, rows: rows,
        into: outputGradient)
    }
    DiagonalGaussian.backward(
      actions: actions, means: means!, logDeviations: logDeviations!, logProbabilityGradient: logProbabilityGradient,
      entropyGradient: entropyGradient, rows: rows, width: width, into: outputGradient, logDeviationGradient)
  }
}

/// Actions drawn from the distribution that an actor-critic's policy network parametrises.
struct DistributionHead: ActionHead {
  let kind: ActionDistribution.Kind
  /// `[A]`; empty but for normal distributions.
  let logDeviations: [Float]
  let masksActions: Bool

  var actionWidth: Int { kind.width }
  var maskWidth: Int { masksActions ? kind.outputs : 0 }

  func makeScratch(rows: Int) -> ActionDistribution { ActionDistribution(kind, rows: rows) }

  func act(
    on outputs: UnsafeMutablePointer<Float>, masks: UnsafePointer<Bool>?, rows: Int, deterministic: Bool,
    in distribution: ActionDistribution, using generator: inout CounterGenerator,
    into actions: UnsafeMutablePointer<Float>
  ) {
    logDeviations.withUnsafeBufferPointer {
      distribution.condition(
        on: outputs, masks: masks, logDeviations: $0.baseAddress ?? UnsafePointer(outputs),
        rows: rows)
      if deterministic {
        distribution.mode(rows: rows, into: actions)
      } else {
        distribution.sample(rows: rows, using: &generator, into: actions)
      }
    }
    distribution.translate(actions, rows: rows, into: actions)
  }
}
