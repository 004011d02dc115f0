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
  /// The rules of every copy.
  package let world: World
  let work: VectorWork<World>
  /// nil for one thread.
  private let team: ThreadTeam?

  public let model: (any TabularModel)?

  /// Traps unless `count` and `threads` are at least 1 and the specification has no `flaw`.
  public init(_ world: World, count: Int, autoReset: AutoReset = .sameStep, threads: Int = 1) {
    require(count >= 1, "a vector needs at least one copy, not \(count)")
    require(threads >= 1, "a vector needs at least one thread, not \(threads)")
    specification = world.specification
    if let flaw = specification.flaw { fatalError("\(specification.id): \(flaw)") }
    model = world as? any TabularModel
    self.count = count
    self.world = world
    self.autoReset = autoReset
    let parts = min(threads, count)
    let groups = (0..<parts).map { part in
      let (first, end) = (count * part / parts, count * (part + 1) / parts)
      return EnvironmentGroup(world, first: first, count: end - first, autoReset: autoReset)
    }
    let work = VectorWork(groups: groups, limit: specification.timeLimit ?? .max)
    self.work = work
    team = parts == 1 ? nil : ThreadTeam(parts: parts) { work.step($0) }
  }

  /// The state of copy `copy`. Traps before the first reset.
  package subscript(copy: Int) -> World.State {
    requireReset("before a state is asked for")
    let group = work.groups.last { $0.first <= copy }!
    return group.states[copy - group.first]
  }

  public func reset(seed: UInt64, into batch: inout StepBatch) {
    withPointers(to: &batch) { pointers in
      for group in work.groups { group.reset(seed: seed, pointers) }
    }
  }

  public func reset(where chosen: Span<Bool>, into batch: inout StepBatch) {
    requireReset("before some of its copies are")
    require(
      chosen.count == count, "\(specification.id): \(count) copies need as many flags, not \(chosen.count)")
    withPointers(to: &batch) { pointers in
      for group in work.groups { group.reset(where: chosen, pointers) }
    }
  }

  public func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    requireReset("before its first step")
    let width = specification.actionSpace.width
    require(
      actions.count == count * width,
      "\(specification.id): \(count) copies need \(count * width) action numbers, not \(actions.count)")
    if let copy = specification.actionSpace.firstRefused(in: actions) {
      let action = actions.extracting(copy * width..<(copy + 1) * width)
      fatalError(
        "\(specification.id): copy \(copy) got \(action.indices.map { action[$0] }), not one of "
          + "\(specification.actionSpace)")
    }
    if autoReset == .disabled, let copy = work.firstWaiting {
      fatalError("\(specification.id): the episode of copy \(copy) has ended; reset the copy before the next step")
    }
    actions.withUnsafeBufferPointer { actions in
      withPointers(to: &batch, actions: actions.baseAddress!) { pointers in
        work.batch = pointers
        if let team { team.run() } else { work.step(0) }
        work.batch = nil
      }
    }
  }

  private func requireReset(_ when: String) {
    require(work.groups[0].isReset, "\(specification.id): reset the vector \(when)")
  }

  /// Traps where the columns are not of this vector's shape.
  private func withPointers(
    to batch: inout StepBatch, actions: UnsafePointer<Float>? = nil, _ body: (BatchPointers) -> Void
  ) {
    let width = specification.observationSpace.width
    let cells = count * width
    require(
      batch.observations.count == cells && batch.finalObservations.count == cells && batch.rewards.count == count
        && batch.endings.count == count,
      "\(specification.id): \(count) copies write \(cells) observation numbers and \(count) rewards, but the batch is for "
        + "\(batch.observations.count) and \(batch.rewards.count)")
    let maskWidth = specification.maskWidth ?? 0
    let hasMasks = !batch.actionMasks.isEmpty
    require(
      !hasMasks || batch.actionMasks.count == count * maskWidth,
      "\(specification.id): \(count) copies have \(count * maskWidth) flags of action masks, not "
        + "\(batch.actionMasks.count)")
    batch.observations.withUnsafeMutableBufferPointer { observations in
      batch.finalObservations.withUnsafeMutableBufferPointer { finalObservations in
        batch.rewards.withUnsafeMutableBufferPointer { rewards in
          batch.endings.withUnsafeMutableBufferPointer { endings in
            batch.actionMasks.withUnsafeMutableBufferPointer { masks in
              body(
                // A reset looks at no actions.
                BatchPointers(
                  actions: actions ?? UnsafePointer(observations.baseAddress!),
                  observations: observations.baseAddress!, finalObservations: finalObservations.baseAddress!,
                  rewards: rewards.baseAddress!, endings: endings.baseAddress!,
                  actionMasks: hasMasks ? masks.baseAddress : nil, actionWidth: specification.actionSpace.width,
                  observationWidth: width, maskWidth: maskWidth))
            }
          }
        }
      }
    }
  }
}

/// The groups of a vector and what they are working on.
///
/// Unchecked: only the vector's caller sets `batch`, while the team rests; a thread touches its own group and the rows of
/// its environments.
final class VectorWork<World: Environment>: @unchecked Sendable {
  let groups: [EnvironmentGroup<World>]
  private let limit: Int
  /// nil between steps.
  var batch: BatchPointers?

  init(groups: [EnvironmentGroup<World>], limit: Int) {
    self.groups = groups
    self.limit = limit
  }

  /// The first copy that waits for a reset.
  var firstWaiting: Int? {
    for group in groups {
      if let copy = group.firstWaiting { return copy }
    }
    return nil
  }

  func step(_ group: Int) { groups[group].step(batch!, limit: limit) }
}
