import RLCore
import Randomness

/// Shows the number of steps taken in the episode beside the observation: Gymnasium's `TimeAwareObservation`. Use it where the
/// best action depends on how much time is left. A box gets one more component; other observations become
/// `Dict('obs': …, 'time': Box)`.
///
/// ```swift
/// print(try EnvironmentCatalogue.specification("CartPole-v1:time_aware=true").observationSpace.width)  // 5
/// ```
public struct TimeAware<Base: Environment>: EnvironmentWrapper {
  public struct State: Sendable, Codable {
    public var base: Base.State
    public var elapsed: Int
  }

  public let base: Base
  public let specification: EnvironmentSpecification
  private let width: Int
  /// What a step counts for: 1, or its share of the time limit.
  private let limit: Double?

  /// `normalized`: as a share of the time limit, from 0 to 1. Throws `EnvironmentError` where there is no time limit.
  public init(_ base: Base, normalized: Bool = false) throws(EnvironmentError) {
    var specification = base.specification
    limit = try specification.showTime(normalized: normalized)
    self.base = base
    self.specification = specification
    width = base.specification.observationSpace.width
  }

  public func reset(using generator: inout PCG64) -> State {
    State(base: base.reset(using: &generator), elapsed: 0)
  }

  public func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    state.elapsed += 1
    return base.step(&state.base, action: action, using: &generator)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation.withUnsafeMutableBufferPointer { observation in
      var own = UnsafeMutableBufferPointer(rebasing: observation[..<width]).mutableSpan
      base.observe(state.base, into: &own)
    }
    observation[width] = Clocks.time(state.elapsed, limit: limit)
  }

  public func maskActions(_ state: State, into mask: inout MutableSpan<Bool>) {
    base.maskActions(state.base, into: &mask)
  }

  public func batch(of states: [State]) -> any BatchKernel<State> {
    Kernel(self, base.batch(of: states.map(\.base)), elapsed: states.map(\.elapsed))
  }

  /// The base's environments, which write a column of their own width, and the time beside it.
  private final class Kernel: BatchKernel {
    private let base: any BatchKernel<Base.State>
    private var clocks: Clocks
    /// `[N, W]`: the base's column, in the batch's place while the base works.
    private var observations: [Float]

    init(_ environment: TimeAware, _ base: any BatchKernel<Base.State>, elapsed: [Int]) {
      self.base = base
      clocks = Clocks(elapsed: elapsed, limit: environment.limit, width: environment.width)
      observations = Array(repeating: 0, count: elapsed.count * environment.width)
    }

    subscript(index: Int) -> State { State(base: base[index], elapsed: clocks.elapsed[index]) }

    func step(
      _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
    ) {
      swap(&batch.observations, &observations)
      base.step(environments, actions: actions, using: &generators, into: &batch)
      swap(&batch.observations, &observations)
      clocks.advance(environments, observations, into: &batch.observations)
    }

    func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
      swap(&batch.observations, &observations)
      base.reset(environments, using: &generators, into: &batch)
      swap(&batch.observations, &observations)
      clocks.restart(environments, observations, into: &batch.observations)
    }
  }
}

extension EnvironmentSpecification {
  /// Adds the time to the observation; returns what a step counts for if that is not 1.
  mutating func showTime(normalized: Bool) throws(EnvironmentError) -> Double? {
    guard let steps = timeLimit else {
      throw EnvironmentError("\(id): time_aware needs a time limit, and there is none; give it one with time_limit")
    }
    addOption("time_aware=true")
    if normalized { addOption("normalize_time=true") }
    let bound: Float = normalized ? 1 : Float(steps)
    observationSpace =
      if case .box(let low, let high) = observationSpace {
        .box(low: low + [0], high: high + [bound])
      } else {
        .dict(["obs": observationSpace, "time": .box(low: [0], high: [bound])])
      }
    return normalized ? Double(steps) : nil
  }
}

/// The time of each environment, and rows of observations with it. No generic type, so that its loops are fast.
struct Clocks {
  /// `[N]`
  private(set) var elapsed: [Int]
  let limit: Double?
  /// Of the observations without the time.
  let width: Int

  static func time(_ elapsed: Int, limit: Double?) -> Float {
    limit.map { Float(Double(elapsed) / $0) } ?? Float(elapsed)
  }

  mutating func advance(
    _ environments: Range<Int>, _ inner: UnsafePointer<Float>, into observations: UnsafeMutablePointer<Float>
  ) {
    for index in environments {
      elapsed[index] += 1
      write(index, inner, into: observations)
    }
  }

  mutating func restart(
    _ environments: Span<Int32>, _ inner: UnsafePointer<Float>, into observations: UnsafeMutablePointer<Float>
  ) {
    for place in environments.indices {
      let index = Int(environments[place])
      elapsed[index] = 0
      write(index, inner, into: observations)
    }
  }

  private func write(_ index: Int, _ inner: UnsafePointer<Float>, into observations: UnsafeMutablePointer<Float>) {
    let (row, source) = (observations + index * (width + 1), inner + index * width)
    for component in 0..<width { row[component] = source[component] }
    row[width] = Self.time(elapsed[index], limit: limit)
  }
}
