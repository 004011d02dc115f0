import RLCore
import Randomness

/// Clips actions to the environment's box, and declares that it takes any numbers. Use it where a policy's actions may leave the
/// box, as those of an unbounded Gaussian do.
///
/// ```swift
/// import RLCore
///
/// func clipping(_ environment: some Environment) throws -> any VectorEnvironment {
///   EnvironmentVector(try ClipAction(environment), count: 1)
/// }
/// print(try EnvironmentCatalogue.specification("Pendulum-v1:clip_action=true").actionSpace)  // Box([-inf], [inf])
/// ```
public struct ClipAction<Base: Environment>: EnvironmentWrapper {
  public typealias State = Base.State
  public let base: Base
  public let specification: EnvironmentSpecification
  let map: ActionMap

  /// Throws `EnvironmentError` where actions are not numbers.
  public init(_ base: Base) throws(EnvironmentError) {
    self.base = base
    var specification = base.specification
    map = try specification.clipActions()
    self.specification = specification
  }

  public func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    map.withMapped(action) { base.step(&state, action: $0, using: &generator) }
  }

  public func batch(of states: [State]) -> any BatchKernel<State> {
    MappedActionKernel(base.batch(of: states), map, environmentCount: states.count)
  }
}

/// Takes actions of another range and stretches them to the environment's box, component by component. Use it where an agent's
/// actions lie in −1 … 1 and the environment's do not.
///
/// ```swift
/// print(try EnvironmentCatalogue.specification("Pendulum-v1").actionSpace)  // Box([-2.0], [2.0])
/// print(try EnvironmentCatalogue.specification("Pendulum-v1:rescale_action=true").actionSpace)  // Box([-1.0], [1.0])
/// ```
///
/// Numbers as Gymnasium's `RescaleAction` has them: (action − intercept) / gradient in single precision.
public struct RescaleAction<Base: Environment>: EnvironmentWrapper {
  public typealias State = Base.State
  public let base: Base
  public let specification: EnvironmentSpecification
  let map: ActionMap

  /// Throws `EnvironmentError` where actions are not numbers between finite bounds. Traps unless `range` has a length.
  public init(_ base: Base, to range: ClosedRange<Float> = -1...1) throws(EnvironmentError) {
    precondition(range.lowerBound < range.upperBound, "actions cannot be rescaled to a single point")
    self.base = base
    var specification = base.specification
    map = try specification.rescaleActions(to: range)
    self.specification = specification
  }

  public func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    map.withMapped(action) { base.step(&state, action: $0, using: &generator) }
  }

  public func batch(of states: [State]) -> any BatchKernel<State> {
    MappedActionKernel(base.batch(of: states), map, environmentCount: states.count)
  }
}

extension EnvironmentSpecification {
  /// Declares that the environment takes any numbers; returns what becomes of them.
  mutating func clipActions() throws(EnvironmentError) -> ActionMap {
    guard case .box(let low, let high) = actionSpace else {
      throw EnvironmentError("\(id): clip_action clips numbers, but the actions are \(actionSpace)")
    }
    addOption("clip_action=true")
    actionSpace = .box(low: low.map { _ in -.infinity }, high: high.map { _ in .infinity })
    return .clip(low: low, high: high)
  }

  /// Declares that the environment takes numbers in `range`; returns what becomes of them.
  mutating func rescaleActions(to range: ClosedRange<Float> = -1...1) throws(EnvironmentError) -> ActionMap {
    guard case .box(let low, let high) = actionSpace, (low + high).allSatisfy(\.isFinite) else {
      throw EnvironmentError(
        "\(id): rescale_action needs numbers between finite bounds, but the actions are \(actionSpace)")
    }
    addOption(range == -1...1 ? "rescale_action=true" : "rescale_action=\(range)")
    actionSpace = .box(low: low.map { _ in range.lowerBound }, high: high.map { _ in range.upperBound })
    let length = Double(range.upperBound) - Double(range.lowerBound)
    let gradient = zip(low, high).map { Float(length / (Double($1) - Double($0))) }
    let intercept = zip(gradient, low).map { Float(Double($0 * -$1) + Double(range.lowerBound)) }
    return .rescale(gradient: gradient, intercept: intercept)
  }
}

/// What becomes of the numbers of an action, component by component.
enum ActionMap: Sendable {
  case clip(low: [Float], high: [Float])
  case rescale(gradient: [Float], intercept: [Float])

  /// A
  var width: Int {
    switch self {
    case .clip(let low, _): low.count
    case .rescale(let gradient, _): gradient.count
    }
  }

  /// `[rows, A]` → `[rows, A]`
  func map(_ actions: UnsafePointer<Float>, rows: Int, into mapped: UnsafeMutablePointer<Float>) {
    switch self {
    case .clip(let low, let high):
      for row in 0..<rows {
        for index in low.indices {
          let place = row * low.count + index
          mapped[place] = min(max(actions[place], low[index]), high[index])
        }
      }
    case .rescale(let gradient, let intercept):
      for row in 0..<rows {
        for index in gradient.indices {
          let place = row * gradient.count + index
          mapped[place] = (actions[place] - intercept[index]) / gradient[index]
        }
      }
    }
  }

  /// Calls `body` with what becomes of one action.
  func withMapped<Result>(_ action: Span<Float>, _ body: (Span<Float>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: action.count) { mapped in
      action.withUnsafeBufferPointer { map($0.baseAddress!, rows: 1, into: mapped.baseAddress!) }
      return body(UnsafeBufferPointer(mapped).span)
    }
  }
}

/// Environments whose actions are changed on their way to another kernel.
final class MappedActionKernel<State>: BatchKernel {
  private let base: any BatchKernel<State>
  private let map: ActionMap
  /// `[N, A]`
  private var mapped: [Float]

  init(_ base: any BatchKernel<State>, _ map: ActionMap, environmentCount: Int) {
    (self.base, self.map) = (base, map)
    mapped = Array(repeating: 0, count: environmentCount * map.width)
  }

  subscript(index: Int) -> State { base[index] }

  func step(
    _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
  ) {
    let first = environments.lowerBound * map.width
    actions.withUnsafeBufferPointer { actions in
      mapped.withUnsafeMutableBufferPointer { mapped in
        map.map(actions.baseAddress! + first, rows: environments.count, into: mapped.baseAddress! + first)
      }
    }
    mapped.withUnsafeBufferPointer {
      base.step(environments, actions: $0.span, using: &generators, into: &batch)
    }
  }

  func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
    base.reset(environments, using: &generators, into: &batch)
  }
}
