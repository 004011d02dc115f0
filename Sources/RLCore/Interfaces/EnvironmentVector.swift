import BLASBridge

/// N instances of one environment, each with its own generator, stepped together by the environment's kernel. Use it to step an
/// environment of your own; `EnvironmentCatalogue.make` makes one of an environment that has an id.
///
/// ```swift
/// import Environments
///
/// let cartPole = try EnvironmentCatalogue.make("CartPole-v1", count: 2)
/// var batch = cartPole.makeBatch()
/// cartPole.reset(seed: 123, into: &batch)
/// let actions: [Float] = [1, 0]
/// cartPole.step(actions.span, into: &batch)
/// print(batch.rewards, batch.observations.count)  // [1.0, 1.0] 8
/// ```
///
/// Time limits are applied here: a step that reaches the limit is `.truncated` unless it terminated. `autoReset` decides what
/// follows the end of an episode, in the words and with the results of Gymnasium's `SyncVectorEnv`. With several threads each
/// steps a share of the environments; the results are the same for any number of threads. Threads pay where a step takes
/// microseconds. Steps allocate nothing unless the environment does. Traps on an action outside the action space.
public final class EnvironmentVector<World: Environment>: VectorEnvironment {
  public let specification: EnvironmentSpecification
  public let count: Int
  public let autoReset: AutoReset
  /// The rules of every environment.
  package let environment: World
  let groups: [EnvironmentGroup<World>]
  /// One for each group where there are threads to step them; empty for one thread, which writes into the caller's
  /// batch.
  private let shares: [ThreadShare<World>]
  /// nil for one thread.
  private let team: ThreadTeam?

  public let model: (any TabularModel)?

  /// Traps unless `count` and `threads` are at least 1 and the specification has no `flaw`.
  public init(_ environment: World, count: Int, autoReset: AutoReset = .sameStep, threads: Int = 1) {
    require(count >= 1, "a vector needs at least one environment, not \(count)")
    require(threads >= 1, "a vector needs at least one thread, not \(threads)")
    specification = environment.specification
    if let flaw = specification.flaw { fatalError("\(specification.id): \(flaw)") }
    model = environment as? any TabularModel
    self.count = count
    self.environment = environment
    self.autoReset = autoReset
    let parts = min(threads, count)
    let groups = (0..<parts).map { part in
      let (first, end) = (count * part / parts, count * (part + 1) / parts)
      return EnvironmentGroup(environment, first: first, count: end - first, autoReset: autoReset)
    }
    let shares = parts == 1 ? [] : groups.map { ThreadShare($0, for: environment.specification) }
    (self.groups, self.shares) = (groups, shares)
    team = parts == 1 ? nil : ThreadTeam(parts: parts, name: "vector") { shares[$0].step() }
  }

  /// The state of environment `index`. Traps before the first reset.
  package subscript(index: Int) -> World.State {
    requireReset("before a state is asked for")
    let group = groups.last { $0.first <= index }!
    return group.states[index - group.first]
  }

  public func reset(seed: UInt64, into batch: inout StepBatch) {
    requireShape(of: batch)
    forEachGroup(&batch) { group, batch in group.reset(seed: seed, into: &batch) }
  }

  public func reset(where chosen: Span<Bool>, into batch: inout StepBatch) {
    requireReset("before some of its environments are")
    require(
      chosen.count == count, "\(specification.id): \(count) environments need as many flags, not \(chosen.count)")
    requireShape(of: batch)
    forEachGroup(&batch) { group, batch in group.reset(where: chosen.extracting(group.range), into: &batch) }
  }

  public func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    requireReset("before its first step")
    requireActions(actions)
    requireShape(of: batch)
    if autoReset == .disabled, let index = firstWaiting {
      fatalError(
        "\(specification.id): the episode of environment \(index) has ended; reset it before the next step")
    }
    guard let team else { return groups[0].step(actions, into: &batch) }
    for part in shares.indices { shares[part].take(actions, batch) }
    team.run()
    for part in shares.indices { shares[part].give(to: &batch) }
  }

  /// The first environment that waits for a reset.
  private var firstWaiting: Int? {
    for part in groups.indices {
      if let index = groups[part].firstWaiting { return index }
    }
    return nil
  }

  /// On the calling thread.
  private func forEachGroup(_ batch: inout StepBatch, _ body: (EnvironmentGroup<World>, inout StepBatch) -> Void) {
    if shares.isEmpty { body(groups[0], &batch) }
    for share in shares { share.perform(on: &batch) { body(share.group, &$0) } }
  }

  private func requireReset(_ when: String) {
    require(groups[0].isReset, "\(specification.id): reset the vector \(when)")
  }

  private func requireActions(_ actions: Span<Float>) {
    let width = specification.actionSpace.width
    require(
      actions.count == count * width,
      "\(specification.id): \(count) environments need \(count * width) action numbers, not \(actions.count)")
    if let index = specification.actionSpace.firstRefused(in: actions) {
      let action = actions.extracting(index * width..<(index + 1) * width)
      fatalError(
        "\(specification.id): environment \(index) got \(action.indices.map { action[$0] }), not one of "
          + "\(specification.actionSpace)")
    }
  }

  private func requireShape(of batch: borrowing StepBatch) {
    let cells = count * specification.observationSpace.width
    let (observations, rewards, flags) = (batch.observations.count, batch.rewards.count, batch.actionMasks.count)
    require(
      observations == cells && batch.finalObservations.count == cells && rewards == count
        && batch.endings.count == count,
      "\(specification.id): \(count) environments write \(cells) observation numbers and \(count) rewards, but the batch "
        + "is for \(observations) and \(rewards)")
    let expected = count * (specification.maskWidth ?? 0)
    require(
      flags == 0 || flags == expected,
      "\(specification.id): \(count) environments have \(expected) flags of action masks, not \(flags)")
  }
}
