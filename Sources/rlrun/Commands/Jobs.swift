import ArgumentParser
import Formats
import Runs
import Tracker

struct Jobs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs",
    abstract: "List the jobs started with --detach: running and ended, the newest last.",
    discussion: """
      Example:
        rlrun train CartPole-v1 --preset zoo --seeds 1-5 --detach
        rlrun jobs

      States: queued (--queue: it waits for earlier ones), running, finished, interrupted, failed, killed by a signal, lost (it ended unseen, as when the machine is
      switched off). What a job prints is in the store, in .jobs/JOB/output.
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var width: WidthOption
  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let jobs = try ProcessLauncher(in: store).jobs()
    if json { return try printJSON(jobs.map { try JobPage($0) }) }
    if jobs.isEmpty { return print("No jobs in \(store.path) yet; start one: rlrun train CartPole-v1 --detach") }
    var table = TextTable(["job", "state", "since", "runs", "command"], dispensable: ["runs", "since"])
    for job in jobs {
      let state = try job.state()
      let since = if case .ended(let ending) = state { ending.ended } else { job.record.started }
      let command = job.record.command.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
      let words = state.isRunning && job.isQueued ? "queued" : state.words
      table.add([job.id, words, localTime(since), job.runs.shown, command])
    }
    print(table.fitted(to: width.columns).text(noting: "--wide shows all"))
  }
}
