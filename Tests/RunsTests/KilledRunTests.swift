import Foundation
import RLCore
import Telemetry
import Testing
import Tracker

@testable import Debugger
@testable import Fitting
@testable import Runs
@testable import Training

/// A run that is killed at any moment and resumed, however often, is the run that nobody killed.
@Suite struct KilledRunTests {
  /// Sixteen iterations of 64 steps, a milestone every second one, an evaluation every fourth. Every episode has 200 steps,
  /// so that the last evaluation asks whether it should stop.
  private func configuration(_ actions: [String], rules: DebuggerSettings = DebuggerSettings()) throws
    -> TrainingConfiguration
  {
    var configuration = try TrainingConfiguration(
      environment: "MountainCar-v0",
      values: [
        "n_steps": .integer(32), "n_envs": .integer(2), "batch_size": .integer(32), "n_epochs": .integer(2),
        "net_arch": .integers([16]), "learning_rate": .number(0.05), "n_timesteps": .integer(1_024),
      ])
    configuration.plan.evaluationFrequency = 256
    configuration.evaluationEpisodes = 1
    configuration.finalEpisodes = 2 * Evaluator.environmentCount
    configuration.plan.saveFrequency = 128
    configuration.debugger = rules
    configuration.actions = try FindingActions(actions)
    configuration.actions.maximumRewinds = 4
    return configuration
  }

  /// What is on the disk at every `stride`th moment that a training can be looked at, as `kill -9` would leave it.
  private final class Deaths {
    private let store: Store
    private let stride: Int
    private var moments = 0
    private(set) var copies: [TemporaryStore] = []

    init(of store: Store, every stride: Int) { (self.store, self.stride) = (store, stride) }

    func look() throws {
      moments += 1
      if moments % stride == 0 { copies.append(try TemporaryStore(copying: store)) }
    }
  }

  /// Trains to the end and keeps what dying on the way would have left: between iterations, in the final evaluation, just
  /// after a rewind.
  private func train(_ run: TrainingRun, dying deaths: Deaths? = nil) throws {
    var failure: (any Error)?
    func look() { do { try deaths?.look() } catch { failure = error } }
    try run.train(
      shouldStop: {
        look()
        return false
      }, onRemark: { _ in look() })
    if let failure { throw failure }
  }

  private func expectSame(_ store: Store, _ id: String, as whole: RunRecord) throws {
    let record = try store.load(id)
    #expect(record.status == .finished && record.message == whole.message)
    #expect(firstDifference(record.content, whole.content) == nil)
    #expect(record.rewinds.map(\.rewind) == whole.rewinds.map(\.rewind))
    #expect(RunDifference(between: whole, and: record).first == nil)
    #expect(try store.verify(id).isSound)
  }

  @Test(arguments: [
    (["any=rewind"], "train/n_updates > 20"), (["any=rewind:learning_rate*0.5"], "train/approx_kl > 0.3"),
    (["any=rewind:seed,gamma=0.9"], "train/loss > -1000 for 5 points"),
    (["any=checkpoint", "When=stop"], "train/n_updates > 30"),
  ])
  func `killed anywhere and resumed it records what an uninterrupted one does`(
    actions: [String], condition: String
  ) throws {
    let temporary = try TemporaryStore()
    let configuration = try configuration(
      actions, rules: DebuggerSettings(selection: "default", conditions: [condition]))
    let run = try TrainingRun.start(configuration, seed: 3, experiment: "e", in: temporary.store)
    let deaths = Deaths(of: temporary.store, every: 4)
    try train(run, dying: deaths)
    let whole = try temporary.store.load(run.id)
    #expect(deaths.copies.count > 1)
    for (number, copy) in deaths.copies.enumerated() {
      // Every other one dies a second time.
      let second = Deaths(of: copy.store, every: 5)
      try train(
        try #require(try TrainingRun.resume(run.id, in: copy.store)), dying: number % 2 == 0 ? second : nil)
      try expectSame(copy.store, run.id, as: whole)
      if let again = second.copies.last {
        try train(try #require(try TrainingRun.resume(run.id, in: again.store)))
        try expectSame(again.store, run.id, as: whole)
      }
    }
    #expect(try TrainingRun.reproduce(run.id, in: temporary.store)?.first == nil)
  }

  @Test(arguments: [true, false])
  func `one that an evaluation has ended and that is killed while it is evaluated for the last time has ended`(
    byReward: Bool
  ) throws {
    let temporary = try TemporaryStore()
    var configuration = try configuration([])
    if byReward { configuration.plan.stopScore = -200 } else { configuration.plan.patience = 1 }
    configuration.plan.evaluationFrequency = 64
    let run = try TrainingRun.start(configuration, seed: 3, experiment: "e", in: temporary.store)
    let deaths = Deaths(of: temporary.store, every: 1)
    try train(run, dying: deaths)
    let whole = try temporary.store.load(run.id)
    #expect(whole.lastStep < 1_024 && whole.message != nil)
    #expect(deaths.copies.count >= (byReward ? 1 : 2))
    for copy in deaths.copies {
      try train(try #require(try TrainingRun.resume(run.id, in: copy.store)))
      try expectSame(copy.store, run.id, as: whole)
    }
    // It says that it is finished; extended, it goes on to the next evaluation at least, killed or not.
    #expect(try TrainingRun.resume(run.id, in: temporary.store) == nil)
    let extended = try #require(try TrainingRun.resume(run.id, budget: 2_048, in: temporary.store))
    let second = Deaths(of: temporary.store, every: 1)
    try train(extended, dying: second)
    let longer = try temporary.store.load(run.id)
    #expect(longer.lastStep > whole.lastStep && longer.budget == 2_048)
    for copy in second.copies {
      try train(try #require(try TrainingRun.resume(run.id, in: copy.store)))
      try expectSame(copy.store, run.id, as: longer)
    }
    #expect(try TrainingRun.reproduce(run.id, in: temporary.store)?.first == nil)
  }

  @Test func `a finding that goes on before a kill is told as long as it went on`() throws {
    let temporary = try TemporaryStore()
    // It holds through the first quarter.
    var configuration = try configuration(
      [], rules: DebuggerSettings(selection: "none", conditions: ["train/learning_rate > 0.0374"]))
    configuration.hyperparameters["learning_rate"] = .text("lin_0.05")
    let run = try TrainingRun.start(configuration, seed: 3, experiment: "e", in: temporary.store)
    let deaths = Deaths(of: temporary.store, every: 4)
    try train(run, dying: deaths)
    let whole = try temporary.store.load(run.id)
    #expect(whole.findings.map(\.finding.lastStep) == [256])
    for copy in deaths.copies {
      try train(try #require(try TrainingRun.resume(run.id, in: copy.store)))
      try expectSame(copy.store, run.id, as: whole)
    }
  }

  @Test func `what is found of the clock does not rewind, and is not compared`() throws {
    let temporary = try TemporaryStore()
    let configuration = try configuration(
      ["any=rewind"], rules: DebuggerSettings(selection: "none", conditions: ["time/fps > 0"]))
    let run = try TrainingRun.start(configuration, seed: 3, experiment: "e", in: temporary.store)
    var remarks: [String] = []
    try run.train(onRemark: { remarks.append("\($0)") })
    let record = try temporary.store.load(run.id)
    #expect(record.rewinds.isEmpty && record.findings.count == 1 && record.lastStep == 1_024)
    #expect(remarks == ["no rewind for When at step 64: it is about time, not about what is learnt"])
    var other = record
    other.findings = []
    #expect(RunDifference(between: record, and: other).first == nil)
  }

  @Test func `a whole number that a rewind has set is multiplied as a number after a resumption`() throws {
    let temporary = try TemporaryStore()
    var configuration = try configuration(
      ["any=rewind:ent_coef*0.5"], rules: DebuggerSettings(selection: "none", conditions: ["train/n_updates > 20"]))
    configuration.hyperparameters["ent_coef"] = .number(2)
    let run = try TrainingRun.start(configuration, seed: 3, experiment: "e", in: temporary.store)
    let deaths = Deaths(of: temporary.store, every: 6)
    try train(run, dying: deaths)
    let whole = try temporary.store.load(run.id)
    #expect(whole.series("params/ent_coef")?.values.last == 0.125)
    for copy in deaths.copies {
      try train(try #require(try TrainingRun.resume(run.id, in: copy.store)))
      try expectSame(copy.store, run.id, as: whole)
    }
  }

  @Test(arguments: [
    ("mlp", "train/loss >= 0 for 3 points"), ("logistic", "train/objective >= 0 for 2 points"),
  ])
  func `a fit that a finding has stopped and that is killed before it says so has stopped`(
    model: String, condition: String
  ) throws {
    let place = try FitPlace()
    let data = try DataFile(place.file("flowers.csv", FitPlace.flowers))
    var configuration = try FitConfiguration(data: data, target: "kind", model: model)
    configuration.debugger = try DebuggerSettings(selection: "none", conditions: [condition])
    configuration.actions = try FindingActions(["any=stop"])
    let run = try FitRun.start(configuration, seed: 1, experiment: "e", in: place.store)
    let deaths = Deaths(of: place.store, every: 1)
    var failure: (any Error)?
    func look() { do { try deaths.look() } catch { failure = error } }
    try run.fit(onProgress: { _ in look() }, onRemark: { _ in look() })
    if let failure { throw failure }
    let whole = try place.store.load(run.id)
    #expect(whole.message?.hasPrefix("stopped by the finding When at step") == true)
    #expect(deaths.copies.count > 2)
    for copy in deaths.copies {
      try #require(try FitRun.resume(run.id, in: copy.store)).fit()
      try expectSame(copy.store, run.id, as: whole)
    }
  }

  @Test(arguments: [["any=rewind"], ["any=rewind:seed"], ["any=rewind:learning_rate*0.5,seed", "any=checkpoint"]])
  func `a fit that goes back and is killed anywhere records what an uninterrupted one does`(actions: [String]) throws {
    let place = try FitPlace()
    let data = try DataFile(place.file("flowers.csv", FitPlace.flowers))
    var configuration = try FitConfiguration(
      data: data, target: "kind", model: "mlp",
      values: ["epochs": .integer(24), "patience": .integer(24), "batch_size": .integer(8), "dropout": .number(0.2)])
    configuration.debugger = try DebuggerSettings(selection: "none", conditions: ["train/loss >= 0 for 9 points"])
    configuration.actions = try FindingActions(actions)
    configuration.actions.maximumRewinds = 2
    configuration.plan.saveFrequency = 3
    let run = try FitRun.start(configuration, seed: 1, experiment: "e", in: place.store)
    let deaths = Deaths(of: place.store, every: 3)
    var failure: (any Error)?
    func look() { do { try deaths.look() } catch { failure = error } }
    try run.fit(onProgress: { _ in look() }, onRemark: { _ in look() })
    if let failure { throw failure }
    let whole = try place.store.load(run.id)
    #expect(whole.rewinds.count == 2 && whole.rewinds.allSatisfy { $0.step > 0 })
    #expect(whole.message?.contains("all 2 rewinds are used up") == true)
    #expect(deaths.copies.count > 5)
    for copy in deaths.copies {
      try #require(try FitRun.resume(run.id, in: copy.store)).fit()
      try expectSame(copy.store, run.id, as: whole)
    }
    #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
  }

  @Test func `a time limit counts the work of all stretches, and an extension has it anew`() throws {
    let temporary = try TemporaryStore()
    var configuration = try configuration([])
    configuration.plan.maximumSeconds = 3_600
    let run = try TrainingRun.start(configuration, seed: 3, experiment: "e", in: temporary.store)
    var count = 0
    try run.train(shouldStop: {
      count += 1
      return count > 4
    })
    let record = try temporary.store.load(run.id)
    let limit = try TrainingConfiguration(of: record.description).plan.maximumSeconds
    #expect(limit == 3_600 && record.status == .interrupted)
    try #require(try TrainingRun.resume(run.id, in: temporary.store)).train()
    let resumed = try temporary.store.load(run.id)
    #expect(resumed.secondsBeforeResumption > 0)
    let all = try #require(resumed.activeSeconds)
    #expect(resumed.secondsBeforeResumption < all)
    try #require(try TrainingRun.resume(run.id, budget: 2_048, in: temporary.store)).train()
    #expect(try temporary.store.load(run.id).secondsBeforeResumption == 0)
  }
}
