import Learning

/// What agents of a kind share of their memory.
extension MemoryEstimate {
  /// Adds an `ActorCritic` of up to `rows` rows with its gradient and an optimizer.
  mutating func addActorCritic(
    for environment: EnvironmentSpecification, hidden: [Int], sharesTrunk: Bool, rows: Int, lower settings: String
  ) {
    let features = ObservationEncoding(environment.observationSpace).width
    let isShared = sharesTrunk && !hidden.isEmpty
    let widths = isShared ? [hidden[hidden.count - 1]] : [features] + hidden
    if isShared { addNetwork(widths: [features] + hidden, floatsPerParameter: 6, rows: rows, lower: settings) }
    addNetwork(widths: widths + [environment.actionSpace.choices], floatsPerParameter: 6, rows: rows, lower: settings)
    addNetwork(widths: widths + [1], floatsPerParameter: 6, rows: rows, lower: settings)
  }

  /// Adds `count` tables of a Double a state and action.
  mutating func addTables(of environment: EnvironmentSpecification, count: Int) {
    guard let states = try? StateIndex(environment, agent: "").count,
      case .discrete(let actions, _) = environment.actionSpace
    else { return }
    add(
      "the table of states and actions", bytes: 8 * Double(count) * Double(states) * Double(actions),
      lower: "the environment's options")
  }
}

extension Space {
  /// The numbers that a network puts out to choose an action.
  fileprivate var choices: Int {
    switch self {
    case .discrete(let count, _): count
    case .multiDiscrete(let counts): counts.reduce(0, +)
    case .multiBinary(let count): 2 * count
    case .box, .tuple, .dict: width
    }
  }
}
