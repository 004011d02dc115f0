import Formats
import Runs
import Settings
import Telemetry
import Testing
import Tracker
import Tuning

@testable import Search

@Suite struct `A population` {
  private static let space = try! SearchSpace([SearchParameter("x", .real(low: 0, high: 0.9, log: false, steps: nil))])

  private static func configuration(freshSeeds: Int = 0) throws -> SearchConfiguration {
    var configuration = try SearchConfiguration(
      of: Hill(noise: 0.01, steps: 20), space: space, metric: "final/climbed", direction: .maximize)
    (configuration.population, configuration.freshSeeds) = (Population(members: 6, stretch: 4), freshSeeds)
    configuration.sampler = .sobol
    return configuration
  }

  private func trials(of search: String, in store: Store) throws -> [RunRecord] {
    try store.runs().filter { $0.description.parent == search && $0.description.trial?.purpose == .search }
      .sorted { $0.description.trial!.number < $1.description.trial!.number }
  }

  @Test func `trains in stretches, and the worst go on from the best with other settings`() throws {
    let hills = try HillSearch()
    let search = try hills.start(Self.configuration(), workers: 3)
    try search.search(shouldStop: { false })
    let runs = try trials(of: search.id, in: hills.store)
    #expect(runs.map { $0.description.trial!.number } == Array(1...30))
    #expect(runs.allSatisfy { $0.status == .finished })
    // The first member starts from the settings that were given, and each stretch ends where the next begins.
    #expect(runs[0].description.hyperparameters["x"] == .number(0.9))
    for run in runs { #expect(run.lastStep == ((run.description.trial!.number - 1) / 6 + 1) * 4) }
    let byID = Dictionary(uniqueKeysWithValues: runs.map { ($0.id, $0) })
    for generation in 1..<5 {
      let before = runs[(generation - 1) * 6..<generation * 6].sorted {
        $0.last("final/climbed")! > $1.last("final/climbed")!
      }
      for run in runs[generation * 6..<(generation + 1) * 6] {
        let origin = try #require(run.description.trial?.origin)
        let source = try #require(byID[origin.run])
        if origin.stream == 0 {
          #expect(source.description.trial!.number == run.description.trial!.number - 6)
          #expect(source.description.trial!.values == run.description.trial!.values)
        } else {
          // A quarter of six is one.
          #expect(source.id == before[0].id)
          #expect(before[5].description.trial!.number == run.description.trial!.number - 6)
        }
        // It has what its origin had, and what it did itself.
        let gained = run.last("final/climbed")! - source.last("final/climbed")!
        #expect(abs(gained - 4 * run.last("final/height")!) < 1e-9)
      }
      #expect(runs[generation * 6..<(generation + 1) * 6].count { $0.description.trial!.origin!.stream != 0 } == 1)
    }
    let result = SearchResult(try SearchWorker(hills.store.load(search.id), in: hills.store).state())
    #expect(result.best! > 24)
  }

  @Test func `that is stopped and resumed comes out the same`() throws {
    var scores: [[Double]] = []
    for isBroken in [false, true] {
      let hills = try HillSearch()
      var search: SearchRun? = try hills.start(Self.configuration())
      let id = search!.id
      while let run = search {
        var seen = 0
        let result = try run.search(shouldStop: { isBroken && seen > 2 }, onProgress: { _ in seen += 1 })
        search = result == nil ? try SearchRun.resume(id, trials: nil, workers: 2, in: hills.store) : nil
      }
      scores.append(try trials(of: id, in: hills.store).map { $0.last("final/climbed")! })
    }
    #expect(scores[0].count == 30)
    #expect(scores[0] == scores[1])
  }

  @Test func `is confirmed by its best member's settings, stretch after stretch, with fresh seeds`() throws {
    let hills = try HillSearch()
    let search = try hills.start(Self.configuration(freshSeeds: 2))
    let result = try #require(try search.search(shouldStop: { false }))
    let fresh = try hills.store.runs().filter { $0.description.trial?.purpose == .confirmation }
    #expect(fresh.count == 2 * 5 + 2)
    #expect(result.confirmed?.count == 2)
    let start = fresh.filter { $0.description.trial?.number == 0 }
    #expect(start.allSatisfy { $0.lastStep == 20 && $0.description.trial?.origin == nil })
    #expect(result.start?.mean == (start[0].last("final/climbed")! + start[1].last("final/climbed")!) / 2)
  }

  @Test func `is reproduced stretch by stretch`() throws {
    let hills = try HillSearch()
    let search = try hills.start(Self.configuration())
    try search.search(shouldStop: { false })
    let difference = try SearchConfiguration.reproduce(
      search.id, changes: [:], in: hills.store, shouldStop: { false }, onProgress: { _, _ in })
    #expect(difference != nil)
    #expect(difference?.first == nil)
  }

  @Test func `refuses what cannot be a population`() throws {
    func refused(_ change: (inout SearchConfiguration) -> Void) -> String? {
      do {
        var configuration = try Self.configuration()
        change(&configuration)
        try configuration.check()
        return nil
      } catch {
        return sentence(of: error)
      }
    }
    #expect(refused { _ in } == nil)
    #expect(refused { $0.population?.members = 1 } == "a population has at least 2 members, not 1")
    #expect(
      refused { $0.population?.stretch = 20 }
        == "members are compared after fewer steps than the 20 they train for, not 20")
    #expect(refused { $0.seedsPerTrial = 2 }?.hasPrefix("a population has one seed a member") == true)
    #expect(
      refused {
        $0.space = try! SearchSpace([SearchParameter("steps", .integer(low: 5, high: 9, log: false, step: 1))])
      }
        == "'steps' cannot change in a training that goes on: leave it out of a population's space")
  }
}
