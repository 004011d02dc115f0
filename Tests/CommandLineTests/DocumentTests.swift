import Foundation
import Testing

/// What the documents print is what the program does.
@Suite struct DocumentTests {
  @Test(
    arguments: ["README.md", "CONTRIBUTING.md"]
      + [
        "SUPERVISED", "ENVIRONMENTS", "SIGNALS", "COMPARING", "CHOOSING", "JOBS", "PLAY", "PLOTS", "WORKFLOWS",
        "SEARCH", "AUTOPILOT", "ONNX",
      ].map {
        "Docs/\($0).md"
      })
  func `every rlrun command in a document runs as printed`(document: String) throws {
    let text = try String(contentsOf: Workplace.package.appendingPathComponent(document), encoding: .utf8)
    let workplace = try Workplace()
    try FileManager.default.createSymbolicLink(
      at: workplace.folder.appending(path: "Examples"),
      withDestinationURL: Workplace.package.appending(path: "Examples"))
    var commands = 0
    for block in shellBlocks(of: text) {
      // What is fetched may not be there.
      if block.contains("make mujoco"), !Self.hasMuJoCo { continue }
      let lines = block.filter { !$0.hasPrefix("make ") && !$0.hasPrefix("swift ") && !$0.hasPrefix("git ") }
      if lines.isEmpty { continue }
      let script = "set -e\n" + lines.joined(separator: "\n")
      let result = try workplace.run("/bin/bash", ["-c", script])
      #expect(result.status == 0, "\(script)\n\(result.errors)")
      commands += lines.count
    }
    if document == "README.md" { #expect(commands >= 10) }
  }

  private static let hasMuJoCo =
    ProcessInfo.processInfo.environment["RLRUN_MUJOCO"] != nil
    || FileManager.default.fileExists(atPath: Workplace.package.appending(path: ".mujoco").path)

  /// The lines of the ```sh blocks.
  private func shellBlocks(of text: String) -> [[String]] {
    var blocks: [[String]] = []
    var open: [String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line == "```sh" {
        open = []
      } else if line == "```", let block = open {
        blocks.append(block)
        open = nil
      } else {
        open?.append(line)
      }
    }
    return blocks
  }
}
