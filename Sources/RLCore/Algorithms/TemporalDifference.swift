import BLASBridge
import Learning
import Randomness
import Settings
import Telemetry

/// What one temporal-difference algorithm has that the others have not: its name and its target.
package protocol TemporalDifferenceRule: SendableMetatype {
  static var name: String { get }
  static var summary: String { get }
  static var target: TemporalDifferenceTarget { get }
}

/// What Q(s, a) is moved towards besides the reward; s' is the next state.
package enum TemporalDifferenceTarget: Sendable {
  /// max Q(s', ·)
  case greedy
  /// Q(s', a') of the action that is taken next
  case sampled
  /// Σ π(a|s') Q(s', a) of the ε-greedy policy
  case expected
  /// Q₂(s', argmax Q₁(s', ·)), or with the two tables exchanged, by the toss of a coin
  case double
}

/// Q-learning (Watkins 1989; Sutton and Barto 2018, equation 6.8).
package enum QLearningRule: TemporalDifferenceRule {
  package static let name = "q_learning"
  package static let summary = "Q-learning in a table (Watkins 1989)"
  package static let target = TemporalDifferenceTarget.greedy
}

/// SARSA (Rummery and Niranjan 1994; Sutton and Barto 2018, equation 6.7).
package enum SARSARule: TemporalDifferenceRule {
  package static let name = "sarsa"
  package static let summary = "SARSA in a table (Rummery and Niranjan 1994)"
  package static let target = TemporalDifferenceTarget.sampled
}

/// Expected SARSA (van Seijen et al. 2009; Sutton and Barto 2018, equation 6.9).
package enum ExpectedSARSARule: TemporalDifferenceRule {
  package static let name = "expected_sarsa"
  package static let summary = "Expected SARSA in a table (van Seijen et al. 2009)"
  package static let target = TemporalDifferenceTarget.expected
}

/// Double Q-learning (van Hasselt 2010; Sutton and Barto 2018, equation 6.10).
package enum DoubleQLearningRule: TemporalDifferenceRule {
  package static let name = "double_q"
  package static let summary = "Double Q-learning in two tables (van Hasselt 2010)"
  package static let target = TemporalDifferenceTarget.double
}

package typealias QLearning = TemporalDifference<QLearningRule>
package typealias SARSA = TemporalDifference<SARSARule>
package typealias ExpectedSARSA = TemporalDifference<ExpectedSARSARule>
package typealias DoubleQLearning = TemporalDifference<DoubleQLearningRule>

/// One-step temporal-difference control in a table, ε-greedy: Q(s, a) ← Q(s, a) + α (r + γ target − Q(s, a)).
///
/// All environments share the table and update it one after the other. A truncated step bootstraps from its final
/// observation.
package final class TemporalDifference<Rule: TemporalDifferenceRule>: Agent {
  package typealias Configuration = TabularConfiguration
  package static var name: String { Rule.name }
  package static var summary: String { Rule.summary }

  package let configuration: TabularConfiguration
  private let q: ActionValues
  /// Double Q-learning's second table.
  private let other: ActionValues?
  private let walk: TabularWalk
  private let target = Rule.target
  private let environmentCount: Int
  /// `[N]`: where the environments are, by number, as the batch's observations; during a step as those before it.
  private let states: UnsafeMutablePointer<Int>

  package init(
    _ configuration: Configuration, for environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64
  )
    throws
  {
    self.configuration = configuration
    (q, other) = try Self.tables(configuration, for: environment)
    walk = TabularWalk(environment, environmentCount: environmentCount, seed: seed)
    self.environmentCount = environmentCount
    states = .allocate(capacity: environmentCount)
    states.initialize(repeating: 0, count: environmentCount)
  }

  private static func tables(
    _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws(HyperparameterError) -> (ActionValues, ActionValues?) {
    func table() throws(HyperparameterError) -> ActionValues {
      try ActionValues(environment, agent: name, initialValue: configuration.initialValue)
    }
    return (try table(), Rule.target == .double ? try table() : nil)
  }

  deinit { states.deallocate() }

  package var times: PhaseTimes { walk.clock.times }

  package func begin(in environment: any VectorEnvironment, seed: UInt64) {
    environment.reset(seed: seed, into: &walk.batch)
    let epsilon = Float(configuration.exploration.value(remaining: 1))
    locate()
    for copy in 0..<environmentCount {
      walk.actions[copy] = Float(choose(states[copy], epsilon: epsilon) + q.firstAction)
    }
  }

  /// Finds `states` in the batch's observations.
  private func locate() {
    walk.batch.observations.withUnsafeBufferPointer { observations in
      for copy in 0..<environmentCount { states[copy] = q.states(observations.baseAddress! + copy * q.states.width) }
    }
  }

  package func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink
  ) throws -> Int {
    let end = min(progress.steps + TabularWalk.iterationLength, progress.budget)
    var (now, error) = (progress, 0.0)
    repeat {
      let alpha = configuration.learningRate.value(remaining: now.remaining)
      let epsilon = Float(configuration.exploration.value(remaining: now.remaining))
      try walk.step(environment)
      now.steps += environmentCount
      walk.statistics.record(walk.batch, step: now.steps, to: sink)
      error += walk.measure(.update) { learn(alpha: alpha, epsilon: epsilon) }
    } while now.steps < end
    walk.report(configuration, error: error / Double(now.steps - progress.steps), at: now, to: sink)
    return now.steps - progress.steps
  }

  /// Updates the table by the step that was just taken, finds where it led and chooses the next actions; returns the
  /// sum of |TD error|.
  private func learn(alpha: Double, epsilon: Float) -> Double {
    let (index, target, gamma, firstAction) = (q.states, target, configuration.gamma, q.firstAction)
    let tables = ActionTables(first: q.values, second: other?.values, actionCount: q.actionCount)
    // A local copy: the loop draws without asking for access to a class's property every time.
    var generator = walk.generator
    var sum = 0.0
    walk.actions.withUnsafeMutableBufferPointer { actions in
      walk.batch.observations.withUnsafeBufferPointer { observations in
        walk.batch.finalObservations.withUnsafeBufferPointer { finals in
          walk.batch.rewards.withUnsafeBufferPointer { rewards in
            walk.batch.endings.withUnsafeBufferPointer { endings in
              for copy in 0..<environmentCount {
                let ending = endings[copy]
                let next = index(observations.baseAddress! + copy * index.width)
                // SARSA's target holds the very action that is taken next; the others choose it after the update.
                var nextAction = target == .sampled ? tables.choose(next, epsilon, &generator) : 0
                let updatesSecond = target == .double && generator.next32() & 1 == 1
                var future = 0.0
                if ending != .terminated {
                  let isOver = ending == .truncated
                  let reached = isOver ? index(finals.baseAddress! + copy * index.width) : next
                  let action =
                    isOver && target == .sampled ? tables.choose(reached, epsilon, &generator) : nextAction
                  future = tables.value(
                    target, of: reached, action: action, updatesSecond: updatesSecond, epsilon: Double(epsilon))
                }
                let cell = states[copy] * tables.actionCount + Int(actions[copy]) - firstAction
                let table = updatesSecond ? tables.second! : tables.first
                let difference = rewards[copy] + gamma * future - table[cell]
                table[cell] += alpha * difference
                sum += abs(difference)
                if target != .sampled { nextAction = tables.choose(next, epsilon, &generator) }
                actions[copy] = Float(nextAction + firstAction)
                states[copy] = next
              }
            }
          }
        }
      }
    }
    walk.generator = generator
    return sum
  }

  /// ε-greedy; by the sum of both tables where there are two.
  private func choose(_ state: Int, epsilon: Float) -> Int {
    ActionTables(first: q.values, second: other?.values, actionCount: q.actionCount)
      .choose(state, epsilon, &walk.generator)
  }

  /// Q(s, a) `[S, A]`, of two tables the mean.
  package var actionValues: [Double] {
    (0..<q.count).map { other == nil ? q.values[$0] : 0.5 * (q.values[$0] + other!.values[$0]) }
  }

  package var policy: any Policy { q.policy(configuration, with: other) }

  package static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy {
    let (q, other) = try tables(configuration, for: environment)
    try load(q, other, from: checkpoint)
    return q.policy(configuration, with: other)
  }

  package func save(into checkpoint: inout Checkpoint) {
    q.save(into: &checkpoint, as: "q")
    other?.save(into: &checkpoint, as: "q2")
    walk.save(into: &checkpoint)
  }

  package func loadPolicy(from checkpoint: Checkpoint) throws { try Self.load(q, other, from: checkpoint) }

  private static func load(_ q: ActionValues, _ other: ActionValues?, from checkpoint: Checkpoint) throws {
    try q.load(from: checkpoint, as: "q")
    try other?.load(from: checkpoint, as: "q2")
  }

  package func load(from checkpoint: Checkpoint) throws {
    try loadPolicy(from: checkpoint)
    try walk.load(from: checkpoint)
    locate()
  }
}
