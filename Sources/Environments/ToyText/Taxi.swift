import RLCore
import Randomness

/// A taxi in a town of 5 × 5 blocks that is to fetch a passenger at one of four places and bring them to another
/// (Dietterich 2000).
///
/// Actions 0 … 5 are south, north, east, west, pick up, drop off. Reward −1 a step, −10 for picking up or dropping off
/// where that is not possible, 20 for the ride's end. The observation is
/// ((row × 5 + column) × 5 + passenger's place, 4 aboard) × 4 + destination.
package struct Taxi: TabularModel {
  package struct State: Sendable, Codable, Hashable {
    /// What is observed.
    package var index: Int
    /// Whether the passenger will want to go elsewhere on the first move.
    package var isFickle: Bool
  }

  package let specification: EnvironmentSpecification
  /// The environment with a passenger who knows where to go.
  private let table: TransitionTable
  /// How probable a fickle passenger is; nil if there is none.
  private let fickleProbability: Double?
  /// Without one an environment is nothing but its table.
  var hasFicklePassengers: Bool { fickleProbability != nil }

  /// `rainProbability`: how probable a move goes where it is meant in the rain; nil in the dry, where all do.
  init(id: String, rainProbability: Double?, fickleProbability: Double?) {
    specification = EnvironmentSpecification(
      id: id, observationSpace: .discrete(count: Self.situations), actionSpace: .discrete(count: 6), timeLimit: 200,
      rewardThreshold: 8, masksActions: true)
    self.fickleProbability = fickleProbability
    let start = (0..<Self.situations).map { index in
      let place = Situation(index)
      return place.passenger < 4 && place.passenger != place.destination ? 1.0 : 0
    }
    table = TransitionTable(states: Self.situations, actions: 6, start: start) { index, action in
      Self.transitions(from: Situation(index), action: action, rainProbability: rainProbability)
    }
  }

  package func reset(using generator: inout PCG64) -> State {
    let index = table.drawStart(using: &generator)
    return State(index: index, isFickle: fickleProbability.map { generator.random() < $0 } ?? false)
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let transition = table.draw(from: state.index, action: Int(action[0]), using: &generator)
    Self.move(&state, to: transition.nextState, using: &generator)
    return Outcome(reward: transition.reward, ending: transition.terminated ? .terminated : .none)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.index)
  }

  /// To the situation `next`, where a fickle passenger who has begun to ride may want to go elsewhere.
  static func move(_ state: inout State, to next: Int, using generator: inout PCG64) {
    if state.isFickle, hasRidden(from: state.index, to: next) {
      state.isFickle = false
      state.index = diverted(next, to: generator.choice(3))
    } else {
      state.index = next
    }
  }

  /// The actions, `[6]`, that change something, as Gymnasium masks them.
  package func maskActions(_ state: State, into mask: inout MutableSpan<Bool>) {
    let place = Situation(state.index)
    mask[0] = place.row < 4
    mask[1] = place.row > 0
    mask[2] = Self.isOpen(eastOf: place.column, row: place.row)
    mask[3] = Self.isOpen(eastOf: place.column - 1, row: place.row)
    mask[4] = place.passenger < 4 && Self.stops[place.passenger] == (place.row, place.column)
    mask[5] = place.passenger == 4 && Self.stops.contains { $0 == (place.row, place.column) }
  }

  package func batch(of states: [State]) -> any BatchKernel<State> { TaxiKernel(self, table, states: states) }
}

/// The probabilities. With a fickle passenger a state's index is 500 higher as long as they may change their mind.
extension Taxi {
  package var stateCount: Int { fickleProbability == nil ? Self.situations : 2 * Self.situations }
  package var actionCount: Int { table.actionCount }

  package var startProbabilities: [Double] {
    guard let fickleProbability else { return table.startProbabilities }
    return table.startProbabilities.map { $0 * (1 - fickleProbability) }
      + table.startProbabilities.map { $0 * fickleProbability }
  }

  package func transitions(from state: Int, action: Int) -> [Transition] {
    guard state >= Self.situations else { return table.transitions(from: state, action: action) }
    let index = state - Self.situations
    return table.transitions(from: index, action: action).flatMap { transition in
      var transition = transition
      guard Self.hasRidden(from: index, to: transition.nextState) else {
        transition.nextState += Self.situations
        return [transition]
      }
      let next = transition.nextState
      transition.probability /= 3
      return (0..<3).map { choice in
        transition.nextState = Self.diverted(next, to: choice)
        return transition
      }
    }
  }

  package func index(of state: State) -> Int { state.index + (state.isFickle ? Self.situations : 0) }
}

/// The town.
extension Taxi {
  private static let situations = 500
  /// Rows and columns of the four places: red, green, yellow, blue.
  static let stops = [(0, 0), (0, 4), (4, 0), (4, 3)]
  /// Whether one can go from a column to the next, row by row.
  private static let openings = ["1011", "1011", "1111", "0101", "0101"].map { row in row.map { $0 == "1" } }

  struct Situation {
    var row, column, passenger, destination: Int

    init(_ index: Int) {
      (row, column) = (index / 100, index / 20 % 5)
      (passenger, destination) = (index / 4 % 5, index % 4)
    }

    var index: Int { ((row * 5 + column) * 5 + passenger) * 4 + destination }
  }

  /// Whether there is no wall between `column` and the next one; false at the border.
  static func isOpen(eastOf column: Int, row: Int) -> Bool {
    column >= 0 && column < 4 && openings[row][column]
  }

  /// Whether the taxi moved with the passenger aboard.
  private static func hasRidden(from index: Int, to next: Int) -> Bool {
    Situation(index).passenger == 4 && index / 20 != next / 20
  }

  /// `index` with the `choice`-th of the three other destinations.
  private static func diverted(_ index: Int, to choice: Int) -> Int {
    var place = Situation(index)
    place.destination = choice < place.destination ? choice : choice + 1
    return place.index
  }

  private static func transitions(
    from place: Situation, action: Int, rainProbability: Double?
  ) -> [Transition] {
    guard action < 4 else { return [action == 4 ? pickUp(place) : dropOff(place)] }
    let next = moved(place, action)
    func transition(_ probability: Double, _ next: Situation) -> Transition {
      Transition(probability, to: next.index, reward: -1)
    }
    guard let rainProbability else { return [transition(1, next)] }
    // A move that a wall stops does not slip either.
    let sides = [[2, 3], [3, 2], [1, 0], [0, 1]][action].map { next.index == place.index ? place : moved(place, $0) }
    let aside = (1 - rainProbability) / 2
    return [
      transition(rainProbability, next), transition(aside, sides[0]), transition(aside, sides[1]),
    ]
  }

  private static func moved(_ place: Situation, _ action: Int) -> Situation {
    var next = place
    switch action {
    case 0: next.row = min(place.row + 1, 4)
    case 1: next.row = max(place.row - 1, 0)
    case 2: if isOpen(eastOf: place.column, row: place.row) { next.column += 1 }
    default: if isOpen(eastOf: place.column - 1, row: place.row) { next.column -= 1 }
    }
    return next
  }

  private static func pickUp(_ place: Situation) -> Transition {
    var next = place
    guard place.passenger < 4, stops[place.passenger] == (place.row, place.column) else {
      return Transition(1, to: place.index, reward: -10)
    }
    next.passenger = 4
    return Transition(1, to: next.index, reward: -1)
  }

  private static func dropOff(_ place: Situation) -> Transition {
    var next = place
    guard place.passenger == 4, let stop = stops.firstIndex(where: { $0 == (place.row, place.column) }) else {
      return Transition(1, to: place.index, reward: -10)
    }
    next.passenger = stop
    let hasArrived = stop == place.destination
    return Transition(1, to: next.index, reward: hasArrived ? 20 : -1, terminated: hasArrived)
  }
}
