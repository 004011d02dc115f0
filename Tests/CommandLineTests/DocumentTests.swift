import Foundation
import Testing

/// What the documents print is what the program does.
@Suite struct DocumentTests {
  @Test(
    arguments: ["README.md", "CONTRIBUTING.md"]
      + ["SUPERVISED", "ENVIRONMENTS", "SIGNALS", "COMPARING", "PLAY", "PLOTS"].map { "Docs/\($0).md" })
  func `every rlrun command in a document runs as printed`(document: String) throws {
    let text = try String(contentsOf: Workplace.package.appendingPathComponent(document), encoding: .utf8)
    let workplace = try Workplace()
    var commands = 0
    for block in shellBlocks(of: text) {
      let lines = block.filter { !$0.hasPrefix("make ") && !$0.hasPrefix("swift ") && !$0.hasPrefix("git ") }
      if lines.isEmpty { continue }
      let script = "set -e\n" + lines.joined(separator: "\n")
      let result = try workplace.run("/bin/bash", ["-c", script])
      #expect(result.status == 0, "\(script)\n\(result.errors)")
      commands += lines.count
    }
    if document == "README.md" { #expect(commands >= 10) }
  }

  @Test func `the example package builds, trains and acts, and its runs are in the store`() throws {
    let workplace = try Workplace()
    let example = Workplace.package.appendingPathComponent("Examples/TrainAndAct").path
    let scratch = Workplace.package.appendingPathComponent(".build/examples").path
    // With its build manifest cached, SwiftPM overlooks files that are new in a package depended on by path.
    let built = try workplace.run(
      "/usr/bin/env",
      [
        "swift", "build", "-c", "release", "--package-path", example, "--scratch-path", scratch,
        "--disable-build-manifest-caching",
      ])
    try #require(built.status == 0, "\(built.output)\(built.errors)")
    let result = try workplace.run(scratch + "/release/TrainAndAct", ["runs"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("push right"))
    #expect(try workplace.rlrun("runs").output.contains("example"))
    #expect(try workplace.rlrun("compare", "--experiment", "example").output.contains("ppo"))
    let csv = try workplace.rlrun("export", "--experiment", "example", "--format", "csv").output
    #expect(csv.contains("final/mean_reward"))
  }

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
