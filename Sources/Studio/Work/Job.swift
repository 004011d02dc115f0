import Formats
import WebServer

/// A job, as `rlrun jobs --json` says.
struct Job: Sendable {
  var id: String
  var state: String
  var started: String
  var ended: String?
  var command: [String]
  var host: String
  var output: String
  var runs: [String]
  var status: Int?

  init?(_ json: JSONValue) {
    guard let id = json["job"]?.text, let state = json["state"]?.text, let output = json["output"]?.text else {
      return nil
    }
    (self.id, self.state, self.output) = (id, state, output)
    started = json["started"]?.text ?? ""
    ended = json["ended"]?.text
    command = json["command"]?.list?.compactMap(\.text) ?? []
    host = json["host"]?.text ?? ""
    runs = json["runs"]?.list?.compactMap(\.text) ?? []
    if case .integer(let number)? = json["exit_status"] { status = number }
  }

  var isRunning: Bool { state == "running" || state == "queued" }
  var shownCommand: String { command.map(Commands.quoted).joined(separator: " ") }

  /// The status's colour.
  var colour: String {
    switch state {
    case "running", "queued", "finished", "interrupted", "failed": state
    default: "crashed"
    }
  }
}

extension Commands {
  /// The newest first.
  func jobs() throws -> [Job] { (try json(of: ["jobs", "--json"]).list ?? []).compactMap(Job.init).reversed() }
}
