import Formats
import Foundation
import Telemetry
import Tracker

@testable import Studio
@testable import WebServer

/// A store of its own with the pages over it, answering without a network.
struct PageStore {
  let store: Store
  let pages: StudioPages

  init(commands: (_ store: String) -> Commands? = { _ in nil }) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pages-\(UUID().uuidString)").path
    self.init(try Store(path: folder, create: true), commands: commands(folder))
  }

  /// Over a store that is there.
  init(_ store: Store, commands: Commands? = nil) {
    self.store = store
    pages = StudioPages(
      store, pool: RunWriterPool(store), cache: RunCache(store, patience: .zero), signOn: SignOn(), commands: commands)
  }

  /// A run of a program with points of one metric, finished.
  @discardableResult
  func record(
    _ name: String, experiment: String = "e", seed: UInt64 = 1, metric: String = "loss", _ values: [Double],
    settings: [String: Double] = [:]
  ) throws -> String {
    let here = Surroundings(
      programVersion: "1", gitCommit: nil, host: "h", cores: 1, blasCoreType: "", blasThreads: 1, kernelVariant: "",
      commandLine: [name])
    let run = try store.start(
      RunDescription(
        kind: "program", experiment: experiment, name: name, subject: "program", target: "", seed: seed,
        hyperparameters: settings.mapValues { .number($0) }, surroundings: here, start: 1_700_000_000_000_000))
    for (step, value) in values.enumerated() { run.record(Metric(metric), value, step: step + 1) }
    try run.finish(status: .finished)
    return run.id
  }

  func get(_ address: String) throws -> (status: Int, text: String, headers: [String: String]) {
    try send(WebRequest(method: "GET", path: RequestTarget(address).path, query: RequestTarget(address).query))
  }

  func post(_ path: String, _ form: String) throws -> (status: Int, text: String, headers: [String: String]) {
    var request = WebRequest(method: "POST", path: try RequestTarget(path).path)
    request.body = .bytes(Array(form.utf8))
    return try send(request)
  }

  func json(_ address: String) throws -> JSONValue? { JSONValue(Array(try get(address).text.utf8)) }

  private func send(_ request: WebRequest) throws -> (status: Int, text: String, headers: [String: String]) {
    guard case .found(let route, let parameters) = RouteTable(pages.routes).find(request.method, request.path) else {
      throw WebError(404, "no page")
    }
    var request = request
    request.parameters = parameters
    let response = try route.handle(request)
    var bytes: [UInt8] = []
    switch response.body {
    case .bytes(let all): bytes = all
    case .chunks(_, let next): while let chunk = try next() { bytes += chunk }
    case .events: break
    }
    return (response.status, String(decoding: bytes, as: UTF8.self), response.headers)
  }
}
