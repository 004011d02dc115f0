import RLCore
import Randomness

/// Shows the last observations of the episode in a row, the oldest first: Gymnasium's `FrameStackObservation`. Use it where one
/// observation hides what several show, such as velocities. Before there are enough of them the first is repeated.
///
/// ```swift
/// print(try EnvironmentCatalogue.specification("CartPole-v1:frame_stack=4").observationSpace.width)  // 16
/// ```
///
/// Boxes become longer boxes, bits more bits, a Discrete from 0 a MultiDiscrete; other observations a Tuple of frames.
public struct FrameStack<Base: Environment>: EnvironmentWrapper {
  public struct State: Sendable, Codable {
    public var base: Base.State
    /// `[frames, W]`, the last the present one.
    public var frames: [Float]
  }

  public let base: Base
  public let specification: EnvironmentSpecification
  private let frames: Int
  /// Of one frame.
  private let width: Int

  /// Traps unless `frames` is at least 1.
  public init(_ base: Base, frames: Int) {
    precondition(frames >= 1, "\(base.specification.id): there is no stack of \(frames) frames")
    self.base = base
    self.frames = frames
    width = base.specification.observationSpace.width
    var specification = base.specification
    specification.stackFrames(frames)
    self.specification = specification
  }

  public func reset(using generator: inout PCG64) -> State {
    let state = base.reset(using: &generator)
    let first = observation(of: state)
    return State(base: state, frames: (0..<frames).flatMap { _ in first })
  }

  public func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let outcome = base.step(&state.base, action: action, using: &generator)
    state.frames.removeFirst(width)
    state.frames += observation(of: state.base)
    return outcome
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for index in state.frames.indices { observation[index] = state.frames[index] }
  }

  public func maskActions(_ state: State, into mask: inout MutableSpan<Bool>) {
    base.maskActions(state.base, into: &mask)
  }

  private func observation(of state: Base.State) -> [Float] {
    // Not a number, so that what an environment forgets to write is seen.
    var values = Array(repeating: Float.nan, count: width)
    var span = values.mutableSpan
    base.observe(state, into: &span)
    return values
  }

  public func batch(of states: [State]) -> any BatchKernel<State> {
    Kernel(base.batch(of: states.map(\.base)), frames: states.flatMap(\.frames), depth: frames, width: width)
  }

  /// The base's environments, which write a column of one frame, and all frames.
  private final class Kernel: BatchKernel {
    private let base: any BatchKernel<Base.State>
    /// `[N, depth, W]`
    private var frames: [Float]
    private let depth: Int
    private let width: Int
    /// `[N, W]`: the base's column, in the batch's place while the base works.
    private var newest: [Float]

    init(_ base: any BatchKernel<Base.State>, frames: [Float], depth: Int, width: Int) {
      (self.base, self.frames, self.depth, self.width) = (base, frames, depth, width)
      newest = Array(repeating: 0, count: frames.count / depth)
    }

    subscript(index: Int) -> State {
      State(base: base[index], frames: Array(frames[index * depth * width..<(index + 1) * depth * width]))
    }

    func step(
      _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
    ) {
      swap(&batch.observations, &newest)
      base.step(environments, actions: actions, using: &generators, into: &batch)
      swap(&batch.observations, &newest)
      withColumns(&batch) { newest, frames, observations in
        let size = depth * width
        for index in environments {
          let stack = frames + index * size
          stack.update(from: stack + width, count: size - width)
          (stack + size - width).update(from: newest + index * width, count: width)
          (observations + index * size).update(from: stack, count: size)
        }
      }
    }

    func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
      swap(&batch.observations, &newest)
      base.reset(environments, using: &generators, into: &batch)
      swap(&batch.observations, &newest)
      withColumns(&batch) { newest, frames, observations in
        let size = depth * width
        for place in environments.indices {
          let index = Int(environments[place])
          let stack = frames + index * size
          for frame in 0..<depth { (stack + frame * width).update(from: newest + index * width, count: width) }
          (observations + index * size).update(from: stack, count: size)
        }
      }
    }

    /// Calls `body` with the newest frames, all frames and the observations.
    private func withColumns(
      _ batch: inout StepBatch,
      _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) {
      newest.withUnsafeBufferPointer { newest in
        frames.withUnsafeMutableBufferPointer { frames in
          batch.observations.withUnsafeMutableBufferPointer {
            body(newest.baseAddress!, frames.baseAddress!, $0.baseAddress!)
          }
        }
      }
    }
  }
}

extension EnvironmentSpecification {
  mutating func stackFrames(_ frames: Int) {
    addOption("frame_stack=\(frames)")
    observationSpace = observationSpace.repeated(frames)
  }
}

extension Space {
  /// `count` members one after the other.
  func repeated(_ count: Int) -> Space {
    func times<Element>(_ array: [Element]) -> [Element] { (0..<count).flatMap { _ in array } }
    return switch self {
    case .box(let low, let high): .box(low: times(low), high: times(high))
    case .discrete(let values, start: 0): .multiDiscrete(times([values]))
    case .multiDiscrete(let counts): .multiDiscrete(times(counts))
    case .multiBinary(let bits): .multiBinary(count * bits)
    case .discrete, .tuple, .dict: .tuple(times([self]))
    }
  }
}
