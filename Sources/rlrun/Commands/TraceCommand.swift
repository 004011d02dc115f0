import ArgumentParser
import Environments
import Files

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Step one environment through given actions and print what it gives, as CSV.",
    discussion: """
      Example:
        printf '1\\n0\\n1\\n' > actions.txt
        rlrun trace CartPole-v1 --seed 123 --actions actions.txt

      The columns are step,obs_0,…,reward,terminated,truncated. Row 0 is the first observation; after an ending a further
      row with the same step holds the first observation of the next episode.
      """)

  @Argument(help: "The environment's id, with options as ENV:option=value.")
  var env: String

  @Option(help: "The seed of the first episode.")
  var seed: UInt64

  @Option(
    help: ArgumentHelp("Actions, one a line, comma-separated where there are several numbers.", valueName: "file"),
    completion: .file())
  var actions: String

  func run() throws {
    guard let bytes = try? OpenFile.contents(of: actions) else {
      throw UsageError("the actions file '\(actions)' cannot be read")
    }
    let text = try Trace.csv(env, seed: seed, actions: String(decoding: bytes, as: UTF8.self), source: actions)
    try Output(nil).write(Array(text.utf8))
  }
}
