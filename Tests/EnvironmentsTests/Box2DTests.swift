import Foundation
import RLCore
import Randomness
import TestSupport
import Testing

@testable import Environments

/// What `Tests/Goldens/gymnasium_box2d.py` recorded of one world.
private struct Box2DGolden: Decodable {
  /// Of return, length and steps with each leg on the ground.
  struct Results: Decodable {
    var episodes: Int
    var means: [Double]
    var deviations: [Double]
  }

  /// What was done, and seen before and after each action.
  struct Course: Decodable {
    var actions: [[Float]]
    var observations: [[Double]]
  }

  var world: String
  var policies: [String: Results]
  /// For seeds 0, 1, …: all of a lander's episode, the first steps of a walker's.
  var courses: [Course]

  static let recorded: [Box2DGolden] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/box2d.json")
    return try! JSONDecoder().decode([Box2DGolden].self, from: Data(contentsOf: file))
  }()

  static func of(_ world: String) -> Box2DGolden { recorded.first { $0.world == world }! }
}

@Suite struct Box2DTests {
  static let ids = EnvironmentCatalogue.box2D.map(\.id)

  /// Return, length and steps with each leg on the ground, of one episode for each seed.
  private func play(_ id: String, _ policy: Box2DPolicy, seeds: Range<UInt64>) throws -> [[Double]] {
    let world = try EnvironmentCatalogue.make(id, count: 1)
    let specification = world.specification
    let contact = id.hasPrefix("LunarLander") ? (6, 7) : (8, 13)
    var batch = world.makeBatch()
    return seeds.map { seed in
      world.reset(seed: seed, into: &batch)
      let act = policy.make(for: specification)
      var results = [0.0, 0, 0, 0]
      while true {
        world.step(act(batch.observations).span, into: &batch)
        let hasEnded = batch.endings[0] != .none
        let seen = hasEnded ? batch.finalObservations : batch.observations
        for (index, value) in [batch.rewards[0], 1, Double(seen[contact.0]), Double(seen[contact.1])].enumerated() {
          results[index] += value
        }
        if hasEnded { return results }
      }
    }
  }

  @Test(arguments: ids, Box2DPolicy.allCases) func policiesGetWhatTheyGetInGymnasium(
    id: String, policy: Box2DPolicy
  ) throws {
    let theirs = try #require(Box2DGolden.of(id).policies[policy.rawValue])
    let episodes = theirs.episodes
    let results = try play(id, policy, seeds: 0..<UInt64(episodes))
    for (index, name) in ["return", "length", "left contact", "right contact"].enumerated() {
      let mean = results.map { $0[index] }.reduce(0, +) / Double(episodes)
      // Three standard errors of what they got, with the same seeds.
      let bound = 3 * theirs.deviations[index] / Double(episodes).squareRoot()
      #expect(abs(mean - theirs.means[index]) <= bound, "\(name): \(mean) here, \(theirs.means[index]) there")
    }
  }

  @Test(arguments: ids) func coursesAreGymnasiums(id: String) throws {
    for (seed, course) in Box2DGolden.of(id).courses.enumerated() {
      let world = try EnvironmentCatalogue.make(id, count: 1)
      var batch = world.makeBatch()
      world.reset(seed: UInt64(seed), into: &batch)
      var (seen, hasEnded) = ([batch.observations], false)
      for action in course.actions {
        #expect(!hasEnded, "seed \(seed) ends at \(seen.count - 1) of \(course.actions.count) steps")
        world.step(action.span, into: &batch)
        hasEnded = batch.endings[0] != .none
        seen.append(hasEnded ? batch.finalObservations : batch.observations)
      }
      #expect(hasEnded == id.hasPrefix("LunarLander"))
      for (step, (ours, theirs)) in zip(seen, course.observations).enumerated() {
        let difference = zip(ours, theirs).map { abs(Double($0) - $1) }.max()!
        #expect(difference < 1e-3, "seed \(seed), step \(step)")
      }
    }
  }

  @Test(arguments: ids) func copiesGoTheirOwnWay(id: String) throws {
    func check<World: Environment>(_ world: World) throws {
      var generator = PCG64(seed: 3)
      var state = world.reset(using: &generator)
      let width = world.specification.actionSpace.width
      func steps(_ state: inout World.State, _ generator: inout PCG64, _ actions: Range<Int>) -> [[Float]] {
        actions.map { step in
          let action = (0..<width).map { index in
            width == 1 ? Float(step / 7 % 4) : Float((step * (index + 3)) % 21) / 10 - 1
          }
          _ = world.step(&state, action: action.span, using: &generator)
          var observation = [Float](repeating: 0, count: world.specification.observationSpace.width)
          var span = observation.mutableSpan
          world.observe(state, into: &span)
          return observation
        }
      }
      _ = steps(&state, &generator, 0..<60)
      var (copy, copyGenerator) = (state, generator)
      var (loaded, loadedGenerator) = (
        try JSONDecoder().decode(World.State.self, from: JSONEncoder().encode(state)), generator
      )
      let seen = steps(&state, &generator, 60..<90)
      // Neither has moved along, and both move as the original did.
      #expect(steps(&copy, &copyGenerator, 60..<90) == seen)
      #expect(steps(&loaded, &loadedGenerator, 60..<90) == seen)
    }
    try check(EnvironmentCatalogue.environment(id))
  }

  /// Contacts take memory when they are first made, and an episode when it begins; steps take none.
  @Test(arguments: ["LunarLander-v3", "LunarLanderContinuous-v3"]) func flightAllocatesNothing(id: String) throws {
    let world = try EnvironmentCatalogue.make(id, count: 4)
    var batch = world.makeBatch()
    world.reset(seed: 1, into: &batch)
    let row = [Float](repeating: 0, count: 4 * world.specification.actionSpace.width)
    world.step(row.span, into: &batch)
    let made = allocations { for _ in 0..<40 { world.step(row.span, into: &batch) } }
    #expect(made ?? 0 == 0)
    #expect(batch.endings.allSatisfy { $0 == .none })
  }

  @Test func windMovesALander() throws {
    func fall(_ id: String) throws -> [Float] {
      let world = try EnvironmentCatalogue.make(id, count: 1)
      var batch = world.makeBatch()
      world.reset(seed: 4, into: &batch)
      for _ in 0..<40 { world.step([Float(0)].span, into: &batch) }
      return batch.observations
    }
    let calm = try fall("LunarLander-v3")
    #expect(try fall("LunarLander-v3:enable_wind=true") != calm)
    #expect(try fall("LunarLander-v3:gravity=-5") != calm)
  }
}
