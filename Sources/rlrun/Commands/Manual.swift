import ArgumentParser
import Runs

/// For `make install`, which is why `--help` does not list it.
struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Print the manual page, as man reads it.",
    discussion: """
      Example:
        rlrun manual > rlrun.1
      """, shouldDisplay: false)

  func run() throws {
    StandardOutput.show(try ManualPage(of: RLRun.self, version: programVersion).text)
  }
}
