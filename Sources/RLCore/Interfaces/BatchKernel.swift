import Randomness

/// N environments stepped together: their states, and the loops that advance them. Write one if an environment must step
/// faster than one by one: columns instead of structures, C instead of Swift. It must give the same numbers, bit for bit.
///
/// ```swift
/// import Randomness
///
/// final class CounterKernel: BatchKernel {
///   var counts: [Int]
///   init(_ counts: [Int]) { self.counts = counts }
///   subscript(index: Int) -> Int { counts[index] }
///
///   func step(
///     _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
///   ) {
///     batch.step(environments, using: &generators) { index, generator, observation in
///       counts[index] += 1
///       observation[0] = Float(counts[index])
///       return Outcome(reward: 1, ending: counts[index] == 100 ? .terminated : .none)
///     }
///   }
///   func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
///     batch.reset(environments, using: &generators) { index, generator, observation in
///       counts[index] = 0
///       observation[0] = 0
///     }
///   }
/// }
/// ```
///
/// A kernel steps and resets the environments whose indices it is given and nothing else: time limits, final observations
/// and auto-reset are the vector's, and so is checking the actions. Every environment has a kernel by default; one that is
/// to be faster returns its own from `Environment.batch(of:)`. One thread at a time uses a kernel.
public protocol BatchKernel<State>: AnyObject {
  associatedtype State

  /// The state of environment `index`.
  subscript(index: Int) -> State { get }

  /// Advances each of `environments` by its row of `actions` `[N, A]`; writes their rows of `batch`: observations,
  /// rewards and endings (`.terminated` or `.none`). `generators` `[N]` are the environments' own.
  func step(
    _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch)

  /// Starts an episode in each of `environments`; writes their rows of `batch.observations` and nothing else.
  func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch)
}

/// The kernel of an environment that brings none: an array of states, stepped one by one.
final class PlainKernel<World: Environment>: BatchKernel {
  private let environment: World
  private let actionWidth: Int
  private var states: [World.State]

  init(_ environment: World, states: [World.State]) {
    self.environment = environment
    self.states = states
    actionWidth = environment.specification.actionSpace.width
  }

  subscript(index: Int) -> World.State { states[index] }

  func step(
    _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
  ) {
    let width = actionWidth
    states.withUnsafeMutableBufferPointer { states in
      batch.step(environments, using: &generators) { index, generator, observation in
        let action = actions.extracting(index * width..<(index + 1) * width)
        let outcome = environment.step(&states[index], action: action, using: &generator)
        environment.observe(states[index], into: &observation)
        return outcome
      }
    }
  }

  func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
    states.withUnsafeMutableBufferPointer { states in
      batch.reset(environments, using: &generators) { index, generator, observation in
        states[index] = environment.reset(using: &generator)
        environment.observe(states[index], into: &observation)
      }
    }
  }
}
