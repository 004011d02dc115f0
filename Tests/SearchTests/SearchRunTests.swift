import Foundation
import Runs
import Settings
import Synchronization
import Telemetry
import TestSupport
import Testing
import Tracker
import Tuning

@testable import Search

/// A store with searches of hills in it.
struct HillSearch {
  let folder = TemporaryFolder()
  let store: Store

  init() throws {
    _ = Hill.isRegistered
    store = try Store(path: folder.path, create: true)
  }

  static let space = try! SearchSpace([
    SearchParameter("x", .real(low: 0, high: 0.9, log: false, steps: nil)),
    SearchParameter("mode", .choice([.text("good"), .text("best")])),
  ])

  static func configuration(
    _ hill: Hill = Hill(), sampler: SamplerName = .random, trials: Int = 12,
    change: (inout SearchConfiguration) -> Void = { _ in }
  ) throws -> SearchConfiguration {
    var configuration = try SearchConfiguration(
      of: hill, space: space, metric: "final/height", direction: .maximize)
    configuration.sampler = sampler
    configuration.trials = trials
    configuration.freshSeeds = 0
    change(&configuration)
    return configuration
  }

  func start(_ configuration: SearchConfiguration, seed: UInt64 = 7, workers: Int = 1) throws -> SearchRun {
    try SearchRun.start(configuration, seed: seed, experiment: "hills", workers: workers, in: store)
  }

  /// What each trial tried, by its number.
  func proposals(of search: String) throws -> [Int: [String: HyperparameterValue]] {
    var found: [Int: [String: HyperparameterValue]] = [:]
    for run in try store.runs() where run.description.parent == search {
      found[run.description.trial!.number] = run.description.trial!.values
    }
    return found
  }
}

@Suite struct `A search` {
  @Test func `tries the settings it starts from and then as many as asked for`() throws {
    let hills = try HillSearch()
    let search = try hills.start(HillSearch.configuration())
    let result = try #require(try search.search(shouldStop: { false }))
    let runs = try hills.store.runs().filter { $0.description.parent == search.id }
    #expect(runs.count == 13)
    #expect(runs.allSatisfy { $0.status == .finished })
    let first = try #require(runs.first { $0.description.trial?.number == 0 })
    #expect(first.description.hyperparameters["x"] == .number(0.9))
    let best = runs.max { $0.last("final/height")! < $1.last("final/height")! }!
    #expect(result.best == best.description.trial?.number)
    #expect(result.searched?.mean == best.last("final/height"))
    let record = try hills.store.load(search.id)
    #expect(record.status == .finished)
    #expect(record.last("search/trials") == 13)
    #expect(record.last("search/best_score") == best.last("final/height"))
  }

  @Test(arguments: SamplerName.allCases) func `finds a better place than it started from`(sampler: SamplerName) throws {
    let hills = try HillSearch()
    var configuration = try HillSearch.configuration(sampler: sampler, trials: 20)
    configuration.space = try SearchSpace([
      SearchParameter("x", .real(low: 0, high: 0.9, log: false, steps: 7)),
      SearchParameter("mode", .choice([.text("good"), .text("best")])),
    ])
    let result = try #require(try hills.start(configuration).search(shouldStop: { false }))
    #expect(result.values["mode"] == .text("best"))
    #expect(result.searched!.mean > -0.03)
    // The grid has 14 points, of which none is tried twice.
    if sampler == .grid { #expect(try hills.store.runs().count == 16) }
  }

  @Test func `proposes the same with any number of workers where results decide nothing`() throws {
    var all: [[Int: [String: HyperparameterValue]]] = []
    for workers in [1, 4] {
      let hills = try HillSearch()
      let search = try hills.start(HillSearch.configuration(sampler: .sobol, trials: 30), workers: workers)
      try search.search(shouldStop: { false })
      all.append(try hills.proposals(of: search.id))
    }
    #expect(all[0].count == 31)
    #expect(all[0] == all[1])
  }

  @Test(arguments: [SamplerName.random, .tpe]) func `that is interrupted again and again loses nothing`(
    sampler: SamplerName
  ) throws {
    let whole = try HillSearch()
    let unbroken = try whole.start(HillSearch.configuration(sampler: sampler, trials: 15))
    try unbroken.search(shouldStop: { false })

    let hills = try HillSearch()
    let search = try hills.start(HillSearch.configuration(sampler: sampler, trials: 15))
    var (id, rounds) = (search.id, 0)
    var next: SearchRun? = search
    while let run = next {
      id = run.id
      rounds += 1
      // After so few trials.
      var seen = 0
      if try run.search(shouldStop: { seen > 2 }, onProgress: { _ in seen += 1 }) != nil { break }
      #expect(try hills.store.load(id).status == .interrupted)
      next = try SearchRun.resume(id, trials: nil, workers: 1, in: hills.store)
    }
    #expect(rounds > 1)
    #expect(try hills.store.load(id).status == .finished)
    #expect(try hills.proposals(of: id) == whole.proposals(of: unbroken.id))
    let runs = try hills.store.runs().filter { $0.description.parent == id }
    #expect(runs.count == 16)
    #expect(runs.allSatisfy { $0.status == .finished })
    #expect(try SearchRun.resume(id, trials: nil, workers: 1, in: hills.store) == nil)
  }

  @Test func `tries no settings twice, and ends when all have been tried`() throws {
    let hills = try HillSearch()
    var configuration = try HillSearch.configuration(sampler: .tpe, trials: 50)
    configuration.space = try SearchSpace([
      SearchParameter("x", .choice([.number(0.1), .number(0.2), .number(0.3)])),
      SearchParameter("mode", .choice([.text("good"), .text("best")])),
    ])
    let search = try hills.start(configuration)
    try search.search(shouldStop: { false })
    let proposals = try hills.proposals(of: search.id).filter { $0.key > 0 }
    #expect(proposals.count == 6)
    #expect(Set(proposals.values).count == proposals.count)
    #expect(try hills.store.load(search.id).status == .finished)
  }

  @Test func `can be extended`() throws {
    let hills = try HillSearch()
    let search = try hills.start(HillSearch.configuration(sampler: .sobol, trials: 4))
    try search.search(shouldStop: { false })
    try SearchRun.resume(search.id, trials: 9, workers: 1, in: hills.store)?.search(shouldStop: { false })
    #expect(try hills.proposals(of: search.id).count == 10)
    let record = try hills.store.load(search.id)
    #expect((record.budget, record.status) == (9, .finished))
    // Nothing of before is hidden.
    #expect(record.series("search/trials")?.values.contains(5) == true)
  }

  @Test func `takes a bad trial for a failed one and goes on`() throws {
    let hills = try HillSearch()
    var configuration = try HillSearch.configuration(trials: 30)
    configuration.space = try SearchSpace([SearchParameter("x", .real(low: 0.5, high: 1.4, log: false, steps: nil))])
    let search = try hills.start(configuration)
    let result = try #require(try search.search(shouldStop: { false }))
    let failed = try hills.store.runs().filter { $0.status == .failed }
    #expect(!failed.isEmpty)
    #expect(failed.allSatisfy { $0.message == "x is too steep" })
    #expect(result.searched!.mean > -0.5)
  }

  @Test func `whose first settings fail ends with the reason`() throws {
    let hills = try HillSearch()
    let search = try hills.start(HillSearch.configuration(Hill(x: 2)))
    #expect {
      try search.search(shouldStop: { false })
    } throws: { error in
      (error as? TrialError)?.description.hasPrefix("the settings that the search starts from fail: run ") == true
        && (error as? TrialError)?.description.hasSuffix(": x is too steep") == true
    }
    let record = try hills.store.load(search.id)
    #expect(record.status == .failed)
    #expect(record.message?.hasSuffix(": x is too steep") == true)
  }

  @Test func `whose metric never comes ends with the reason`() throws {
    let hills = try HillSearch()
    let search = try hills.start(HillSearch.configuration { $0.metric = "final/depth" })
    #expect {
      try search.search(shouldStop: { false })
    } throws: { error in
      (error as? TrialError)?.description.hasSuffix(": the metric 'final/depth' was not recorded") == true
    }
  }

  @Test func `ends when its steps are used up, or nothing better comes`() throws {
    let hills = try HillSearch()
    let bySteps = try hills.start(HillSearch.configuration(trials: 100) { $0.maximumSteps = 40 })
    try bySteps.search(shouldStop: { false })
    #expect(try hills.proposals(of: bySteps.id).count == 10)
    #expect(try hills.store.load(bySteps.id).message == "the search's steps are used up")
    let byPatience = try hills.start(HillSearch.configuration(trials: 1_000) { $0.patience = 6 })
    try byPatience.search(shouldStop: { false })
    let state = try SearchWorker(hills.store.load(byPatience.id), in: hills.store).state()
    #expect(state.trials.last!.number - state.best!.number == 6)
  }

  @Test func `with no time left ends after what it has begun`() throws {
    let hills = try HillSearch()
    let search = try hills.start(HillSearch.configuration(trials: 1_000_000) { $0.maximumSeconds = 0 })
    try search.search(shouldStop: { false })
    #expect(try hills.proposals(of: search.id).isEmpty)
    #expect(try hills.store.load(search.id).status == .finished)
  }

  @Test func `stops where a better trial is unlikely, and only where it is asked to`() throws {
    let hills = try HillSearch()
    let search = try hills.start(
      HillSearch.configuration(sampler: .tpe, trials: 300) { $0.stopsWhenUnlikely = true })
    let result = try #require(try search.search(shouldStop: { false }))
    let tried = try hills.proposals(of: search.id).count
    #expect(tried >= RegretBound.leastTrials && tried < 200)
    #expect(result.searched!.mean > -0.01)
    let record = try hills.store.load(search.id)
    #expect(record.message?.hasPrefix("a better trial is unlikely") == true)
    let whole = try hills.start(HillSearch.configuration(sampler: .tpe, trials: tried + 5))
    try whole.search(shouldStop: { false })
    #expect(try hills.proposals(of: whole.id).count == tried + 6)
  }

  @Test func `confirms its best settings with whole runs though its time is used up`() throws {
    let hills = try HillSearch()
    let search = try hills.start(
      HillSearch.configuration(Hill(steps: 50), trials: 2) { ($0.freshSeeds, $0.maximumSeconds) = (2, 1_000) })
    var ended = 0
    try search.search(shouldStop: { ended == 3 }) { ended = $0.endedTrials }
    #expect(ended == 3)
    let late = try SearchWorker(hills.store.load(search.id), in: hills.store, secondsUsed: 1_000)
    try late.work(shouldStop: { false })
    let confirmations = try hills.store.runs().filter { $0.description.trial?.purpose == .confirmation }
    #expect(!confirmations.isEmpty)
    for run in confirmations {
      #expect(run.lastStep == 50)
      #expect(run.tags["pruned"] == nil)
    }
  }

  @Test func `is read back from its record as it was`() throws {
    let configuration = try HillSearch.configuration {
      ($0.pruner, $0.progressMetric, $0.seedsPerTrial, $0.patience) = (.median, "eval/height", 3, 9)
      ($0.maximumSteps, $0.trialSeconds, $0.isIsolated, $0.trialMemory) = (1_000, 2.5, true, 1 << 30)
      $0.stopsWhenUnlikely = true
    }
    let description = configuration.description(
      seed: 3, experiment: "e", name: "", tags: [:], surroundings: .current())
    let again = try SearchConfiguration(of: description)
    #expect(again.recordedSettings == configuration.recordedSettings)
    #expect(again.stopsWhenUnlikely)
    #expect(again.hash == configuration.hash)
    #expect(again.space == configuration.space)
  }

  @Test func `takes a trial whose checkpoint is damaged for a failed one`() throws {
    let hills = try HillSearch()
    let search = try hills.start(HillSearch.configuration(Hill(steps: 50), sampler: .sobol, trials: 3))
    var asked = 0
    // In the middle of a trial.
    _ = try search.search(shouldStop: {
      asked += 1
      return (try? hills.store.runs().contains { $0.description.trial?.number == 2 }) == true
    })
    let cut = try #require(hills.store.runs().last { $0.description.trial != nil && $0.status == .interrupted })
    let checkpoint = try #require(cut.lastCheckpoint)
    try writeBytes([1, 2, 3], "\(hills.folder.path)/hills/\(cut.id)/checkpoints/\(checkpoint.file)")
    try SearchRun.resume(search.id, trials: nil, workers: 1, in: hills.store)?.search(shouldStop: { false })
    let record = try hills.store.load(cut.id)
    #expect(record.status == .failed)
    #expect(record.message?.contains("checkpoint") == true)
    #expect(try hills.store.load(search.id).status == .finished)
  }

  @Test func `sees a run that had only just begun when it looked`() throws {
    let hills = try HillSearch()
    let search = try hills.start(HillSearch.configuration(trials: 1))
    try search.search(shouldStop: { false })
    let worker = try SearchWorker(hills.store.load(search.id), in: hills.store)
    let run = try #require(hills.store.runs().first { $0.description.trial?.number == 1 })
    let log = "\(hills.folder.path)/hills/\(run.id)/log.rlog"
    let bytes = readBytes(log)
    try writeBytes([], log)
    #expect(try worker.state().trials.map(\.number) == [0])
    try writeBytes(bytes, log)
    #expect(try worker.state().trials.map(\.number) == [0, 1])
  }

  @Test func `is reproduced trial by trial`() throws {
    let hills = try HillSearch()
    let search = try hills.start(
      HillSearch.configuration(Hill(noise: 0.1), sampler: .tpe, trials: 8) {
        ($0.pruner, $0.progressMetric, $0.freshSeeds) = (.median, "eval/height", 2)
      })
    try search.search(shouldStop: { false })
    let difference = try #require(
      try SearchConfiguration.reproduce(
        search.id, changes: [:], in: hills.store, shouldStop: { false }, onProgress: { _, _ in }))
    #expect(difference.first == nil)
    #expect(difference.pointsCompared > 9 * 4)
  }
}
