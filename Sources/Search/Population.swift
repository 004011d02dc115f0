import Randomness
import Settings
import Telemetry
import Tracker
import Tuning

/// Population-based training (Jaderberg et al. 2017): members train side by side and are compared after every stretch of steps;
/// the worst quarter then goes on from checkpoints of the best quarter, with settings that differ a little from theirs.
///
/// A stretch of a member is a trial. All of a generation end before the next begins, so that what follows does not depend on who
/// was quick, and a population that is killed and resumed comes out the same.
package struct Population: Sendable, Hashable {
  package var members: Int
  /// Steps between two comparisons.
  package var stretch: Int

  package init(members: Int, stretch: Int) { (self.members, self.stretch) = (members, stretch) }

  /// How many stretches a training of `budget` steps has.
  func generations(of budget: Int) -> Int { max(1, (budget + stretch - 1) / stretch) }

  /// Of a trial's number, from 1 on.
  func generation(of number: Int) -> Int { (number - 1) / members }
  func member(of number: Int) -> Int { (number - 1) % members }

  /// The part of a generation that is replaced.
  private var exploited: Int { members < 2 ? 0 : max(1, members / 4) }

  /// The step at which a stretch ends.
  func end(of number: Int) -> Int { (generation(of: number) + 1) * stretch }

  /// What a trial tries, once the generation before it has ended. The checkpoint of its origin is for the caller to name: the
  /// last one. `sampler` chooses at the start, and what is drawn anew.
  func proposal(_ number: Int, in state: SearchState, sampler: any Sampler) -> TrialRecord? {
    let (generation, member) = (generation(of: number), member(of: number))
    guard generation > 0 else {
      let values = member == 0 ? state.configuration.startValues : sampler.propose(member - 1, history: [])
      return values.map { record(number, member == 0 ? $0 : state.configuration.space.rounded($0), nil) }
    }
    let before = state.trials.filter { $0.number > 0 && self.generation(of: $0.number) == generation - 1 }
    let ranked = before.sorted { isBetter($0, $1, state.configuration.direction) }
    guard let own = before.first(where: { self.member(of: $0.number) == member }), ranked[0].score != nil else {
      return nil
    }
    let isReplaced = ranked.suffix(exploited).contains { $0.number == own.number } || own.score == nil
    guard isReplaced, own.number != ranked[0].number else {
      return own.runs.last.map { record(number, own.values, .init(run: $0.id, checkpoint: "", stream: 0)) }
    }
    var generator = CounterGenerator(SeedSequence(state.seed).child(named: "population").child(UInt32(number)))
    let donors = ranked.prefix(max(1, exploited)).filter { $0.score != nil }
    let donor = donors[generator.integer(below: donors.count)]
    let space = state.configuration.space
    let values = space.rounded(explore(donor.values, in: space, &generator))
    return donor.runs.last.map { record(number, values, .init(run: $0.id, checkpoint: "", stream: number)) }
  }

  private func record(
    _ number: Int, _ values: [String: HyperparameterValue], _ origin: TrialRecord.Origin?
  ) -> TrialRecord {
    var record = TrialRecord(number, values: values)
    (record.origin, record.until) = (origin, end(of: number))
    return record
  }

  /// Without a score is worst; of equal ones the first.
  private func isBetter(
    _ a: TrialState, _ b: TrialState, _ direction: ScoreDirection
  ) -> Bool {
    switch (a.score, b.score) {
    case (let x?, let y?) where direction.prefers(x, to: y): true
    case (let x?, let y?) where direction.prefers(y, to: x): false
    case (_?, nil): true
    case (nil, _?): false
    default: a.number < b.number
    }
  }

  /// Each setting 0.8 or 1.25 times what it was, a neighbour among choices, or with a quarter's probability drawn anew.
  private func explore(
    _ values: [String: HyperparameterValue], in space: SearchSpace, _ generator: inout CounterGenerator
  ) -> [String: HyperparameterValue] {
    // Random samplers exist for every space.
    let fresh = try? SamplerName.random.makeSampler(
      space: space, seed: UInt64(generator.next32()), direction: .maximize
    ).propose(0, history: [])
    var explored: [String: HyperparameterValue] = [:]
    for parameter in space.parameters where space.isActive(parameter, in: explored) {
      let (isAnew, goesUp) = (generator.integer(below: 4) == 0, generator.integer(below: 2) == 1)
      guard let value = values[parameter.name], !isAnew else {
        explored[parameter.name] = fresh?[parameter.name] ?? values[parameter.name]
        continue
      }
      explored[parameter.name] = parameter.range.neighbour(of: value, up: goesUp)
    }
    return explored
  }
}

extension SearchRange {
  /// A value near another one, within the range.
  fileprivate func neighbour(of value: HyperparameterValue, up: Bool) -> HyperparameterValue {
    let factor = up ? 1.25 : 0.8
    switch (self, value) {
    case (.real(let low, let high, _, nil), .number(let number)): return .number(min(high, max(low, number * factor)))
    case (.real(let low, let high, _, nil), .integer(let number)):
      return .number(min(high, max(low, Double(number) * factor)))
    case (.integer(let low, let high, _, let step), .integer(let number)):
      let wanted = Int((Double(number) * factor).rounded()) - number
      let steps = max(1, abs(wanted) / step)
      let moved = number + (up ? steps : -steps) * step
      return .integer(min(low + (high - low) / step * step, max(low, moved)))
    case (.choice(let values), _):
      guard let place = values.firstIndex(of: value) else { return value }
      return values[min(values.count - 1, max(0, place + (up ? 1 : -1)))]
    default: return value
    }
  }
}
