import Fitting
import Foundation
import Settings
import Telemetry
import TestSupport
import Testing
import Training

@testable import Runs
@testable import Tracker

@Suite struct RunKindTests {
  @Test func `a run says of what kind it is, and its log keeps it`() throws {
    let place = try TemporaryStore()
    let training = try TrainingRun.start(smallConfiguration(), seed: 1, experiment: "e", in: place.store)
    let program = try place.store.start(experiment: "e")
    try program.finish(status: .finished)
    #expect(try place.store.load(training.id).description.kind == .training)
    #expect(try place.store.load(program.id).description.kind == .program)
  }

  /// What a log of an earlier program says, as today's description.
  private func former(
    environmentCount: Int, settings: [String: HyperparameterValue] = [:], tags: [String: String] = [:]
  ) throws -> RunDescription {
    var description = exampleDescription()
    (description.protocolSettings, description.tags) = (settings, tags)
    var json = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(description)) as? [String: Any])
    json["kind"] = nil
    json["budgetParameter"] = nil
    json["copies"] = environmentCount
    json["hyperparameters"] = ["learning_rate": 3e-4]
    return try JSONDecoder().decode(RunDescription.self, from: JSONSerialization.data(withJSONObject: json))
  }

  @Test func `the kind of a run that does not say it follows from what it recorded`() throws {
    #expect(try former(environmentCount: 8).kind == .training)
    #expect(try former(environmentCount: 0, settings: ["data-sha256": .text("abc")]).kind == .fit)
    #expect(try former(environmentCount: 0).kind == .program)
    #expect(try former(environmentCount: 0, tags: ["imported": "old"]).kind == .imported)
  }

  @Test func `what earlier programs kept beside the hyperparameters is among them`() throws {
    let training = RunRecord(id: "a", description: try former(environmentCount: 8))
    #expect(
      training.parameters
        == ["learning_rate": .number(3e-4), "n_envs": .integer(8), "n_timesteps": .integer(1_000)])
    #expect(RunFields(training)["copies"] == .number(8))
    let other = RunRecord(id: "a", description: try former(environmentCount: 0))
    #expect(other.parameters == ["learning_rate": .number(3e-4)])
    #expect(RunFields(other)["copies"] == .number(0))
  }

  @Test func `a kind that nobody here knows is kept, and its runs are not resumed`() throws {
    let place = try TemporaryStore()
    var description = exampleDescription()
    description.kind = "of-somebody-else"
    let run = try place.store.start(description)
    run.record("energy", 1, step: 1)
    try run.finish(status: .finished)
    let record = try place.store.load(run.id)
    #expect(record.description.kind.rawValue == "of-somebody-else")
    #expect(record.configuration == nil)
    let error = #expect(throws: ConfigurationError.self) { try record.configuration(toBe: "resumed") }
    #expect(
      error?.description
        == "run \(run.id) was recorded by a program of its user's, and runs of its kind cannot be resumed by this program"
    )
    #expect(throws: ConfigurationError.self) { try TrainingRun.resume(run.id, in: place.store) }
  }

  @Test func `a kind of a program's own is registered, and its runs go on and are done again`() throws {
    RunKinds.register(Walk.self)
    let place = try TemporaryStore()
    let walk = Walk(length: 5, stride: 0.5)
    let id = try Walk.Run(walk, seed: 3, in: place.store).walk(to: 2)
    var record = try place.store.load(id)
    #expect(record.description.kind == "walk" && record.status == .interrupted)
    #expect(record.parameters == ["length": .integer(5)])
    #expect(record.unit == .steps && record.canBeExtended)

    let kind = try record.configuration(toBe: "resumed")
    let run = try #require(try kind.resume(id, budget: nil, threads: 1, in: place.store))
    var last: RunProgress?
    try run.run(shouldStop: { false }, onProgress: { last = $0 }, onRemark: { _ in })
    #expect(last == RunProgress(step: 5, budget: 5))
    record = try place.store.load(id)
    #expect(record.status == .finished && record.series("x")?.values == [0.5, 1, 1.5, 2, 2.5])
    #expect(try kind.resume(id, budget: nil, threads: 1, in: place.store) == nil)

    let difference = try kind.reproduce(id, changes: [:], in: place.store, shouldStop: { false }) { _, _ in }
    #expect(difference?.first == nil && difference?.pointsCompared == 5)
  }

  @Test func `a training and a fit are not taken for each other`() throws {
    let place = try FitPlace()
    let (fit, _) = try place.fit(
      FitConfiguration(data: place.golden("wine_train.csv"), target: "target", model: "logistic"))
    let error = #expect(throws: ConfigurationError.self) { try TrainingRun.resume(fit.id, in: place.store) }
    #expect(error?.description == "run \(fit.id) is a fit, and only a training can be resumed as one")
  }

  @Test func `each kind is done again by its own`() throws {
    let place = try FitPlace()
    let (fit, _) = try place.fit(
      FitConfiguration(data: place.golden("wine_train.csv"), target: "target", model: "logistic"))
    let error = #expect(throws: ConfigurationError.self) { try TrainingRun.reproduce(fit.id, in: place.store) }
    #expect(error?.description == "run \(fit.id) is a fit, and only a training can be reproduced as one")
  }
}

/// A kind of run that this test has made up: steps on a line.
private struct Walk: RunConfiguration {
  static let kind: RunKind = "walk"
  static let unit = StepUnit.steps
  static let budgetParameter: String? = "length"
  static let settings: [Setting<Walk>] = [.number("stride", \.stride)]

  var length: Int
  var stride: Double

  var recordedSubject: String { "walker" }
  var recordedTarget: String { "line" }
  var recordedHyperparameters: [String: HyperparameterValue] { [:] }
  var budget: Int { length }

  init(length: Int, stride: Double) { (self.length, self.stride) = (length, stride) }

  init(of description: RunDescription) throws {
    self.init(length: description.budget, stride: 0)
    try read(RecordedSettings(description.protocolSettings))
  }

  static func resume(_ id: String, budget: Int?, threads: Int, in store: Store) throws -> (any ActiveRun)? {
    let record = try store.load(id)
    if record.status == .finished { return nil }
    let walk = try Walk(of: record.description)
    return Run(walk, from: 0, try store.resume(id, from: nil, steps: budget ?? record.budget))
  }

  static func reproduce(
    _ id: String, changes: [String: HyperparameterValue], in store: Store, shouldStop: () -> Bool,
    onProgress: (Int, Int) -> Void
  ) throws -> RunDifference? {
    try Reproduction.run(id, in: store) { record, copy in
      try Run(Walk(of: record.description), seed: record.description.seed, in: copy).walk(to: .max)
    }
  }

  final class Run: ActiveRun {
    let configuration: Walk
    let writer: RunWriter
    var step: Int
    var id: String { writer.id }

    init(_ configuration: Walk, from step: Int, _ writer: RunWriter) {
      (self.configuration, self.step, self.writer) = (configuration, step, writer)
    }

    convenience init(_ configuration: Walk, seed: UInt64, in store: Store) throws {
      let description = configuration.description(
        seed: seed, experiment: "walks", name: "", tags: [:], surroundings: .current())
      self.init(configuration, from: 0, try store.start(description))
    }

    func walk(to end: Int) throws -> String {
      try run(shouldStop: { self.step >= end }, onProgress: { _ in }, onRemark: { _ in })
      return id
    }

    func run(shouldStop: () -> Bool, onProgress: (RunProgress) -> Void, onRemark: (Remark) -> Void) throws {
      while step < configuration.length, !shouldStop() {
        step += 1
        writer.record("x", Double(step) * configuration.stride, step: step)
        onProgress(RunProgress(step: step, budget: configuration.length))
      }
      try writer.finish(status: step < configuration.length ? .interrupted : .finished)
    }
  }
}
