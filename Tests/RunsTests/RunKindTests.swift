import Fitting
import Telemetry
import TestSupport
import Testing
import Tracker
import Training

@testable import Runs

@Suite struct RunKindTests {
  @Test func `a run says of what kind it is, and its log keeps it`() throws {
    let place = try TemporaryStore()
    let training = try TrainingRun.start(smallConfiguration(), seed: 1, experiment: "e", in: place.store)
    let program = try place.store.start(experiment: "e")
    try program.finish(status: .finished)
    #expect(try place.store.load(training.id).description.recordedKind == .training)
    #expect(try place.store.load(program.id).description.recordedKind == .program)
  }

  @Test func `the kind of a run that does not say it follows from what it recorded`() {
    var description = exampleDescription()
    #expect(description.recordedKind == nil)
    #expect(description.kind == .training)
    description.protocolSettings["data-sha256"] = .text("abc")
    #expect(description.kind == .fit)
    description.protocolSettings = [:]
    description.copies = 0
    #expect(description.kind == .program)
    description.tags["imported"] = "old"
    #expect(description.kind == .imported)
  }

  @Test func `a kind that nobody here knows is kept, and its runs are not resumed`() throws {
    let place = try TemporaryStore()
    var description = exampleDescription()
    description.recordedKind = "simulation"
    let run = try place.store.start(description)
    run.record("energy", 1, step: 1)
    try run.finish(status: .finished)
    let record = try place.store.load(run.id)
    #expect(record.description.kind.rawValue == "simulation")
    #expect(!record.isRepeatable)
    let error = #expect(throws: ConfigurationError.self) { try TrainingRun.resume(run.id, in: place.store) }
    #expect(
      error?.description
        == "run \(run.id) was recorded by a program of its user's, and only trainings and fits can be resumed")
  }

  @Test func `each kind is done again by its own`() throws {
    let place = try FitPlace()
    let (fit, _) = try place.fit(
      FitConfiguration(data: place.golden("wine_train.csv"), target: "target", model: .logistic))
    let error = #expect(throws: ConfigurationError.self) { try TrainingRun.reproduce(fit.id, in: place.store) }
    #expect(error?.description.hasPrefix("run \(fit.id) fitted a model, logistic, which plays no episodes") == true)
  }
}
