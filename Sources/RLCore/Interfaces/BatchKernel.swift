import Randomness

/// The states of N environments, and the loops that advance them. Write one where an environment must step faster than one by
/// one: columns instead of structures, C instead of Swift. It must give the same numbers, bit for bit.
///
/// ```swift
/// import Randomness
///
/// final class CounterKernel: BatchKernel {
///   var counts: [Int]
///   init(_ counts: [Int]) { self.counts = counts }
///   subscript(copy: Int) -> Int { counts[copy] }
///
///   func step(_ environments: Range<Int>, _ columns: BatchColumns) {
///     for n in environments {
///       counts[n] += 1
///       columns.observations[n] = Float(counts[n])
///       columns.rewards[n] = 1
///       columns.endings[n] = counts[n] == 100 ? .terminated : .none
///     }
///   }
///   func reset(_ environments: UnsafeBufferPointer<Int32>, _ columns: BatchColumns) {
///     for n in environments.map(Int.init) {
///       counts[n] = 0
///       columns.observations[n] = 0
///     }
///   }
/// }
/// ```
///
/// A kernel steps and resets the environments it is told to and nothing else: time limits, final observations and auto-reset
/// are the vector's, and so is checking the actions. Every environment has one by default; an environment that is to be
/// faster returns its own from `Environment.batch(of:)`. One thread at a time uses a kernel.
public protocol BatchKernel<State>: AnyObject {
  associatedtype State

  /// The state of copy `copy`.
  subscript(copy: Int) -> State { get }

  /// Advances each of `environments` by its action; writes their observations, rewards and endings (`.terminated` or `.none`).
  func step(_ environments: Range<Int>, _ columns: BatchColumns)

  /// Starts an episode in each of `environments`; writes their observations and nothing else.
  func reset(_ environments: UnsafeBufferPointer<Int32>, _ columns: BatchColumns)
}

/// What a ``BatchKernel`` reads and writes: pointers to the rows of its first environment, valid during the call.
///
/// ```swift
/// func clip(_ columns: BatchColumns, _ environments: Range<Int>) {
///   for n in environments {
///     let (action, observation) = (columns.action(of: n), columns.observation(of: n))
///     observation[0] = min(max(action[0], -1), 1)
///   }
/// }
/// ```
public struct BatchColumns {
  /// `[N, A]`, each an action of the environment; without meaning in a reset.
  public let actions: UnsafePointer<Float>
  /// `[N, W]`
  public let observations: UnsafeMutablePointer<Float>
  /// `[N]`
  public let rewards: UnsafeMutablePointer<Double>
  /// `[N]`
  public let endings: UnsafeMutablePointer<Ending>
  /// `[N]`
  public let generators: UnsafeMutablePointer<PCG64>
  /// A
  public let actionWidth: Int
  /// W
  public let observationWidth: Int

  /// The same from copy `copy` on.
  public func from(_ copy: Int) -> BatchColumns {
    BatchColumns(
      actions: actions + copy * actionWidth, observations: observations + copy * observationWidth,
      rewards: rewards + copy, endings: endings + copy, generators: generators + copy, actionWidth: actionWidth,
      observationWidth: observationWidth)
  }

  /// The same with other actions.
  package func with(actions: UnsafePointer<Float>) -> BatchColumns {
    BatchColumns(
      actions: actions, observations: observations, rewards: rewards, endings: endings, generators: generators,
      actionWidth: actionWidth, observationWidth: observationWidth)
  }

  /// The same with another column of observations.
  package func with(observations: UnsafeMutablePointer<Float>, width: Int) -> BatchColumns {
    BatchColumns(
      actions: actions, observations: observations, rewards: rewards, endings: endings, generators: generators,
      actionWidth: actionWidth, observationWidth: width)
  }

  /// The action of copy `copy`, `[A]`.
  public func action(of copy: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: actions + copy * actionWidth, count: actionWidth)
  }

  /// The observation of copy `copy`, `[W]`.
  public func observation(of copy: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: observations + copy * observationWidth, count: observationWidth)
  }

  /// `endings` as C sees them: 0 none, 1 terminated, 2 truncated.
  package var endingCodes: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(endings).assumingMemoryBound(to: UInt8.self)
  }
}

/// The kernel of an environment that brings none: an array of states, stepped one by one.
final class PlainKernel<World: Environment>: BatchKernel {
  private let world: World
  private var states: [World.State]

  init(_ world: World, states: [World.State]) {
    self.world = world
    self.states = states
  }

  subscript(copy: Int) -> World.State { states[copy] }

  func step(_ environments: Range<Int>, _ columns: BatchColumns) {
    states.withUnsafeMutableBufferPointer { states in
      for copy in environments {
        let outcome = world.step(
          &states[copy], action: columns.action(of: copy).span, using: &columns.generators[copy])
        columns.rewards[copy] = outcome.reward
        columns.endings[copy] = outcome.ending
        var row = columns.observation(of: copy).mutableSpan
        world.observe(states[copy], into: &row)
      }
    }
  }

  func reset(_ environments: UnsafeBufferPointer<Int32>, _ columns: BatchColumns) {
    states.withUnsafeMutableBufferPointer { states in
      for copy in environments {
        let copy = Int(copy)
        states[copy] = world.reset(using: &columns.generators[copy])
        var row = columns.observation(of: copy).mutableSpan
        world.observe(states[copy], into: &row)
      }
    }
  }
}
