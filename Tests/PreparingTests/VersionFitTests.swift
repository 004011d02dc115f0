import DataVersions
import Datasets
import Foundation
import Runs
import Settings
import Telemetry
import Testing
import Tracker

@testable import Fitting
@testable import Preparing

/// Fits and predictions of versions: as of the files they come from, whatever becomes of the data set.
@Suite struct VersionFitTests {
  let place = AdditionPlace()

  private let flowers =
    "plant_id,size,place,seen,kind\n"
    + (0..<80).map {
      "p\($0),\($0 % 9 == 0 ? "" : "\(Double($0 * 7 % 40) / 8)"),\(["field", "wood", "shore"][$0 % 3]),2024-0\(1 + $0 % 9)-1\($0 % 9),\(["rose", "tulip"][$0 * 7 % 40 / 20])"
    }.joined(separator: "\n") + "\n"

  private func fit(_ data: DataFile, _ store: Store, group: String? = nil, seed: UInt64 = 3) throws -> FitRun {
    let configuration = try FitConfiguration(
      data: data, target: "kind", model: "mlp", validation: 0.25, group: group,
      values: ["epochs": .integer(4), "hidden_layer_sizes": .integers([5])])
    let run = try FitRun.start(configuration, seed: seed, experiment: "e", in: store)
    try run.fit()
    return run
  }

  private func prediction(_ run: String, _ address: String, _ store: Store, joining: Bool = false) throws -> String {
    var bytes: [UInt8] = []
    _ = try Predictor(of: run, in: store).predict(address, storeAt: store.path, joining: joining) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `a version is fitted and predicted as its file is, bit for bit`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    let path = try place.file("flowers.csv", flowers)
    try place.add("flowers", path)
    let ofFile = try fit(DataFile(path), store)
    let ofVersion = try fit(DataFile("data:flowers@1", storeAt: store.path), store)
    for metric in ["train/loss", "validation/loss"] {
      let a = try #require(try store.load(ofFile.id).series(Metric(metric))?.values)
      let b = try #require(try store.load(ofVersion.id).series(Metric(metric))?.values)
      #expect(!a.isEmpty && a.map(\.bitPattern) == b.map(\.bitPattern), "\(metric)")
    }
    let predicted = try prediction(ofFile.id, path, store)
    #expect(try prediction(ofVersion.id, path, store) == predicted)
    #expect(try prediction(ofVersion.id, "flowers@1", store) == predicted)
    let joined = try prediction(ofVersion.id, "data:flowers", store, joining: true)
    #expect(
      joined.hasPrefix("plant_id,size,place,seen,kind,predicted_kind,")
        && joined.contains("\np1,0.875,wood,2024-02-11,rose,"))
    let description = try store.load(ofVersion.id).description
    #expect(description.target == "data:flowers@1:kind")
    #expect(
      description.protocolSettings["data-sha256"] == .text(try place.repository.dataSet("flowers").latest().sha256))
  }

  @Test func `a fit of a version is reproduced and resumed after the data set has moved on, in another folder`() throws
  {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    try place.add("flowers", place.file("flowers.csv", flowers))
    let run = try fit(DataFile("flowers", storeAt: store.path), store, group: "plant_id")
    try place.add("flowers", place.file("more.csv", flowers + "p80,1,field,2024-01-01,rose\n"))
    #expect(try place.repository.dataSet("flowers").latest().number == 2)
    let moved = place.folder.path + "/moved"
    try FileManager.default.moveItem(atPath: store.path, toPath: moved)
    let there = try Store(path: moved, create: false)
    let difference = try #require(try FitRun.reproduce(run.id, in: there))
    #expect(difference.first == nil && difference.pointsCompared > 0)
    #expect(
      try store.path != there.path
        && DataLineage(
          of: DataRepository(store: moved).version(#require(DataSetReference("flowers@1"))), in: there
        ).runs.map(\.id) == [run.id])
  }

  @Test func `a fit of erased rows is not reproduced, and says why`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    try place.add("flowers", place.file("flowers.csv", flowers))
    let run = try fit(DataFile("flowers", storeAt: store.path), store)
    _ = try place.repository.dataSet("flowers").erase(rows: [4])
    let error = #expect(throws: ConfigurationError.self) { try FitRun.reproduce(run.id, in: store) }
    #expect(error?.description.contains("rows of the version were erased") == true)
    try place.repository.dataSet("flowers").delete()
    #expect(throws: DataRepositoryError.unknownDataSet("flowers", nearest: nil)) {
      try FitRun.reproduce(run.id, in: store)
    }
  }

  @Test func `validation rows may be a version, and a target may be a name of rows`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    try place.add("flowers", place.file("flowers.csv", flowers))
    let data = try DataFile("flowers", storeAt: store.path)
    let validation = try DataFile("data:flowers@1", storeAt: store.path, columnsOf: data)
    let configuration = try FitConfiguration(
      data: data, target: "kind", model: "logistic", validationData: validation)
    let run = try FitRun.start(configuration, seed: 1, experiment: "e", in: store)
    try run.fit()
    #expect(try store.load(run.id).last("data/validation_rows") == 80)
    #expect(try #require(try FitRun.reproduce(run.id, in: store)).first == nil)
    for data in [data, try DataFile(place.file("flowers.csv", flowers))] {
      let error = #expect(throws: DataFileError.self) {
        try FitConfiguration(data: data, target: "plant_id", model: "logistic")
      }
      #expect(error?.reason.description.contains("'plant_id' holds texts that hardly repeat") == true)
    }
  }

  @Test func `options of files are refused for versions`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    try place.add("flowers", place.file("flowers.csv", flowers))
    let request = TableRequest(kinds: ["size": AskedKind(.category)])
    let error = #expect(throws: ConfigurationError.self) {
      try DataFile("data:flowers", storeAt: store.path, request: request)
    }
    #expect(error?.description.contains("recorded with it") == true)
    #expect(throws: DataRepositoryError.unknownDataSet("flower", nearest: "flowers")) {
      try DataFile("data:flower", storeAt: store.path)
    }
    // A word that is neither a file nor a data set is a file that is not there.
    #expect(throws: DataFileError.self) { try DataFile("flower", storeAt: store.path) }
  }

  @Test func `lineage follows parents and children`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    let first = try place.add("flowers", place.file("flowers.csv", flowers)).version
    let second = try place.add(
      "flowers", place.file("more.csv", "plant_id,size,place,seen,kind\np90,1,wood,2024-01-01,rose\n"), appends: true
    ).version
    #expect(try DataLineage(of: first, in: store).descendants == [second])
    #expect(try DataLineage(of: second, in: store).ancestors == [.init(first)])
  }
}
