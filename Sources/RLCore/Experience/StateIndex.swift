import BLASBridge
import Settings
import Telemetry

/// The number of an observation among finitely many: that of a discrete one, or of several in mixed radix, the last
/// component running fastest.
struct StateIndex: Sendable {
  let count: Int
  let radices: [Int]
  let start: Int
  var width: Int { radices.count }

  /// Throws `HyperparameterError` where observations are not numbered.
  init(_ environment: EnvironmentSpecification, agent: String) throws(HyperparameterError) {
    switch environment.observationSpace {
    case .discrete(let count, let start): (radices, self.start) = ([count], start)
    case .multiDiscrete(let counts): (radices, start) = (counts, 0)
    case .multiBinary(let count) where count <= 20: (radices, start) = (Array(repeating: 2, count: count), 0)
    default:
      throw HyperparameterError(
        "\(agent) needs a Discrete observation space; \(environment.id) has \(environment.observationSpace). Use ppo or dqn."
      )
    }
    var count = 1
    for radix in radices {
      let (product, overflows) = count.multipliedReportingOverflow(by: radix)
      guard !overflows, product <= 1 << 40 else {
        throw HyperparameterError(
          "\(agent) keeps a table of states; \(environment.id) has too many for memory. Use ppo or dqn.")
      }
      count = product
    }
    self.count = count
  }

  @inline(__always)
  func callAsFunction(_ observation: UnsafePointer<Float>) -> Int {
    var index = Int(observation[0]) - start
    for i in 1..<max(1, radices.count) { index = index * radices[i] + Int(observation[i]) }
    return index
  }
}

/// The number of actions and the first of them. Throws `HyperparameterError` where actions are not numbered.
func numberedActions(
  _ environment: EnvironmentSpecification, agent: String
) throws(HyperparameterError) -> (count: Int, first: Int) {
  guard case .discrete(let count, let first) = environment.actionSpace else {
    throw HyperparameterError(
      "\(agent) needs a Discrete action space; \(environment.id) has \(environment.actionSpace). Use ppo or sac.")
  }
  return (count, first)
}
