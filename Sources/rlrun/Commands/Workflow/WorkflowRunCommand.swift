import ArgumentParser
import Foundation
import Tracker
import Workflows

struct WorkflowRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Do the steps of a workflow that are not up to date.",
    discussion: """
      Example:
        rlrun workflow run churn.yaml --dry-run
        rlrun workflow run churn.yaml
        rlrun workflow run churn.yaml --from tidy

      A step is done where its settings, one of its inputs or the program's version is another than in every run before, and
      where what it made is gone; the reason is printed. Inputs are told apart by their SHA-256. Each step that is done is a run
      of the store, a part of the workflow's own run. After Ctrl-C the same command goes on where it stopped, a fit from its
      last checkpoint. Exit status 1 where a step fails or an expectation is broken.
      """)

  @OptionGroup var argument: WorkflowArgument

  @Flag(help: "Say which steps would be done and why, and do nothing.")
  var dryRun = false

  @Flag(help: "Do all steps, changed or not.")
  var force = false

  @Option(help: ArgumentHelp("Do this step and those that need it, changed or not.", valueName: "step"))
  var from: String?

  @Option(help: ArgumentHelp("Do this step alone; those that it needs have to be up to date.", valueName: "step"))
  var only: String?

  @Option(help: "How many seeds are fitted in parallel (default: the number of cores).")
  var jobs: Count?

  @OptionGroup var systemMetrics: SystemMetricsOption
  @OptionGroup var detachment: DetachOption

  @Flag(help: "Print the steps as JSON at the end, and no progress.")
  var json = false

  func validate() throws {
    if force, from != nil { throw ValidationError("--force and --from exclude each other") }
  }

  func run() throws {
    let workflow = try argument.resolve()
    let jobs = try jobs?.checked(Count.threads, "--jobs") ?? ProcessInfo.processInfo.activeProcessorCount
    for (option, name) in [("--from", from), ("--only", only)] {
      if let name { try workflow.require(name, option: option) }
    }
    var choice = WorkflowRun.Choice(only: only)
    if force { choice.forced = Set(workflow.steps.map(\.name)) }
    if let from { choice.forced = workflow.dependents(of: [from]) }
    if dryRun {
      return try argument.reading { store in
        let run = try WorkflowRun(of: workflow, in: store, choice: choice)
        try WorkflowPage(run.plan(), only: only).print(json: json, isPlan: true)
      }
    }
    let store = try systemMetrics.applied(to: argument.storeOption.open(create: true))
    let run = try WorkflowRun(of: workflow, in: store, choice: choice, jobs: jobs)
    if detachment.detach { return try detachment.launch(in: store, json: json) }
    Interruption.install()
    let display = WorkflowDisplay(workflow, in: store, isQuiet: json)
    let outcome = try run.run(shouldStop: { Interruption.hasBeenRequested }, report: { display.show($0) })
    if json { try printJSON(display.results) }
    switch outcome {
    case .finished(let steps):
      if !json, steps.isEmpty { print("Nothing to do: every step is up to date.") }
    case .interrupted(let step):
      complain("interrupted at the step '\(step)'; the same command goes on from there")
      throw ExitCode(Interruption.status)
    }
  }
}
