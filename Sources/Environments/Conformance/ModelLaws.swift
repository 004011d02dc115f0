import RLCore
import Randomness

/// The law about environments that say what they may do.
extension ConformanceTrial {
  func modelViolations() -> [Violation] {
    guard let model = environment as? any TabularModel else { return [] }
    func judge(_ model: some TabularModel) -> Violation? {
      sumViolation(of: model) ?? happeningViolation(of: model)
    }
    return judge(model).map { [$0] } ?? []
  }

  private func sumViolation(of model: some TabularModel) -> Violation? {
    func flaw(_ probabilities: [Double]) -> String? {
      let sum = probabilities.reduce(0, +)
      if probabilities.contains(where: { !($0 >= 0) }) { return "\(probabilities) are no probabilities" }
      return abs(sum - 1) <= 1e-9 ? nil : "the probabilities add up to \(sum)"
    }
    let starts = model.startProbabilities
    if starts.count != model.stateCount {
      return violation(.model, "there are \(starts.count) start probabilities for \(model.stateCount) states")
    }
    if let flaw = flaw(starts) { return violation(.model, "the first states: \(flaw)") }
    for state in 0..<model.stateCount {
      for action in 0..<model.actionCount {
        let transitions = model.transitions(from: state, action: action)
        let place = "state \(state), action \(action)"
        if let flaw = flaw(transitions.map(\.probability)) { return violation(.model, "\(place): \(flaw)") }
        if let next = transitions.map(\.nextState).first(where: { !(0..<model.stateCount).contains($0) }) {
          return violation(.model, "\(place) leads to \(next), which is none of \(model.stateCount) states")
        }
        if !transitions.allSatisfy({ $0.reward.isFinite }) {
          return violation(.model, "\(place) has a reward that is not a finite number")
        }
      }
    }
    return nil
  }

  /// Whether a step happens that the table does not know.
  private func happeningViolation<Model: TabularModel>(of model: Model) -> Violation? {
    guard case .discrete(let count, let first) = specification.actionSpace, count == model.actionCount else {
      return violation(
        .model,
        "the table has \(model.actionCount) actions, the action space is "
          + "\(specification.actionSpace)")
    }
    var generator = PCG64(seed: seed)
    var state = model.reset(using: &generator)
    var length = 0
    let starts = model.startProbabilities
    func isStart(_ state: Model.State) -> Bool {
      let index = model.index(of: state)
      return starts.indices.contains(index) && starts[index] > 0
    }
    for (step, action) in makeVector(1).randomActions(steps: steps, seed: seed).enumerated() {
      if length == 0, !isStart(state) {
        return violation(
          .model,
          "step \(step): an episode begins in state \(model.index(of: state)), "
            + "whose start probability is not above 0")
      }
      let before = model.index(of: state)
      let outcome = model.step(&state, action: action.span, using: &generator)
      let after = model.index(of: state)
      let number = Int(action[0]) - first
      let isKnown = model.transitions(from: before, action: number).contains {
        $0.probability > 0 && $0.nextState == after && $0.reward == outcome.reward
          && $0.terminated == (outcome.ending == .terminated)
      }
      guard isKnown else {
        return violation(
          .model,
          "step \(step + 1): action \(number) leads from state \(before) to \(after) with reward "
            + "\(outcome.reward), ending \(outcome.ending), which the table does not hold")
      }
      length += 1
      if outcome.ending != .none || length == specification.timeLimit {
        state = model.reset(using: &generator)
        length = 0
      }
    }
    return nil
  }
}
