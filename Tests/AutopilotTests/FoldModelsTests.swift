import Datasets
import Fitting
import Formats
import Learning
import Runs
import Settings
import TestSupport
import Testing
import Tracker

@Suite struct `The models of folds` {
  private let folder = TemporaryFolder()

  /// Whatever the model, its folds' models are saved and read as they are.
  @Test(arguments: [
    "linear", "ridge", "elastic_net", "knn", "gbdt", "random_forest", "extra_trees", "decision_tree", "mlp", "sgd",
  ])
  func `predict numbers together from their checkpoint`(model: String) throws {
    try check(model, ExampleTable.numbers(rows: 120, in: folder))
  }

  @Test(arguments: [
    "logistic", "naive_bayes", "knn", "gbdt", "random_forest", "extra_trees", "decision_tree", "mlp", "sgd",
  ])
  func `predict classes together from their checkpoint`(model: String) throws {
    try check(model, ExampleTable.classes(rows: 120, in: folder))
  }

  /// As a search ends a trial for which there is no more time.
  private final class StopInFolds: Judge {
    var advances = 0

    func judge(_ moment: Moment) -> Decision {
      guard moment.phase == .saved else { return .goOn }
      advances += 1
      return advances < 4 ? .goOn : .stop(StopReason("enough"))
    }
  }

  @Test func `are not there of a fit that was stopped in its folds`() throws {
    let data = try ExampleTable.classes(rows: 120, in: folder)
    let store = try Store(path: folder.path + "/runs", create: true)
    var configuration = try FitConfiguration(data: data, target: "y", model: "gbdt", folds: 3)
    try configuration.bag()
    let run = try FitRun.start(configuration, seed: 1, experiment: "e", in: store)
    run.judges = [StopInFolds()]
    let outcome = try run.fit()
    #expect(outcome.validation == nil)
    #expect(try store.load(run.id).status == .finished)
    #expect(throws: CheckpointError.self) { try Predictor(of: run.id, in: store) }
  }

  /// As a fit with folds that keeps one model is fitted.
  @Test(arguments: ["gbdt", "ridge", "mlp", "random_forest"])
  func `give way to one of all rows`(model: String) throws {
    let data = try ExampleTable.numbers(rows: 120, in: folder)
    let store = try Store(path: folder.path + "/runs", create: true)
    let short: [String: HyperparameterValue] = ["mlp": ["epochs": .integer(5)]][model] ?? [:]
    let plain = try FitConfiguration(data: data, target: "y", model: model, folds: 3, values: short)
    var bagged = plain
    try bagged.bag()
    let fits = try [plain, bagged].map { configuration in
      let run = try FitRun.start(configuration, seed: 1, experiment: "e", in: store)
      try run.fit()
      return run.id
    }
    let judged = try JudgedRows(bagged, seed: 1)
    let checkpoint = try #require(
      try Predictor.checkpoint(
        of: .init([(run: fits[1], weight: 1)], isRefitted: true), bagged, judged: judged,
        predictions: judged.predictions(of: store.load(fits[1]), in: store), in: store))
    let refitted = try Predictor(checkpoint: checkpoint)
    #expect(refitted.memberCount == 1)
    #expect(
      try refitted.outputs(ofTable: data.table).elements
        == Predictor(of: fits[0], in: store).outputs(ofTable: data.table).elements)
    let stopped = try Predictor.checkpoint(
      of: .init([(run: fits[1], weight: 1)], isRefitted: true), bagged, judged: judged,
      predictions: judged.predictions(of: store.load(fits[1]), in: store), in: store, shouldStop: { true })
    #expect(stopped == nil)
  }

  private func check(_ model: String, _ data: DataFile) throws {
    let store = try Store(path: folder.path + "/runs", create: true)
    let short: [String: HyperparameterValue] =
      ["gbdt": ["early_stopping_round": .integer(5)], "mlp": ["epochs": .integer(5)]][model] ?? [:]
    var configuration = try FitConfiguration(data: data, target: "y", model: model, folds: 3, values: short)
    try configuration.bag()
    let run = try FitRun.start(configuration, seed: 1, experiment: "e", in: store)
    let outcome = try run.fit()
    #expect(outcome.training == nil && outcome.validation != nil)
    let predictor = try Predictor(of: run.id, in: store)
    #expect(predictor.memberCount == 3)
    // Each row was predicted by the model of its fold, which is one of the three: so the mean of all is near it.
    let judged = try JudgedRows(configuration, seed: 1)
    let single = try judged.predictions(of: store.load(run.id), in: store)
    let mean = try predictor.outputs(ofTable: data.table.rows(judged.rows))
    let wholes = (0..<3).map { fold in
      judged.folds.indices.filter { judged.folds[$0] == fold }.reduce(0.0) { $0 + Double(single[$1, 0]) }
    }
    #expect(wholes.allSatisfy { $0.isFinite })
    let error = zip(single.elements, mean.elements).map { abs(Double($0 - $1)) }.max()!
    #expect(error < 8)
    #expect(throws: (any Error).self) { try predictor.requireOneModel(toBe: "exported") }
  }
}

@Suite struct `Rows whose columns are shuffled` {
  private let folder = TemporaryFolder()

  @Test(arguments: ["logistic", "naive_bayes", "gbdt", "elastic_net"])
  func `are predicted as the shuffled table is`(model: String) throws {
    let store = try Store(path: folder.path + "/runs", create: true)
    let data =
      model == "elastic_net"
      ? try ExampleTable.numbers(rows: 120, in: folder) : try ExampleTable.classes(rows: 120, in: folder)
    let short: [String: HyperparameterValue] = model == "gbdt" ? ["n_estimators": .integer(5)] : [:]
    var configuration = try FitConfiguration(data: data, target: "y", model: model, folds: 3, values: short)
    try configuration.bag()
    let run = try FitRun.start(configuration, seed: 1, experiment: "e", in: store)
    try run.fit()
    let predictor = try Predictor(of: run.id, in: store)
    let rows = try ShuffledRows(data.table, of: predictor)
    let order = (0..<data.table.rowCount).map { ($0 * 7 + 3) % data.table.rowCount }
    let known = try predictor.outputs(ofTable: data.table)
    for name in data.table.names where name != "y" {
      let shuffled = try data.table.replacing([name: data.table.column(name).rows(order)])
      let expected = try predictor.outputs(ofTable: shuffled)
      #expect(try rows.outputs(shuffling: name, order).elements == expected.elements)
    }
    #expect(try rows.outputs(shuffling: "x", order).elements != known.elements)
  }
}
