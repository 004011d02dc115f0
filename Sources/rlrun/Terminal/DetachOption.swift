import ArgumentParser
import Runs
import Tracker

/// `--detach`: the command goes on as a job, which the end of the terminal does not end.
struct DetachOption: ParsableArguments {
  @Flag(help: "Start it as a job and return at once; 'rlrun jobs' lists jobs, 'rlrun stop' interrupts one.")
  var detach = false

  /// Starts this very command line as a job, and prints its id.
  func launch(in store: Store, json: Bool) throws {
    let program = ProcessLauncher.ownProgram
    let words = CommandLine.arguments.dropFirst()
    let end = words.firstIndex(of: "--") ?? words.endIndex
    let command = ["rlrun"] + words[..<end].filter { $0 != "--detach" } + words[end...]
    let job = try ProcessLauncher(in: store).spawn(JobCommand(command, program: program))
    if json { return try printJSON(JobPage(job)) }
    print(job.id)
    complain("job \(job.id) writes to \(job.output); 'rlrun stop \(job.id)' interrupts it")
  }
}
