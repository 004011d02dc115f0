import ArgumentParser
import Autopilot
import Fitting
import Formats
import Foundation
import Runs
import Search
import Telemetry
import Training

/// The root of the command line: its subcommands are the files in Commands.
///
/// Each writes its name down: where one is left to be made from the type's name, every start of the program pays for it.
struct RLRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rlrun",
    abstract: "Train agents, fit models, keep every run in a log that loses nothing, compare, plot and export.",
    discussion: """
      Example:
        rlrun train CartPole-v1 --agent ppo --preset zoo --seeds 1-5 --experiment first
        rlrun compare --experiment first
        rlrun fit data.csv --target kind --model mlp

      Runs lie in ./runs, or where --store or RLRUN_STORE says. RUN is a run's id, the start of one, or 'latest';
      --experiment and --where choose several.
      Exit status: 0 done, 1 the work failed, 2 the command was not understood.
      """,
    version: programVersion,
    subcommands: [Manual.self, Supervise.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Train",
        subcommands: [
          Train.self, Fit.self, SearchCommand.self, AutopilotCommand.self, Resume.self, Reproduce.self, Evaluate.self,
          Play.self, Predict.self,
          Explain.self,
          Jobs.self, Stop.self,
        ]),
      CommandGroup(name: "Prepare", subcommands: [DataCommand.self, WorkflowCommand.self]),
      CommandGroup(
        name: "Read",
        subcommands: [
          Runs.self, Show.self, Debug.self, Diff.self, Compare.self, Plot.self, Report.self, Profile.self, Export.self,
          Tail.self,
          Artifact.self, Experiments.self,
          Verify.self, StudioCommand.self,
        ]),
      CommandGroup(
        name: "Keep",
        subcommands: [
          Log.self, Import.self, Tag.self, Note.self, Delete.self, Restore.self, Repair.self, GC.self,
        ]),
      CommandGroup(
        name: "Catalogue",
        subcommands: [
          Envs.self, Env.self, Check.self, AgentsCommand.self, ModelsCommand.self, Rules.self, Describe.self,
          TraceCommand.self,
        ]),
    ])
}

@main
enum Program {
  static func main() {
    StandardOutput.secureStreams()
    RunKinds.register(TrainingConfiguration.self)
    RunKinds.register(FitConfiguration.self)
    RunKinds.register(SearchConfiguration.self)
    RunKinds.register(AutopilotConfiguration.self)
    // The supervisor of a job starts it at once, and it waits itself.
    if CommandLine.arguments.dropFirst().first != JobSupervisor.command { ProcessJob.waitForTurn() }
    var status: Int32 = 0
    do {
      var command = try RLRun.parseAsRoot(joiningNegativeNumbers(Array(CommandLine.arguments.dropFirst())))
      try command.run()
    } catch {
      status = report(error)
    }
    exit(StandardOutput.finish(status: status))
  }

  /// Prints what went wrong in one sentence; returns 2 where the command was not understood, 1 where work failed.
  private static func report(_ error: any Error) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    if let failure = Failure(error) {
      complain(failure.sentence)
      for line in failure.excerpt { StandardErrors.write(line + "\n") }
      return failure.status
    }
    // What is left is ArgumentParser's: help and version requests (status 0) and what it did not understand.
    if RLRun.exitCode(for: error).isSuccess {
      StandardOutput.show(RLRun.fullMessage(for: error) + "\n")
      return 0
    }
    let misspelling = Misspelling(in: Array(CommandLine.arguments.dropFirst()))
    if let sentence = misspelling.command {
      complain(sentence)
      return 2
    }
    StandardErrors.write((misspelling.completing(RLRun.fullMessage(for: error)) + "\n").printableLines)
    return 2
  }
}
