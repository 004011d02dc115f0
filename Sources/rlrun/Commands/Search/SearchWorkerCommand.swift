import ArgumentParser
import Foundation
import Runs
import Search
import Tracker

struct SearchWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Do trials of a search that was started elsewhere, until nothing is left to do.",
    discussion: """
      Example:
        rlrun search worker latest
        rlrun search worker 3f9k2mzq --jobs 4

      Any number of workers, in any processes that see the store, share the trials of a search: each is claimed by one. The
      trial of a worker that died is taken up again by another.
      """)

  @Argument(help: ArgumentHelp("The search.", valueName: "run"))
  var search: String

  @Option(help: "How many trials are done side by side (default: 1).")
  var jobs: Count = 1

  @Flag(help: "Do one trial at most, and say which.")
  var once = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try SystemMetricsOption.applied(to: storeOption.open())
    let id = try store.findSearch(search)
    let jobs = try jobs.checked(Count.threads, "--jobs")
    Interruption.install()
    let stop: @Sendable () -> Bool = { Interruption.hasBeenRequested }
    if once {
      try SearchWorkers.workOnce(on: id, in: store, shouldStop: stop) { line in
        // Whoever waits for this process has to know before the trial begins.
        StandardOutput.show(line + "\n")
        try StandardOutput.flush()
      }
    } else {
      try SearchWorkers.work(on: id, in: store, workers: jobs, shouldStop: stop)
      let isFinished = try SearchWorkers.finish(id, in: store)
      print("Search \(id) is \(isFinished ? "finished" : "not finished yet"): rlrun search show \(id)")
    }
    if Interruption.hasBeenRequested { throw ExitCode(Interruption.status) }
  }
}
