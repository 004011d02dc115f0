import Drawing
import RLCore

/// An environment that can be drawn. Conform to it to see an environment of your own as film, GIF or in the terminal;
/// environments that do not are shown as bars of their observation.
///
/// ```swift
/// import Drawing
/// import RLCore
/// import Randomness
///
/// struct Dial: Drawable {
///   let specification = EnvironmentSpecification(
///     id: "Dial-v0", observationSpace: .box(low: [-1], high: [1]), actionSpace: .box(low: [-1], high: [1]), timeLimit: 100)
///
///   func reset(using generator: inout PCG64) -> Double { 0 }
///   func step(_ angle: inout Double, action: Span<Float>, using generator: inout PCG64) -> Outcome {
///     angle += 0.1 * Double(action[0])
///     return Outcome(reward: -abs(angle), ending: .none)
///   }
///   func observe(_ angle: Double, into observation: inout MutableSpan<Float>) { observation[0] = Float(angle) }
///   func scene(of angle: Double, after action: [Float]?) -> Scene {
///     var scene = Scene(x: -1...1, y: -1...1)
///     scene.arrow(from: (0, 0), to: (angle, 0.8), size: 0.1, .blue)
///     return scene
///   }
/// }
/// ```
public protocol Drawable: Environment {
  /// The picture of `state`. `action`: the one that led to it, `[A]`; nil at the start of an episode.
  ///
  /// All states of an environment should give the same viewport, unless a camera moves.
  func scene(of state: State, after action: [Float]?) -> Scene

  /// How many steps a second look natural.
  var stepsPerSecond: Double { get }

  /// What the actions of a discrete space are called, in their order; empty where they are numbers.
  var actionNames: [String] { get }
}

extension Drawable {
  public var stepsPerSecond: Double { 30 }
  public var actionNames: [String] { [] }
}

/// A vector whose environments can be drawn: what a film or a terminal shows of an environment while it is played.
///
/// ```swift
/// func picture(of environments: any DrawableVector) {
///   if let scene = environments.scene(ofCopy: 0, after: nil) {
///     print("\(scene.shapes.count) shapes, \(environments.stepsPerSecond) steps a second")
///   }
/// }
/// ```
public protocol DrawableVector: VectorEnvironment {
  /// The picture of an environment as it is now; nil for environments that are not drawable.
  func scene(ofCopy copy: Int, after action: [Float]?) -> Scene?
  var stepsPerSecond: Double { get }
  var actionNames: [String] { get }
}

extension EnvironmentVector: DrawableVector {
  public func scene(ofCopy copy: Int, after action: [Float]?) -> Scene? {
    func draw<Drawn: Drawable>(_ drawn: Drawn) -> Scene {
      drawn.scene(of: self[copy] as! Drawn.State, after: action)
    }
    return (environment as? any Drawable).map { draw($0) }
  }

  public var stepsPerSecond: Double { (environment as? any Drawable)?.stepsPerSecond ?? 10 }
  public var actionNames: [String] { (environment as? any Drawable)?.actionNames ?? [] }
}

extension VectorEnvironment {
  /// What is drawn of this vector: itself, or what it wraps.
  public var drawn: (any DrawableVector)? {
    self as? any DrawableVector ?? (self as? any VectorWrapper)?.base.drawn
  }
}

extension Scene {
  /// A bar for each number of an observation `[W]`, between the space's bounds: unbounded ones are squeezed by x / (1 +
  /// |x|).
  public init(bars observation: [Float], of space: Space) {
    // More would be too thin to see.
    let shown = observation.prefix(32)
    self.init(x: 0...10, y: 0...6)
    line([(0.5, 3), (9.5, 3)], width: 0.04, .grey)
    let pitch = 9 / Double(max(shown.count, 1))
    let width = min(pitch * 0.7, 1.2)
    for (index, value) in shown.enumerated() {
      let share = Scene.share(of: value, at: index, in: space)
      let x = 0.5 + pitch * (Double(index) + 0.5)
      rectangle(x - width / 2, 0.5, width, 5, .pale)
      rectangle(x - width / 2, 3 + min(share, 0) * 2.5, width, max(abs(share) * 2.5, 0.06), share < 0 ? .red : .blue)
      if shown.count <= 12 { text(Scene.label(value), x, 0.25, size: 0.3) }
    }
  }

  /// Where a value lies between its bounds, −1 ... 1; 0 for NaN.
  private static func share(of value: Float, at index: Int, in space: Space) -> Double {
    let value = Double(value)
    func between(_ low: Double, _ high: Double) -> Double {
      high > low ? min(max(2 * (value - low) / (high - low) - 1, -1), 1) : 0
    }
    if value.isNaN { return 0 }
    switch space {
    case .box(let low, let high) where low[index].isFinite && high[index].isFinite:
      return between(Double(low[index]), Double(high[index]))
    case .box: return value.isInfinite ? (value < 0 ? -1 : 1) : value / (1 + abs(value))
    case .discrete(let count, let start): return between(Double(start), Double(start + count - 1))
    case .multiDiscrete(let counts): return between(0, Double(counts[index] - 1))
    default: return between(0, 1)
    }
  }

  private static func label(_ value: Float) -> String {
    guard value.isFinite, abs(value) < 1e6 else { return "\(value)" }
    return value == value.rounded() ? "\(Int(value))" : "\((value * 100).rounded() / 100)"
  }
}
