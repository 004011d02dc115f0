import ArgumentParser
import Runs
import Settings
import Tracker

struct Stop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Interrupt jobs as Ctrl-C does, by their ids or those of their runs.",
    discussion: """
      Example:
        rlrun stop 3f9k2mzq
        rlrun stop --experiment first --wait

      Interrupted runs save a checkpoint and can be resumed. A job is stopped with all its runs; a second interruption ends
      it at once, as a second Ctrl-C does. Runs that were not started with --detach are stopped where they run.
      """)

  @Argument(help: ArgumentHelp("Jobs, or runs of them.", valueName: "job|run"))
  var references: [String] = []

  @Flag(help: "End them at once; the runs can be resumed from their last checkpoints.")
  var kill = false

  @Flag(help: "Wait until they have ended.")
  var wait = false

  @OptionGroup var choice: RunChoice

  func run() throws {
    if references.isEmpty, choice.isEmpty {
      throw UsageError("name jobs or runs, an experiment with --experiment, or a condition with --where")
    }
    let store = try choice.storeOption.open()
    let launcher = ProcessLauncher(in: store)
    let jobs = try jobs(of: launcher, in: store)
    for job in jobs {
      let state = try job.state()
      guard state.isRunning else {
        print("Job \(job.id) has ended: \(state.words).")
        continue
      }
      try launcher.signal(job, kill ? .kill : .interrupt)
      if wait {
        print("Job \(job.id) has ended: \(try launcher.wait(for: job).words).")
      } else {
        print("Job \(job.id) is \(kill ? "killed" : "interrupted").")
      }
    }
  }

  /// Each once. Throws where one is named that is not there.
  private func jobs(of launcher: ProcessLauncher, in store: Store) throws -> [ProcessJob] {
    var (jobs, runs): ([ProcessJob], [String]) = ([], [])
    for reference in references {
      if choice.isEmpty, let job = try launcher.find(reference) { jobs.append(job) } else { runs.append(reference) }
    }
    if !runs.isEmpty || !choice.isEmpty {
      let all = try launcher.jobs()
      if choice.isEmpty { try runs.forEach { try check($0, against: all, in: store) } }
      for id in try choice.ids(naming: runs, in: store) {
        let own = all.filter { $0.runs.contains(id) }
        let running = try own.last { try $0.state().isRunning }
        // A run whose job has ended may have been resumed without one.
        if let job = try running ?? (store.load(id).status == .running ? nil : own.last) {
          jobs.append(job)
        } else if choice.isEmpty {
          throw UsageError("run \(id) was not started with --detach: stop it where it runs, with Ctrl-C")
        }
      }
      if jobs.isEmpty { throw UsageError("none of these runs was started with --detach: stop them where they run") }
    }
    var seen: Set<String> = []
    return jobs.filter { seen.insert($0.id).inserted }
  }

  /// Throws unless it names a run.
  private func check(_ reference: String, against jobs: [ProcessJob], in store: Store) throws {
    do throws(StoreError) {
      _ = try store.find(reference)
    } catch {
      guard case .unknownRun = error else { throw error }
      throw LaunchError.unknownJob(reference, nearest: nearest(to: reference, in: jobs.map(\.id)))
    }
  }
}
