import Files
import Formats
import Foundation
import Migration
import Synchronization
import Telemetry
import Testing
import Tracker

@testable import Studio
@testable import WebServer

/// The program itself, on a port of its own choosing.
private final class ServerProcess: @unchecked Sendable {
  let port: Int
  private let process = Process()

  /// `fileLimit`: kilobytes that no file may grow beyond, as on a disk that is full.
  init(store: String, fileLimit: Int? = nil) throws {
    // Beside the bundle of tests.
    let folder = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      .deletingLastPathComponent()
    let program = folder.appending(path: "rlrun-server")
    process.executableURL = program
    process.arguments = ["--store", store, "--port", "0"]
    if let fileLimit {
      process.executableURL = URL(filePath: "/bin/bash")
      let line = "trap '' XFSZ; ulimit -f \(fileLimit); exec '\(program.path)' --store '\(store)' --port 0"
      process.arguments = ["-c", line]
    }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var line = ""
    while !line.contains("\n") {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      line += String(decoding: data, as: UTF8.self)
    }
    port = try #require(line.firstMatch(of: /127.0.0.1:(\d+)/).flatMap { Int($0.1) }, "\(line)")
  }

  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func interrupt() -> Int32 {
    process.interrupt()
    process.waitUntilExit()
    return process.terminationStatus
  }
}

/// A connection that is kept open, as clients keep theirs.
private struct Client {
  private let connection: Int32

  init(port: Int) {
    connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(connection, $0, size) }
    }
  }

  func end() { close(connection) }

  /// The body of an answer of status 200; nil for any other, and where the connection ends first.
  func post(_ path: String, _ body: String) -> JSONValue? {
    let text =
      "POST /api/2.0/mlflow/\(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    let bytes = Array(text.utf8)
    guard send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return nil }
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let text = String(decoding: received, as: UTF8.self)
      if let end = text.firstRange(of: "\r\n\r\n"),
        let length = text.firstMatch(of: /(?i)content-length: (\d+)/).flatMap({ Int($0.1) }),
        text[end.upperBound...].utf8.count >= length
      {
        return text.hasPrefix("HTTP/1.1 200") ? JSONValue(Array(text[end.upperBound...].utf8)) : nil
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return nil }
      received += buffer[..<count]
    }
  }
}

/// How many calls of each run the server said it has done.
private final class Acknowledged: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  var all: [String: Int] { counts.withLock { $0 } }

  func isFewerThan(runs: Int, points: Int) -> Bool {
    let all = all
    return all.count < runs || all.values.contains { $0 < points }
  }

  /// Records in a run of its own until the server is gone, on a thread of its own: points, tags and batches in turn.
  func record(_ name: String, port: Int) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      Thread.detachNewThread {
        self.recordHere(name, port)
        continuation.resume()
      }
    }
  }

  private func recordHere(_ name: String, _ port: Int) {
    let client = Client(port: port)
    defer { client.end() }
    let run = client.post("runs/create", "{\"experiment_id\":\"0\",\"run_name\":\"\(name)\"}")
    guard let id = run?["run"]?["info"]?["run_id"]?.text else { return }
    var step = 0
    while true {
      counts.withLock { $0[id] = step }
      let point = "\"key\":\"m\",\"value\":\(step),\"timestamp\":1,\"step\":\(step)"
      let answer =
        switch step % 3 {
        case 0: client.post("runs/log-metric", "{\"run_id\":\"\(id)\",\(point)}")
        case 1:
          client.post(
            "runs/log-batch",
            "{\"run_id\":\"\(id)\",\"metrics\":[{\(point)}],\"params\":[{\"key\":\"p\(step)\",\"value\":\"\(step)\"}],"
              + "\"tags\":[{\"key\":\"t\(step)\",\"value\":\"\(step)\"}]}"
          )
        default:
          client.post("runs/set-tag", "{\"run_id\":\"\(id)\",\"key\":\"t\(step)\",\"value\":\"\(step)\"}")
        }
      if answer == nil { return }
      step += 1
    }
  }
}

@Suite struct `faults under the server` {
  private func newStore() -> String {
    FileManager.default.temporaryDirectory.appending(path: "faults-\(UUID().uuidString)").path
  }

  @Test func `what was answered is in the log after the server was killed`() async throws {
    let path = newStore()
    for round in 0..<12 {
      let server = try ServerProcess(store: path)
      let acknowledged = Acknowledged()
      let clients = (0..<4).map { number in
        let name = "\(round) \(number)"
        return Task { await acknowledged.record(name, port: server.port) }
      }
      while acknowledged.isFewerThan(runs: 4, points: 20) { try await Task.sleep(for: .milliseconds(5)) }
      server.kill()
      for client in clients { await client.value }
      let store = try Store(path: path, create: false)
      for (id, count) in acknowledged.all {
        let record = try store.load(id)
        let values = record.series("m")?.values ?? []
        let points = (0..<count).filter { $0 % 3 < 2 }.map(Double.init)
        #expect(values.starts(with: points))
        // At most the call that was not answered any more.
        #expect(values.count <= points.count + 1)
        for step in 0..<count where step % 3 == 1 {
          #expect(record.hyperparameters["p\(step)"]?.description == "\(step)")
        }
        for step in 0..<count where step % 3 > 0 { #expect(record.tags["t\(step)"] == "\(step)") }
      }
    }
  }

  @Test func `Ctrl-C ends the server with the status of an interruption`() throws {
    let server = try ServerProcess(store: newStore())
    let client = Client(port: server.port)
    defer { client.end() }
    let id = try #require(client.post("runs/create", "{\"experiment_id\":\"0\"}")?["run"]?["info"]?["run_id"]?.text)
    #expect(client.post("runs/log-metric", "{\"run_id\":\"\(id)\",\"key\":\"m\",\"value\":1,\"timestamp\":1}") != nil)
    #expect(server.interrupt() == 130)
  }

  @Test func `a store that is gone is an error of each answer, and the server stays`() throws {
    let server = try MLflowServer()
    let experiment = try server.makeExperiment()
    let run = try server.makeRun(in: experiment)
    try FileManager.default.removeItem(atPath: server.store.path)
    #expect(try server.get("runs/get", "run_id=\(run)").status >= 400)
    #expect(try server.post("runs/search", "{\"experiment_ids\":[\"\(experiment)\"]}").value["runs"]?.list == [])
    #expect(try server.get("experiments/get", "experiment_id=0").status == 200)
  }

  @Test func `a disk that is full refuses what it cannot keep, loses nothing that was answered, and the server stays`()
    throws
  {
    let path = newStore()
    let server = try ServerProcess(store: path, fileLimit: 64)
    let client = Client(port: server.port)
    let id = try #require(client.post("runs/create", "{\"experiment_id\":\"0\"}")?["run"]?["info"]?["run_id"]?.text)
    var kept = 0
    let value = String(repeating: "x", count: 900)
    while client.post("runs/set-tag", "{\"run_id\":\"\(id)\",\"key\":\"t\(kept)\",\"value\":\"\(value)\"}") != nil {
      kept += 1
      try #require(kept < 1_000)
    }
    client.end()
    #expect(kept > 10)
    let again = Client(port: server.port)
    #expect(again.post("experiments/search", "{\"max_results\":10}") != nil)
    again.end()
    server.kill()
    let tags = try Store(path: path, create: false).load(id).tags
    for number in 0..<kept { #expect(tags["t\(number)"] == value) }
  }

  @Test func `a store that was moved away and comes back is served again`() throws {
    let server = try MLflowServer()
    let experiment = try server.makeExperiment()
    let run = try server.makeRun(in: experiment, "one")
    try server.pool.evictAll()
    let away = server.store.path + "-away"
    try FileManager.default.moveItem(atPath: server.store.path, toPath: away)
    #expect(try server.get("runs/get", "run_id=\(run)").status >= 400)
    try FileManager.default.moveItem(atPath: away, toPath: server.store.path)
    #expect(try server.get("runs/get", "run_id=\(run)").status == 200)
    #expect(try server.search(experiment, "").contains("one"))
  }

  @Test func `a damaged log costs its run only`() throws {
    let server = try MLflowServer()
    let experiment = try server.makeExperiment()
    let damaged = try server.makeRun(in: experiment, "damaged")
    _ = try server.makeRun(in: experiment, "sound")
    try server.pool.evictAll()
    let log = "\(server.store.path)/e/\(damaged)/log.rlog"
    try Data("nothing of a log".utf8).write(to: URL(filePath: log))
    #expect(try server.search(experiment, "").contains("sound"))
    #expect(
      try server.post("runs/log-metric", "{\"run_id\":\"\(damaged)\",\"key\":\"m\",\"value\":1,\"timestamp\":1}").status
        >= 400)
  }

  @Test func `a store that can only be read is shown, refuses what is to be written, and the server stays`() throws {
    let site = try PageStore()
    let id = try site.record("sound", [3, 2, 1])
    var calls = SystemCalls()
    let isWriting: @Sendable (Int32) -> Bool = { $0 & O_ACCMODE != O_RDONLY || $0 & O_CREAT != 0 }
    let open = calls.open
    calls.open = { path, flags in isWriting(flags) ? -EROFS : open(path, flags) }
    calls.makeFolder = { _ in EROFS }
    calls.rename = { _, _ in EROFS }
    calls.unlink = { _ in EROFS }
    let store = try SystemCalls.$substitute.withValue(calls) { () throws in
      try Store(path: site.store.path, create: true)
    }
    let server = MLflowServer(store)
    #expect(try server.search(ExperimentNumber.of("e"), "metrics.loss < 2") == ["sound"])
    #expect(try server.get("runs/get", "run_id=\(id)").status == 200)
    let pages = PageStore(store)
    for address in [
      "/", "/runs/\(id)", "/runs/\(id)/points?metric=loss", "/charts", "/experiments", "/compare?run=\(id)",
    ] {
      #expect(try pages.get(address).status == 200)
    }
    let one = "{\"run_id\":\"\(id)\",\"key\":\"m\",\"value\":1,\"timestamp\":1}"
    let point = try server.post("runs/log-metric", one)
    #expect(point.status == 500)
    #expect(point.value["message"]?.text?.contains("ead-only") == true, "\(point.value)")
    #expect(try server.post("runs/create", "{\"experiment_id\":\"0\"}").status == 500)
    #expect(try server.post("experiments/create", "{\"name\":\"new\"}").status == 500)
    #expect(throws: StoreError.self) { try pages.post("/runs/\(id)/notes", "text=note") }
    #expect(throws: StoreError.self) { try pages.post("/runs/change", "run=\(id)&action=delete") }
    #expect(try server.search(ExperimentNumber.of("e"), "") == ["sound"])
    #expect(try site.store.load(id).series("loss")?.values == [3, 2, 1])
  }

  @Test func `of two servers on a store each leaves the other's runs alone, and takes them over when it is gone`()
    throws
  {
    let path = newStore()
    let (first, second) = (try ServerProcess(store: path), try ServerProcess(store: path))
    let (one, other) = (Client(port: first.port), Client(port: second.port))
    func makeRun(_ client: Client) throws -> String {
      try #require(client.post("runs/create", "{\"experiment_id\":\"0\"}")?["run"]?["info"]?["run_id"]?.text)
    }
    func log(_ client: Client, _ id: String, _ step: Int) -> Bool {
      let point = "\"key\":\"m\",\"value\":\(step),\"timestamp\":1,\"step\":\(step)"
      return client.post("runs/log-metric", "{\"run_id\":\"\(id)\",\(point)}") != nil
    }
    let (its, theirs) = (try makeRun(one), try makeRun(other))
    #expect(log(one, its, 0) && log(other, theirs, 0))
    // Whoever writes a run holds it.
    #expect(!log(other, its, 1) && !log(one, theirs, 1))
    #expect(log(one, its, 1) && log(other, theirs, 1))
    one.end()
    first.kill()
    #expect(log(other, its, 2))
    other.end()
    second.kill()
    let store = try Store(path: path, create: false)
    #expect(try store.load(its).series("m")?.values == [0, 1, 2])
    #expect(try store.load(theirs).series("m")?.values == [0, 1])
  }

  @Test func `two servers on a store see each other's runs`() throws {
    let one = try MLflowServer()
    let routes = MLflowAPI(one.store, pool: RunWriterPool(one.store)).routes
    let experiment = try one.makeExperiment()
    let run = try one.makeRun(in: experiment, "one")
    guard case .found(let route, _) = RouteTable(routes).find("GET", ["api", "2.0", "mlflow", "runs", "get"]) else {
      throw WebError(404, "no route")
    }
    let request = WebRequest(method: "GET", path: [], query: WebForm([("run_id", run)]))
    let response = try route.handle(request)
    guard case .bytes(let bytes) = response.body else { throw WebError(500, "no body") }
    #expect(JSONValue(bytes)?["run"]?["info"]?["run_name"]?.text == "one")
  }
}
