import DataVersions
import Datasets
import Formats
import Foundation
import Testing

@testable import Studio
@testable import WebServer

/// A program that stands for rlrun: it notes the words it was called with, and answers as rlrun does.
struct StandIn {
  let path: String
  private let notes: String

  init(jobs: String = "[]", complaint: String? = nil) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "rlrun-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    (path, notes) = (folder.appending(path: "rlrun").path, folder.appending(path: "notes").path)
    try Self.description.write(to: folder.appending(path: "describe"), atomically: true, encoding: .utf8)
    try jobs.write(to: folder.appending(path: "jobs"), atomically: true, encoding: .utf8)
    let failure = complaint.map { "printf '%s\\n' 'rlrun: \($0)' >&2; exit 2" } ?? "echo jobjob12"
    let script = """
      #!/bin/sh
      for word in "$@"; do printf '%s\\0' "$word" >> '\(notes)'; done; printf '\\n' >> '\(notes)'
      case "$1" in
        describe) cat '\(folder.path)/describe' ;;
        jobs) cat '\(folder.path)/jobs' ;;
        *) \(failure) ;;
      esac
      """
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
  }

  /// The words of every call.
  var calls: [[String]] {
    let text = (try? String(contentsOfFile: notes, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map {
      $0.split(separator: "\0", omittingEmptySubsequences: true).map(String.init)
    }
  }

  private static let description = """
    {"agents": [{"name": "ppo", "summary": "", "presets": ["CartPole-v1"], "hyperparameters": [
      {"name": "gamma", "meaning": "discount", "default_value": 0.99, "range": "0 to 1", "domain": {"type": "real", "low": 0, "high": 1}},
      {"name": "normalize", "meaning": "<b>scale</b>", "default_value": false, "domain": {"type": "flag"}},
      {"name": "activation_fn", "meaning": "", "default_value": "tanh", "domain": {"type": "choice", "choices": ["tanh", "relu"]}},
      {"name": "net_arch", "meaning": "", "default_value": [64, 64], "domain": {"type": "widths"}}]}],
     "environments": [{"id": "CartPole-v1", "options": [{"name": "time_limit", "default_value": "0", "accepts": "a number", "meaning": "steps"}]}],
     "models": [{"name": "gbdt", "tasks": [], "hyperparameters": []}], "rules": [], "commands": [
      {"name": "autopilot", "summary": "", "arguments": [
        {"kind": "positional", "names": [], "value_name": "data", "is_optional": false, "is_repeating": false},
        {"kind": "option", "names": ["--target"], "value_name": "column", "help": "<b>what</b>", "is_optional": false, "is_repeating": false},
        {"kind": "option", "names": ["--time"], "value_name": "90s", "help": "", "is_optional": true, "is_repeating": false},
        {"kind": "option", "names": ["--preset"], "value_name": "preset", "default_value": "balanced", "values": ["quick", "best"], "is_optional": true, "is_repeating": false},
        {"kind": "option", "names": ["--drop"], "value_name": "column", "help": "", "is_optional": true, "is_repeating": true},
        {"kind": "option", "names": ["--html"], "value_name": "file", "help": "", "is_optional": true, "is_repeating": false},
        {"kind": "flag", "names": ["--no-system-metrics"], "value_name": "x", "help": "", "is_optional": true, "is_repeating": false},
        {"kind": "flag", "names": ["--detach"], "value_name": "x", "help": "", "is_optional": true, "is_repeating": false}]},
      {"name": "import", "summary": "", "arguments": [
        {"kind": "positional", "names": [], "value_name": "paths", "is_optional": false, "is_repeating": true},
        {"kind": "option", "names": ["--experiment"], "value_name": "x", "default_value": "imported", "help": "", "is_optional": true, "is_repeating": false},
        {"kind": "option", "names": ["--store"], "value_name": "x", "help": "", "is_optional": true, "is_repeating": false},
        {"kind": "flag", "names": ["--separate"], "value_name": "x", "help": "", "is_optional": true, "is_repeating": false}]}],
     "version": "1"}
    """
}

@Suite struct `work from pages` {
  private func site(_ program: StandIn) throws -> PageStore {
    try PageStore { Commands(program: program.path, store: $0) }
  }

  @Test func `a form is made of what the program describes, and shows its command`() throws {
    let program = try StandIn()
    let site = try site(program)
    let page = try site.get("/start").text
    #expect(page.contains("name=\"set.gamma\" value=\"\" placeholder=\"0.99\""))
    #expect(page.contains("<option value=\"\">tanh</option><option>tanh</option><option>relu</option>"))
    #expect(page.contains("placeholder=\"[64,64]\""))
    #expect(page.contains("&lt;b&gt;scale"))
    #expect(page.contains("name=\"option.time_limit\""))
    #expect(page.contains("rlrun train CartPole-v1 --agent ppo --seeds 1-3 --detach"))
    let query = WebForm([("set.net_arch", "[32]"), ("steps", "5000"), ("seeds", "1-2"), ("name", "it's")]).encoded
    #expect(
      try site.get("/start/command?" + query).text.hasPrefix(
        "rlrun train CartPole-v1 --agent ppo --steps 5000 --seeds 1-2 --name 'it'\\''s' --set 'net_arch=[32]' --detach")
    )
    // The catalogue is asked for once.
    #expect(program.calls.count { $0.first == "describe" } == 1)
  }

  @Test func `starting spawns the command, word for word`() throws {
    let program = try StandIn()
    let site = try site(program)
    let form = WebForm([
      ("kind", "train"), ("env", "CartPole-v1"), ("agent", "ppo"), ("steps", "$(reboot)"), ("name", "; rm -rf / &"),
      ("experiment", "--no-log"), ("set.gamma", "0.9"), ("set.unknown", "1"), ("option.time_limit", "20"),
      ("seeds", ""),
      ("when", "queue"),
    ])
    let answer = try site.post("/start", form.encoded)
    #expect(answer.status == 303)
    #expect(answer.headers["Location"] == "/jobs/jobjob12")
    #expect(
      program.calls.last == [
        "train", "CartPole-v1:time_limit=20", "--agent", "ppo", "--steps", "$(reboot)", "--experiment=--no-log",
        "--name",
        "; rm -rf / &", "--set", "gamma=0.9", "--detach", "--queue",
      ])
  }

  @Test func `what is not on offer is not started`() throws {
    let program = try StandIn()
    let site = try site(program)
    for form in [
      "env=python:os:system", "env=--config%3D/etc/passwd", "agent=--version", "agent=none", "option.time_limit=1,x=2",
      "kind=fit&model=gbdt&data=/etc/passwd", "kind=fit&model=gbdt",
    ] {
      let answer = try site.post("/start", form)
      #expect(answer.status == 400, "\(form)")
      #expect(answer.text.contains("role=\"alert\""), "\(form)")
    }
    #expect(program.calls.allSatisfy { $0.first == "describe" })
  }

  /// A store with a data set, and the program that stands for rlrun.
  private func siteWithData(_ program: StandIn) throws -> PageStore {
    let site = try site(program)
    let writer = try DataSetWriter("t", in: DataRepository(store: site.store.path))
    try writer.append(try Table(csvBytes: Array("a,b,y\n1,2,0\n3,4,1\n".utf8)), remarks: [:])
    _ = try writer.commit(DataVersionOrigin(sources: []))
    return site
  }

  @Test func `a command's options are its form, but for those about files and the terminal`() throws {
    let program = try StandIn()
    let site = try siteWithData(program)
    let page = try site.get("/start?kind=autopilot").text
    #expect(page.contains("<select name=\"target\"><option value=\"\">–</option><option value=\"a\">a</option>"))
    #expect(page.contains("title=\"&lt;b&gt;what&lt;/b&gt;\""))
    #expect(page.contains("<option value=\"\">balanced</option><option value=\"quick\">quick</option>"))
    #expect(page.contains("<select name=\"drop\" multiple"))
    #expect(page.contains("<input type=\"checkbox\" name=\"no-system-metrics\""))
    #expect(!page.contains("name=\"html\"") && !page.contains("name=\"detach\""))
    let form = WebForm([
      ("kind", "autopilot"), ("data", "t@1"), ("target", "y"), ("time", "--x"), ("preset", "quick"), ("drop", "a"),
      ("drop", "b"), ("html", "/etc/passwd"), ("no-system-metrics", "1"),
    ])
    #expect(try site.post("/start", form.encoded).headers["Location"] == "/jobs/jobjob12")
    #expect(
      program.calls.last == [
        "autopilot", "data:t@1", "--target", "y", "--time=--x", "--preset", "quick", "--drop", "a", "--drop", "b",
        "--no-system-metrics", "--detach",
      ])
    for wrong in [
      "kind=autopilot&data=t@1", "kind=autopilot&data=/etc/passwd&target=y", "kind=autopilot&data=t@1&target=none",
      "kind=autopilot&data=t@1&target=y&preset=none", "kind=autopilot&data=t@1&target=y&drop=none", "kind=import",
      "kind=import&paths=%0A%20%0A",
    ] {
      #expect(try site.post("/start", wrong).status == 400, "\(wrong)")
    }
  }

  @Test func `an import is done at once, of paths as they are`() throws {
    let program = try StandIn()
    let site = try site(program)
    let page = try site.get("/start?kind=import&paths=%3Cb%3E").text
    #expect(page.contains("placeholder=\"/home/me/logs\">&lt;b&gt;</textarea>"))
    #expect(!page.contains("value=\"queue\"") && !page.contains("name=\"store\""))
    let form = WebForm([
      ("kind", "import"), ("paths", "/logs/a b\r\n--store=/x\n\n; rm -rf /"), ("experiment", "old"), ("separate", "1"),
    ])
    #expect(try site.post("/start", form.encoded).headers["Location"] == "/?experiment=old")
    #expect(
      program.calls.last == [
        "import", "/logs/a b", "./--store=/x", "; rm -rf /", "--experiment", "old", "--separate",
      ])
    #expect(
      try site.get("/start/command?kind=import&paths=/logs").text.hasPrefix("rlrun import /logs"))
  }

  @Test func `what the program complains of is said on the form`() throws {
    let program = try StandIn(complaint: "--steps takes a <number>")
    let answer = try site(program).post("/start", "steps=many")
    #expect(answer.status == 400)
    #expect(answer.text.contains("--steps takes a &lt;number&gt;"))
    #expect(answer.text.contains("value=\"many\""))
  }

  @Test func `jobs are listed, watched and stopped`() throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID().uuidString)")
    try "step 1\n<script>alert(1)</script>\n".write(to: output, atomically: true, encoding: .utf8)
    let program = try StandIn(
      jobs: """
        [{"job": "abc", "state": "running", "started": "2026-01-02T03:04:05Z", "command": ["rlrun", "train", "<img src=x>"],
          "host": "h", "pid": 1, "output": "\(output.path)", "runs": ["r1", "r2"]},
         {"job": "def", "state": "failed", "exit_status": 2, "started": "", "command": [], "host": "", "output": "/none", "runs": []}]
        """)
    let site = try site(program)
    let list = try site.get("/jobs").text
    #expect(list.contains("data-again=\"2\"") && list.contains("/jobs/abc") && !list.contains("<img src=x"))
    let page = try site.get("/jobs/abc").text
    #expect(page.contains("step 1\n&lt;script&gt;"))
    #expect(page.contains("/charts?run=r1&amp;run=r2"))
    #expect(try site.get("/jobs/def/body").text.contains("Exit status"))
    #expect(throws: WebError.self) { try site.get("/jobs/none") }
    #expect(throws: WebError.self) { try site.post("/jobs/none", "action=stop") }
    #expect(try site.post("/jobs/abc", "action=stop").headers["Location"] == "/jobs/abc")
    #expect(program.calls.last == ["stop", "abc"])
    _ = try site.post("/jobs/abc", "action=kill")
    #expect(program.calls.last == ["stop", "abc", "--kill"])
  }

  @Test func `a run is stopped, resumed and done again by commands`() throws {
    let program = try StandIn()
    let site = try site(program)
    let id = try site.record("a", [1])
    #expect(try site.get("/runs/\(id)").text.contains("rlrun reproduce \(id) --detach"))
    _ = try site.post("/runs/\(id)/work", "action=resume&steps=2000")
    #expect(program.calls.last == ["resume", id, "--steps", "2000", "--detach"])
    _ = try site.post("/runs/\(id)/work", "action=reproduce")
    #expect(program.calls.last == ["reproduce", id, "--detach"])
    _ = try site.post("/runs/\(id)/work", "action=stop")
    #expect(program.calls.last == ["stop", id])
    #expect(throws: WebError.self) { try site.post("/runs/\(id)/work", "action=resume&steps=--help") }
    #expect(throws: WebError.self) { try site.post("/runs/\(id)/work", "action=delete") }
    #expect(throws: WebError.self) { try site.post("/runs/none/work", "action=stop") }
  }

  @Test func `without the program the pages say so, and who only reads starts nothing`() throws {
    let site = try PageStore()
    for address in ["/start", "/jobs"] {
      #expect(throws: WebError(501, "rlrun is not beside this program: 'make studio' builds both")) {
        try site.get(address)
      }
    }
    for route in site.pages.routes where route.method == "POST" && !route.pattern.hasPrefix("/sign-") {
      #expect(route.access == .write, "\(route.pattern)")
    }
  }
}
