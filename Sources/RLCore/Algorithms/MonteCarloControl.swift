import BLASBridge
import Learning
import Randomness
import Telemetry

/// On-policy Monte Carlo control with ε-greedy actions in a table (Sutton and Barto 2018, section 5.4): at an episode's
/// end every pair visited moves towards the return that followed it.
///
/// Every visit counts; the step size is α. A truncated episode's return goes on with max Q of its final observation.
package final class MonteCarloControl: Agent {
  package typealias Configuration = TabularConfiguration
  package static let name = "monte_carlo"
  package static let summary = "Monte Carlo control in a table (Sutton and Barto 2018, section 5.4)"

  package let configuration: TabularConfiguration
  private let q: ActionValues
  private let walk: TabularWalk
  /// What each environment's running episode has passed through.
  private var episodes: [[Visit]]

  private struct Visit: Codable {
    var index: Int
    var reward: Double
  }

  package init(
    _ configuration: Configuration, for environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64
  )
    throws
  {
    self.configuration = configuration
    q = try ActionValues(environment, agent: Self.name, initialValue: configuration.initialValue)
    walk = TabularWalk(environment, environmentCount: environmentCount, seed: seed)
    episodes = Array(repeating: [], count: environmentCount)
  }

  package var times: PhaseTimes { walk.clock.times }

  package func begin(in environment: any VectorEnvironment, seed: UInt64) {
    environment.reset(seed: seed, into: &walk.batch)
  }

  package func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink
  ) throws -> Int {
    let environmentCount = walk.actions.count
    let end = min(progress.steps + TabularWalk.iterationLength, progress.budget)
    var (now, error) = (progress, 0.0)
    var states = Array(repeating: 0, count: environmentCount)
    repeat {
      let epsilon = Float(configuration.exploration.value(remaining: now.remaining))
      walk.batch.observations.withUnsafeBufferPointer { observations in
        for copy in 0..<environmentCount {
          states[copy] = q.states(observations.baseAddress! + copy * q.states.width)
          let action = q.choose(states[copy], epsilon: epsilon, using: &walk.generator)
          walk.actions[copy] = Float(action + q.firstAction)
        }
      }
      try walk.step(environment)
      now.steps += environmentCount
      walk.statistics.record(walk.batch, step: now.steps, to: sink)
      walk.measure(.update) {
        for copy in 0..<environmentCount {
          let action = Int(walk.actions[copy]) - q.firstAction
          episodes[copy].append(
            Visit(index: states[copy] * q.actionCount + action, reward: walk.batch.rewards[copy]))
          if walk.batch.endings[copy] == .none { continue }
          error += learn(from: copy, alpha: configuration.learningRate.value(remaining: now.remaining))
        }
      }
    } while now.steps < end
    walk.report(configuration, error: error / Double(now.steps - progress.steps), at: now, to: sink)
    return now.steps - progress.steps
  }

  /// Q(s_t, a_t) ← Q + α (G_t − Q), from the last visit to the first; returns the sum of |G − Q|.
  private func learn(from copy: Int, alpha: Double) -> Double {
    var future = 0.0
    if walk.batch.endings[copy] == .truncated {
      walk.batch.finalObservations.withUnsafeBufferPointer {
        let state = q.states($0.baseAddress! + copy * q.states.width)
        future = q.values[state * q.actionCount + q.best(state)]
      }
    }
    var sum = 0.0
    for visit in episodes[copy].reversed() {
      future = visit.reward + configuration.gamma * future
      let difference = future - q.values[visit.index]
      q.values[visit.index] += alpha * difference
      sum += abs(difference)
    }
    episodes[copy].removeAll(keepingCapacity: true)
    return sum
  }

  package var policy: any Policy { q.policy(configuration) }

  package static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy {
    let q = try ActionValues(environment, agent: name, initialValue: configuration.initialValue)
    try q.load(from: checkpoint, as: "q")
    return q.policy(configuration)
  }

  package func save(into checkpoint: inout Checkpoint) {
    q.save(into: &checkpoint, as: "q")
    walk.save(into: &checkpoint)
    checkpoint.set("episodes", encoding: episodes)
  }

  package func loadPolicy(from checkpoint: Checkpoint) throws { try q.load(from: checkpoint, as: "q") }

  package func load(from checkpoint: Checkpoint) throws {
    try loadPolicy(from: checkpoint)
    try walk.load(from: checkpoint)
    episodes = try checkpoint.decode("episodes")
  }
}
