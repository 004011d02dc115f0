import RLCore
import Randomness
import TestSupport
import Testing

@testable import Environments
@testable import MuJoCo

@Suite(.needsMuJoCo) struct RobotVectorTests {
  static let ids = EnvironmentCatalogue.muJoCo.map(\.id)

  @Test(arguments: ids) func `every robot keeps the laws of environments`(id: String) throws {
    func check(_ world: some Environment) {
      #expect(EnvironmentLaw.violations(of: world, steps: 60) == [])
      let found = EnvironmentLaw.violations(of: world, seed: 1 << 40, steps: 60) {
        try! EnvironmentCatalogue.make(id, count: $0, autoReset: $1, threads: $2)
      }
      #expect(found == [])
    }
    check(try EnvironmentCatalogue.environment(id))
  }

  @Test(arguments: ids) func `what is said without MuJoCo is so with it`(id: String) throws {
    let world = try EnvironmentCatalogue.make(id, count: 2)
    let entry = try EnvironmentCatalogue.entry(id)
    #expect(world.specification == entry.specification)
    #expect(entry.missing == nil)
    let library = try MuJoCoLibrary.load()
    let files = [Ant.file, HalfCheetah.file, Hopper.file, Humanoid.file, HumanoidStandup.file]
    for file in files {
      let model = try Model.load(library.model(named: file), in: library)
      #expect(model.controlRange.low == model.controlRange.high.map { -$0 })
    }
    var batch = world.makeBatch()
    world.reset(seed: 1, into: &batch)
    #expect(batch.observations.count == 2 * entry.specification.observationSpace.width)
  }

  /// As many allocations for 60 steps as for 20, endings and new episodes in between.
  @Test(arguments: ids) func `steps and new episodes allocate nothing`(id: String) throws {
    let world = try EnvironmentCatalogue.make("\(id):time_limit=7", count: 3)
    var batch = world.makeBatch()
    world.reset(seed: 1, into: &batch)
    let row = [Float](repeating: 0, count: 3 * world.specification.actionSpace.width)
    world.step(row.span, into: &batch)
    func steps(_ count: Int) -> Int? { allocations { for _ in 0..<count { world.step(row.span, into: &batch) } } }
    _ = steps(20)
    let few = steps(20)
    #expect(steps(60) == few)
  }

  @Test func `an action beyond the bounds costs as much as it says and moves as much as it may`() throws {
    let first = try EnvironmentCatalogue.make("HalfCheetah-v5", count: 1)
    let second = try EnvironmentCatalogue.make("HalfCheetah-v5", count: 1)
    var (one, other) = (first.makeBatch(), second.makeBatch())
    first.reset(seed: 4, into: &one)
    second.reset(seed: 4, into: &other)
    let (full, beyond) = ([Float](repeating: 1, count: 6), [Float](repeating: 2, count: 6))
    first.step(full.span, into: &one)
    second.step(beyond.span, into: &other)
    #expect(one.observations == other.observations)
    #expect(abs(one.rewards[0] - other.rewards[0] - 0.1 * 6 * (4 - 1)) < 1e-6)
  }
}
