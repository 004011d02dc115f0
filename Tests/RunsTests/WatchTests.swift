import Foundation
import RLCore
import Telemetry
import Testing
import Tracker

@testable import Analysis
@testable import Fitting
@testable import Settings
@testable import Training

/// What trainings and fits record of their tensors and data.
@Suite struct WatchTests {
  private func watched(_ patterns: [String], every interval: Int? = nil) throws -> TrainingConfiguration {
    var configuration = try smallConfiguration()
    configuration.watched = patterns.map { NamePattern($0) }
    configuration.watchInterval = interval
    return configuration
  }

  /// With the histograms.
  private func content(_ record: RunRecord) -> [String] {
    record.content + record.histograms.map { "\($0.metric) at \($0.step): \($0.histogram)" }
  }

  @Test func `watching is recorded with the run, resumed and reproduced, and changes nothing`() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let configuration = try watched(["weights/*", "signals/advantages", "eval/rewards"], every: 500)
    let whole = try TrainingRun.start(configuration, seed: 1, experiment: "e", in: store)
    try whole.train()
    let record = try store.load(whole.id)
    let tensors = Set(record.histograms.map(\.metric.name))
    #expect(tensors.contains("signals/advantages") && tensors.contains("weights/policy.0"))
    #expect(tensors.contains("eval/rewards"))
    // At the first update, and at the iterations that reach 500, 1,000, 1,500 and 2,000 steps.
    let steps = record.histograms.filter { $0.metric == "weights/policy.0" }.map(\.step)
    #expect(steps == [256, 512, 1_024, 1_536, 2_048])
    #expect(record.series("weights/policy.0/p50")?.steps == steps)

    let run = try TrainingRun.start(configuration, seed: 1, experiment: "e", in: store)
    var iterations = 0
    try run.train(shouldStop: { iterations >= 3 }, onProgress: { _ in iterations += 1 })
    try #require(try TrainingRun.resume(run.id, in: store)).train()
    #expect(firstDifference(content(try store.load(run.id)), content(record)) == nil)
    #expect(try TrainingRun.reproduce(record.id, in: store)?.first == nil)

    let plain = try TrainingRun.start(watched([], every: 0), seed: 1, experiment: "e", in: store)
    try plain.train()
    let other = try store.load(plain.id)
    #expect(other.description.configurationHash == record.description.configurationHash)
    #expect(other.series("weights/policy.0/norm") == nil && other.histograms.isEmpty)
    #expect(other.series("train/loss")?.values == record.series("train/loss")?.values)
    #expect(other.last("final/mean_reward") == record.last("final/mean_reward"))
  }

  @Test func `a pattern that matches nothing starts no run`() throws {
    let temporary = try TemporaryStore()
    let configuration = try watched(["wights/policy.0"])
    let error = #expect(throws: HyperparameterError.self) {
      try TrainingRun.start(configuration, seed: 1, experiment: "e", in: temporary.store)
    }
    let sentence = try #require(error).description
    #expect(
      sentence.hasPrefix("'wights/policy.0' matches no tensor of ppo; did you mean 'weights/policy.0'? there are"))
    #expect(sentence.hasSuffix("eval/observations, eval/actions, eval/rewards"))
    #expect(try temporary.store.runs().isEmpty)
  }

  @Test func `fits are watched by epochs, on rows they learn from and others`() throws {
    let place = try FitPlace()
    var configuration = try FitConfiguration(
      data: place.golden("wine_train.csv"), target: "target", model: "mlp",
      values: ["epochs": .integer(6), "hidden_layer_sizes": .integers([5])])
    let hash = configuration.hash
    configuration.watched = [NamePattern("*layers.0"), NamePattern("signals/*")]
    configuration.watchInterval = 3
    #expect(configuration.hash == hash)
    let (run, _) = try place.fit(configuration)
    let record = try place.store.load(run.id)
    let tensors = Dictionary(grouping: record.histograms, by: \.metric.name).mapValues { $0.map(\.step) }
    for kind in ["weights", "gradients", "updates", "activations"] {
      #expect(tensors["\(kind)/layers.0"] == [0, 3, 6])
    }
    #expect(tensors["signals/inputs"] == [0, 3, 6] && tensors["signals/outputs"] == [0, 3, 6])
    #expect(tensors["eval/activations/layers.0"] == [3, 6])
    #expect(tensors["weights/layers.1"] == nil)
    #expect(try FitRun.reproduce(record.id, in: place.store)?.first == nil)
    let profile = try #require(RunProfile(record))
    #expect(profile.iterations == 6 && profile.phases.contains { $0.name == "update" })

    configuration.watched = [NamePattern("weights/policy.*")]
    #expect(throws: HyperparameterError.self) { try place.fit(configuration) }
    var linear = try FitConfiguration(
      data: place.golden("diabetes_train.csv"), target: "target", model: "linear")
    linear.watched = [NamePattern("*")]
    #expect(throws: HyperparameterError("linear has no tensors to watch, '*' or others")) { try place.fit(linear) }
  }

  @Test func `constant and equal columns, and validation rows that are training rows, are counted`() throws {
    let place = try FitPlace()
    let header = "a,b,same,fixed,y\n"
    func lines(_ range: Range<Int>) -> String {
      range.map { "\($0 % 7),\($0),\($0),4,\(2 * $0)\n" }.joined()
    }
    let training = try DataFile(place.file("training.csv", header + lines(0..<40)))
    // Ten of the rows of the training, and ten others.
    let validation = try DataFile(place.file("validation.csv", header + lines(30..<50)))
    let configuration = try FitConfiguration(
      data: training, target: "y", model: "linear", validationData: validation)
    let data = try FitData(configuration, seed: 0)
    let quality = DataQuality(training: data.training, validation: data.validation)
    #expect(quality.constantColumns == 1 && quality.duplicateColumns == 1 && quality.nonFiniteValues == 0)
    #expect(quality.validationOverlap == 0.5)
    let (run, _) = try place.fit(configuration)
    let record = try place.store.load(run.id)
    #expect(record.last("data/constant_columns") == 1 && record.last("data/duplicate_columns") == 1)
    #expect(record.last("data/validation_overlap") == 0.5 && record.last("data/nonfinite_values") == 0)
    let alone = DataQuality(training: data.training, validation: nil)
    #expect(alone.validationOverlap == nil)
  }
}
