import Foundation

/// Autopilot's list of what it tries first, in which a portfolio can be replaced.
struct CandidatesFile {
  private static let url = Peer.root.appendingPathComponent("Sources/Autopilot/Candidates/candidates.yaml")
  private var lines: [String]

  init() throws {
    lines = try String(contentsOf: Self.url, encoding: .utf8).components(separatedBy: "\n")
  }

  /// `entries` are settings as in `PortfolioScore`, `evidence` a comment.
  mutating func replace(_ task: String, with entries: [String], evidence: [String]) throws {
    guard let section = lines.firstIndex(of: "portfolio:"),
      let start = lines[section...].firstIndex(of: "  \(task):")
    else { throw BenchmarkError("candidates.yaml has no portfolio of a \(task)") }
    let end = lines[(start + 1)...].firstIndex { !$0.hasPrefix("    ") } ?? lines.endIndex
    let comment = evidence.map { "    # \($0)" }
    lines.replaceSubrange((start + 1)..<end, with: comment + entries.map { "    - " + Self.entry($0) })
  }

  func write() throws {
    try Data(lines.joined(separator: "\n").utf8).write(to: Self.url, options: .atomic)
  }

  /// `{candidate: gbdt, learning_rate: 0.1}`
  private static func entry(_ settings: String) -> String {
    let parts = settings.split(separator: " ").enumerated().map { index, part in
      index == 0
        ? "candidate: \(part)"
        : part.replacingOccurrences(of: "=", with: ": ").replacingOccurrences(of: ";", with: ", ")
    }
    return "{" + parts.joined(separator: ", ") + "}"
  }
}
