import Environments
import RLCore
import Randomness
import Rendering
import Testing

@testable import Drawing

/// Frames of a world under random actions.
func frames(of id: String, episodes: Int = 1, seed: UInt64 = 7, most: Int = 60) throws -> [Frame] {
  let world = try EnvironmentCatalogue.make(id, count: 1, autoReset: .disabled)
  let policy = RandomPolicy(world.specification.actionSpace, seed: seed)
  var frames: [Frame] = []
  _ = try Player(world, policy: policy, who: "random actions", seed: seed).play(episodes: episodes) { frame in
    frames.append(frame)
    return frames.count < most
  }
  return frames
}

func film(of id: String, episodes: Int = 1, seed: UInt64 = 7, most: Int = 60) throws -> Film {
  var film = Film(stepsPerSecond: 10)
  for frame in try frames(of: id, episodes: episodes, seed: seed, most: most) { film.append(frame) }
  return film
}

extension Scene {
  /// All places, colours and texts.
  var places: [Scene.Point] {
    shapes.flatMap { shape in
      switch shape {
      case .polygon(let points, _), .line(let points, _, _): points
      case .circle(let centre, _, _): [centre]
      case .text(_, let place, _, _): [place]
      }
    }
  }

  func contains(_ point: Point) -> Bool {
    (left...left + width).contains(point.x) && (bottom...bottom + height).contains(point.y)
  }
}

@Suite struct SceneTests {
  static let worlds =
    EnvironmentCatalogue.builtIn.filter { $0.needs == nil }.map(\.id) + [
      "Gridworld-v0:map=SFF/F#H/FFG", "FrozenLake-v1:desc=SG", "RandomWalk-v0:states=3", "RandomWalk-v0:states=1000",
      "WindyGridworld-v0:kings_moves=true,stochastic_wind=true", "ContextualBandit-v0:arms=100",
      "Taxi-v4:is_rainy=true",
    ]

  @Test(arguments: worlds)
  func `every world draws itself, within its viewport and moving`(id: String) throws {
    let frames = try frames(of: id, episodes: 3)
    #expect(try EnvironmentCatalogue.environment(id) is any Drawable)
    for frame in frames {
      let scene = frame.scene
      #expect(scene.shapes.count >= 4)
      #expect(scene.places.allSatisfy { $0.x.isFinite && $0.y.isFinite })
      // A floor may reach beyond, and a craft fly out of sight; most is to be seen.
      let seen = scene.places.count(where: scene.contains)
      #expect(Double(seen) >= 0.9 * Double(scene.places.count), "\(seen) of \(scene.places.count)")
    }
    #expect(Set(frames.map(\.scene)).count > 1)
    #expect(frames.last!.status.contains("return"))
  }

  @Test(arguments: [
    "Pendulum-v1:time_limit=9", "Pendulum-v1:frame_stack=3", "Pendulum-v1:rescale_action=true",
    "Pendulum-v1:clip_action=true", "Pendulum-v1:time_aware=true", "Pendulum-v1:normalize_observation=true",
  ])
  func `a wrapped world looks like the world`(id: String) throws {
    let (plain, wrapped) = (try frames(of: "Pendulum-v1", most: 1)[0], try frames(of: id, most: 3))
    #expect(wrapped[0].scene == plain.scene)
    #expect(Set(wrapped.map(\.scene)).count == 3)
  }

  @Test func `an action that is stretched is drawn as long as it acts`() throws {
    let plain = try #require(try EnvironmentCatalogue.environment("Pendulum-v1") as? any Drawable)
    let wrapped = try #require(try EnvironmentCatalogue.environment("Pendulum-v1:rescale_action=true") as? any Drawable)
    func scene<World: Drawable>(_ world: World, _ action: Float) -> Scene {
      var generator = PCG64(seed: 1)
      return world.scene(of: world.reset(using: &generator), after: [action])
    }
    let stretched = scene(wrapped, 1)
    #expect(stretched == scene(plain, 2))
    #expect(stretched != scene(plain, 1))
  }

  @Test func `a picture shows the state it is of`() throws {
    let world = try #require(try EnvironmentCatalogue.environment("CartPole-v1") as? CartPole)
    var generator = PCG64(seed: 1)
    var state = world.reset(using: &generator)
    (state.position, state.angle) = (1.5, 0)
    let scene = world.scene(of: state, after: [1])
    let pole = scene.shapes.compactMap { shape -> [Scene.Point]? in
      if case .line(let points, width: 0.11, _) = shape { points } else { nil }
    }
    #expect(pole == [[Scene.Point(1.5, 0.06), Scene.Point(1.5, 1.06)]])
    #expect(scene.shapes.count > world.scene(of: state, after: nil).shapes.count, "the push is an arrow")
  }

  @Test func `episodes play on after an end, and the last state is seen`() throws {
    let frames = try frames(of: "CartPole-v1", episodes: 2, most: 1000)
    let ends = frames.indices.filter { frames[$0].isLast }
    #expect(ends.count == 2 && ends[1] == frames.count - 1)
    #expect(frames[ends[0]].status == "episode 1 of 2   step \(ends[0])   return \(ends[0])   action \(last(ends[0]))")
    #expect(frames[ends[0] + 1].status == "episode 2 of 2   step 0   return 0")
    func last(_ index: Int) -> String {
      String(frames[index].status.components(after: "action "))
    }
  }

  @Test func `the first frame is of Gymnasium's episode`() throws {
    let world = try #require(try EnvironmentCatalogue.environment("CartPole-v1") as? CartPole)
    var generator = PCG64(seed: 7)
    #expect(
      try frames(of: "CartPole-v1", most: 1)[0].scene == world.scene(of: world.reset(using: &generator), after: nil))
  }

  @Test func `worlds that do not draw themselves have bars`() {
    let space = Space.box(low: [-1, -.infinity, 0], high: [1, .infinity, 0])
    let scene = Scene(bars: [0.5, .nan, 0], of: space)
    let bars = scene.shapes.compactMap { shape -> Double? in
      guard case .polygon(let points, let colour) = shape, colour != .pale else { return nil }
      return ((points[2].y - points[0].y) * 100).rounded() / 100
    }
    #expect(bars == [1.25, 0.06, 0.06])
    #expect(scene.places.allSatisfy(scene.contains))
    #expect(Scene(bars: Array(repeating: 9, count: 500), of: .multiBinary(500)).places.allSatisfy { $0.x < 10 })
  }

  @Test func `a long film is thinned out, but ends are kept`() {
    var film = Film(stepsPerSecond: 50, mostFrames: 100)
    #expect(film.framesPerSecond == 25)
    let scene = Scene(x: 0...1, y: 0...1)
    for step in 0...1001 { film.append(Frame(scene, title: "", status: "\(step)", isLast: step == 1001)) }
    #expect(film.frames.count <= 101 && film.frames.count > 50)
    #expect(film.frames.last?.status == "1001" && film.frames.first?.status == "0")
    #expect(film.framesPerSecond == 10)
  }
}

extension String {
  fileprivate func components(after mark: String) -> Substring {
    ranges(of: mark).last.map { self[$0.upperBound...] } ?? ""
  }
}
