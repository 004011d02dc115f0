import ArgumentParser
import Runs

/// For the launcher of jobs, which is why `--help` does not list it.
struct Supervise: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: JobSupervisor.command,
    abstract: "Start a job that standard input describes, and record how it ends.",
    discussion: """
      Example:
        rlrun supervise runs/.jobs/3f9k2mzq
      """, shouldDisplay: false)

  @Argument(help: "The job's folder.")
  var folder: String

  func run() throws { try JobSupervisor.run(in: folder) }
}
