import ArgumentParser
import Runs
import Tracker

/// `--detach`: the command goes on as a job, which the end of the terminal does not end.
struct DetachOption: ParsableArguments {
  @Flag(help: "Start it as a job and return at once; 'rlrun jobs' lists jobs, 'rlrun stop' interrupts one.")
  var detach = false

  @Flag(help: "With --detach: begin when all jobs of the store that are there now have ended.")
  var queue = false

  func validate() throws {
    if queue, !detach { throw ValidationError("--queue goes with --detach") }
  }

  /// Starts this very command line as a job, and prints its id.
  func launch(in store: Store, json: Bool) throws {
    let program = ProcessLauncher.ownProgram
    let words = CommandLine.arguments.dropFirst()
    let end = words.firstIndex(of: "--") ?? words.endIndex
    let command = ["rlrun"] + words[..<end].filter { $0 != "--detach" && $0 != "--queue" } + words[end...]
    let launcher = ProcessLauncher(in: store)
    let before = try queue ? launcher.jobs().filter { try $0.state().isRunning }.map(\.id) : []
    let job = try launcher.spawn(JobCommand(command, program: program), after: before)
    if json { return try printJSON(JobPage(job)) }
    print(job.id)
    complain("job \(job.id) writes to \(job.output); 'rlrun stop \(job.id)' interrupts it")
  }
}
