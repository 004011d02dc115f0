import Drawing
import Environments

/// A picture with a title and a status line: one step of an episode.
///
/// ```swift
/// import Drawing
///
/// let frame = Frame(Scene(x: 0...4, y: 0...3), title: "CartPole-v1, ppo", status: "step 12, return 12")
/// print(frame.isLast)  // false
/// ```
public struct Frame: Sendable, Hashable {
  public var scene: Scene
  /// What plays.
  public var title: String
  /// How it goes: step, return, last action.
  public var status: String
  /// Whether an episode ends with it; it is shown for longer.
  public var isLast: Bool

  public init(_ scene: Scene, title: String, status: String, isLast: Bool = false) {
    (self.scene, self.title, self.status, self.isLast) = (scene, title, status, isLast)
  }
}

/// The frames of some episodes, thinned out where they are many. Collect one from a ``Player``, then write it as
/// ``SVGAnimation`` or ``GIFAnimation``.
///
/// ```swift
/// import Drawing
///
/// var film = Film(stepsPerSecond: 50)
/// for step in 0..<100 {
///   var scene = Scene(x: 0...100, y: 0...10)
///   scene.circle(Double(step), 5, radius: 2, .blue)
///   film.append(Frame(scene, title: "a ball", status: "step \(step)", isLast: step == 99))
/// }
/// print(film.framesPerSecond <= 30)  // true
/// ```
///
/// A film shows at most 30 frames a second and holds about `mostFrames`. It runs at the environment's pace as long as ten
/// frames a second do; beyond that it runs faster.
public struct Film: Sendable {
  public private(set) var frames: [Frame] = []
  private let stepsPerSecond: Double
  private let mostFrames: Int
  private var stride: Int
  /// The step of each frame, counted over all episodes.
  private var steps: [Int] = []
  private var step = 0

  public init(stepsPerSecond: Double, mostFrames: Int = 600) {
    precondition(stepsPerSecond > 0 && mostFrames > 0)
    self.stepsPerSecond = stepsPerSecond
    self.mostFrames = mostFrames
    stride = Int((stepsPerSecond / 30).rounded(.up))
  }

  public var framesPerSecond: Double {
    max(stepsPerSecond / Double(stride), min(stepsPerSecond, 10))
  }

  /// Takes the frame of the next step, or leaves it out. The last frame of an episode is never left out.
  public mutating func append(_ frame: Frame) {
    if step.isMultiple(of: stride) || frame.isLast {
      frames.append(frame)
      steps.append(step)
    }
    step = frame.isLast ? 0 : step + 1
    // The first and the last frame of an episode stay, so that only what lies between them can be thinned out.
    guard frames.count > mostFrames else { return }
    if frames.indices.count(where: { !frames[$0].isLast && steps[$0] > 0 }) > mostFrames / 2 { thinOut() }
  }

  private mutating func thinOut() {
    stride *= 2
    let kept = frames.indices.filter { frames[$0].isLast || steps[$0].isMultiple(of: stride) }
    frames = kept.map { frames[$0] }
    steps = kept.map { steps[$0] }
  }

  /// For how long each frame is shown, in units of 1 / `framesPerSecond` s: the last of an episode for a second more.
  var durations: [Int] { frames.map { $0.isLast ? 1 + Int(framesPerSecond.rounded(.up)) : 1 } }
}
