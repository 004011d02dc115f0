import Formats
import Foundation
import Telemetry
import Testing
import Tracker

@testable import Studio
@testable import WebServer

@Suite struct `pages of the studio` {
  private let site: PageStore
  private var store: Store { site.store }
  private let attack = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"

  init() throws { site = try PageStore() }

  @discardableResult
  private func record(_ name: String, _ experiment: String = "e", loss: Double = 1) throws -> String {
    let here = Surroundings(
      programVersion: name, gitCommit: nil, host: "h", cores: 1, blasCoreType: "", blasThreads: 1, kernelVariant: "",
      commandLine: [name])
    let run = try store.start(
      RunDescription(
        kind: "program", experiment: experiment, name: name, subject: "program", target: "", seed: 1,
        hyperparameters: ["p": .text(name)], tags: ["t": name], surroundings: here, start: 1_700_000_000_000_000))
    run.record("loss", loss, step: 1)
    run.record(Metric(name), loss, step: 1)
    run.record("loss", .nan, step: 2)
    try run.note(name)
    run.record(Finding(rule: "Rule", severity: .warning, step: 1, evidence: name, meaning: name, advice: name))
    try run.saveArtifact(Array(name.utf8), name: "file.html", mediaType: "text/html")
    try run.finish(status: .failed, message: name)
    return run.id
  }

  private func get(_ address: String) throws -> (status: Int, text: String, headers: [String: String]) {
    try site.get(address)
  }

  private func post(_ path: String, _ form: String) throws -> (status: Int, text: String, headers: [String: String]) {
    try site.post(path, form)
  }

  @Test func `an experiment is renamed, and addresses with its old name lead to it`() throws {
    let id = try site.record("r", experiment: "first", [1])
    #expect(try get("/?experiment=first").text.contains(id) && get("/experiments").text.contains("value=\"rename\""))
    #expect(try post("/experiments", "action=rename&name=first&new=the+second").status == 303)
    #expect(
      try get("/?experiment=the+second").text.contains(id) && get("/experiments").text.contains(">the second</a>"))
    let old = try get("/?experiment=first&sort=loss")
    #expect(old.status == 303 && old.headers["Location"] == "/?experiment=the%20second&sort=loss")
    #expect(try get("/runs/\(id)").text.contains(">the second</a>"))
    #expect(throws: StoreError.unknownExperiment("none", nearest: nil)) {
      try post("/experiments", "action=rename&name=none&new=x")
    }
    #expect(throws: WebError.self) { try post("/experiments", "action=other&name=first") }
  }

  @Test func `no text of a run becomes a part of a page`() throws {
    let id = try record(attack, attack)
    try store.annotate(experiment: attack, text: attack)
    try store.annotate(experiment: attack, tag: attack, value: attack)
    try store.annotate(id, tag: attack, value: attack)
    let other = try record("plain")
    let query = WebForm([("where", "name = '" + attack)]).encoded
    for address in [
      "/", "/?\(query)", "/?\(WebForm([("experiment", attack), ("column", attack), ("sort", attack)]).encoded)",
      "/experiments",
      "/runs/\(id)", "/runs/\(id)/head", "/compare?run=\(id)&run=\(other)", "/rows",
      "/charts?\(WebForm([("experiment", attack)]).encoded)", "/charts?run=\(id)&\(query)",
      "/scatter?run=\(id)&run=\(other)&\(WebForm([("x", attack), ("y", attack), ("colour", attack)]).encoded)",
      "/runs/\(id)/show/file.html",
      "/scatter?x=name&y=tags.t&colour=name",
      "/parallel?\(WebForm([("y", "loss"), ("axis", "params.p"), ("axis", attack)]).encoded)",
      "/compare?\(WebForm([("experiment", attack)]).encoded)",
      "/sign-on?\(WebForm([("back", "/" + attack)]).encoded)",
    ] {
      let page = try get(address).text
      #expect(!page.contains("<script>alert"), "\(address)")
      #expect(!page.contains("<img src=x"), "\(address)")
      #expect(!page.contains("onclick="), "\(address)")
      #expect(!page.contains(" style="), "\(address)")
    }
    #expect(try get("/runs/\(id)").text.contains("&lt;script&gt;alert(1)"))
    #expect(ErrorPage(error: WebError(404, attack)).page(PageFrame(title: "")).contains("<img") == false)
  }

  @Test func `an artifact is never shown as a page of this server`() throws {
    let id = try record(attack)
    let answer = try get("/runs/\(id)/artifacts/file.html")
    #expect(answer.text == attack)
    #expect(answer.headers["Content-Type"] == "application/octet-stream")
    #expect(answer.headers["Content-Disposition"]?.hasPrefix("attachment") == true)
    #expect(answer.headers["Content-Security-Policy"]?.hasPrefix("sandbox") == true)
  }

  @Test func `the table filters, sorts and says where a condition is wrong`() throws {
    for (place, name) in ["ant", "bee", "cat"].enumerated() { try record(name, loss: Double(place)) }
    func names(_ query: String) throws -> [String] {
      try get("/rows?" + query).text.matches(of: /<a href="\/runs\/[^"]+">([^<]+)<\/a>/).map { String($0.1) }
    }
    #expect(try Set(names("")) == ["ant", "bee", "cat"])
    #expect(try names(WebForm([("where", "name = 'bee'")]).encoded) == ["bee"])
    #expect(try names("sort=-name") == ["cat", "bee", "ant"])
    #expect(try names("sort=name&from=1") == ["bee", "cat"])
    #expect(try names("from=99999999999999999999") == names(""))
    #expect(try names("from=1000").isEmpty)
    let wrong = try get("/?" + WebForm([("where", "name = bee")]).encoded).text
    #expect(wrong.contains("at column 8"))
    #expect(wrong.contains("aria-invalid=\"true\""))
    #expect(try get("/?column=seed").text.contains("title=\"seed\""))
  }

  @Test func `tags and notes are edited, runs deleted and restored`() throws {
    let id = try record("a")
    #expect(try post("/runs/\(id)/tags", "key=team&value=blue+green").status == 303)
    #expect(try store.load(id).tags["team"] == "blue green")
    #expect(try post("/runs/\(id)/tags", "remove=team").status == 303)
    #expect(try store.load(id).tags["team"] == nil)
    #expect(try post("/runs/\(id)/notes", "text=look+again").status == 303)
    #expect(try store.load(id).notes == ["a", "look again"])
    #expect(try post("/runs/change", "action=delete&run=\(id)&back=/").status == 303)
    #expect(throws: WebError.self) { try get("/runs/\(id)") }
    #expect(try get("/deleted").text.contains(id))
    #expect(try post("/runs/change", "action=restore&run=\(id)").headers["Location"] == "/")
    #expect(try get("/runs/\(id)").status == 200)
    // Nobody is sent to another site.
    for back in ["https://evil.example.org", "//evil.example.org", "/%5Cevil.example.org", "/a%0D%0AX: y"] {
      #expect(try post("/runs/change", "action=restore&run=\(id)&back=\(back)").headers["Location"] == "/")
    }
  }

  @Test func `the checkpoints that are kept are listed, and the best is marked`() throws {
    let id = try record("r")
    #expect(try !get("/runs/\(id)").text.contains("Checkpoints"))
    let run = try store.append(to: id)
    try run.saveCheckpoint([UInt8](repeating: 1, count: 2_048), step: 1_000, best: true)
    try run.saveCheckpoint([1], step: 2_000, best: false)
    try run.sync()
    let page = try get("/runs/\(id)").text
    let best = try #require(page.firstMatch(of: /step 1,000<\/th><td>([^<]+) <span class="tag">best/))
    #expect(best.output.1.hasPrefix("2"))
    #expect(page.contains("step 2,000</th>"))
  }

  @Test func `an artifact is deleted from its run's page, and only one that it has`() throws {
    let site = try PageStore()
    let id = try site.record("a", [1])
    let writer = try site.store.append(to: id)
    try writer.saveArtifact([1], name: "kept.txt")
    try writer.saveArtifact([2], name: "<b>gone</b>.txt")
    try writer.finish(status: .finished)
    #expect(try site.get("/runs/\(id)").text.contains("aria-label=\"Delete artifact &lt;b&gt;gone&lt;/b&gt;.txt\""))
    #expect(throws: WebError.self) { try site.post("/runs/\(id)/artifacts", "remove=other.txt") }
    #expect(throws: WebError.self) { try site.post("/runs/\(id)/artifacts", "") }
    let form = WebForm([("remove", "<b>gone</b>.txt")]).encoded
    #expect(try site.post("/runs/\(id)/artifacts", form).status == 303)
    #expect(try site.store.load(id).artifacts.map(\.name) == ["kept.txt"])
    #expect(try !site.get("/runs/\(id)").text.contains("gone"))
  }

  @Test func `the machine has a section of its own, over time, and no place among the last values`() throws {
    let site = try PageStore()
    let id = try site.record("a", metric: "system/process_threads", [3, 4])
    let page = try site.get("/runs/\(id)").text
    #expect(page.contains("<h2>System</h2>"))
    #expect(page.contains("data-metric=\"system/process_threads\" data-axis=\"time\""))
    #expect(!page.contains("<h2>Last values</h2>"))
    let curve = try site.json("/runs/\(id)/points?metric=system/process_threads&buckets=10")?["system/process_threads"]
    #expect(curve?["means"]?.list == [.number(3), .number(4)])
    #expect(curve?["steps"]?.list?.first == .integer(0))
    let one = try site.json("/runs/\(id)/points?metric=system/process_threads&buckets=1")?["system/process_threads"]
    #expect(one?["means"]?.list == [.number(3.5)])
    #expect(one?["highs"]?.list == [.number(4)])
    #expect(one?["count"] == .integer(2))
  }

  @Test func `curves have a point a pixel, and what is no number is counted`() throws {
    let id = try record("a")
    let value = try #require(JSONValue(Array(try get("/runs/\(id)/points?metric=loss&buckets=10").text.utf8))?["loss"])
    #expect(value["steps"]?.list == [.integer(1), .integer(2)])
    #expect(value["means"]?.list == [.number(1), .null])
    #expect(value["odd"] == .integer(1))
    #expect(try get("/runs/\(id)/points?metric=loss&buckets=-5").status == 200)
  }

  @Test func `numbers and sizes are short`() {
    #expect(Shown.number(1_234_567) == "1,234,567")
    #expect(Shown.number(0.123456) == "0.1235")
    #expect(Shown.number(1.5e-7) == "1.5e-7")
    #expect(Shown.number(-12.34567) == "-12.346")
    #expect(Shown.number(.nan) == "nan")
    #expect(Shown.duration(3_725) == "1 h 2 min")
    #expect(Shown.size(1_530_000) == "1.5 MB")
  }
}

@Suite struct `who may come in` {
  private func file(_ text: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID().uuidString)").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func `others than this machine need a token`() throws {
    #expect(throws: ServerError.openToAll("0.0.0.0")) {
      try ServerTokens(file: nil, userHeader: nil, proxies: [], host: "0.0.0.0")
    }
    #expect(throws: ServerError.openToAll("192.168.1.1")) {
      try ServerTokens(file: nil, userHeader: nil, proxies: [], host: "192.168.1.1")
    }
    #expect(try ServerTokens(file: nil, userHeader: nil, proxies: [], host: "127.0.0.1").signOn.isOpen)
    let path = try file("# ours\n0123456789abcdef\nread fedcba9876543210\n")
    let signOn = try ServerTokens(file: path, userHeader: nil, proxies: [], host: "0.0.0.0").signOn
    #expect(signOn.access(of: "0123456789abcdef") == .write)
    #expect(signOn.access(of: "fedcba9876543210") == .read)
    #expect(signOn.access(of: "read fedcba9876543210") == nil)
  }

  @Test func `an error says its sentence, and that the request was wrong`() {
    let cases: [(ServerError, String)] = [
      (
        .openToAll("0.0.0.0"),
        "a server on 0.0.0.0 can be reached from other machines: name a file of tokens with --tokens"
      ),
      (
        .badTokens("a.txt"),
        "a.txt is no file of tokens: it has one of at least 16 characters a line, after 'read ' where it only reads"
      ),
      (.halfAProxy, "--user-header and --proxy go together: the header is believed from those addresses only"),
    ]
    for (error, sentence) in cases {
      #expect(error.sentence == sentence)
      #expect(error.status == .badUsage)
    }
  }

  @Test func `a file without proper tokens is refused`() throws {
    for text in ["", "short\n", "# nothing\n", "write 0123456789abcdef\n"] {
      let path = try file(text)
      #expect(throws: ServerError.badTokens(path)) {
        try ServerTokens(file: path, userHeader: nil, proxies: [], host: "0.0.0.0")
      }
    }
    #expect(throws: ServerError.halfAProxy) {
      try ServerTokens(file: nil, userHeader: "x-user", proxies: [], host: "127.0.0.1")
    }
  }
}
