import ArgumentParser
import Workflows

struct WorkflowShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the steps of a workflow, what they made, and what is not up to date.",
    discussion: """
      Example:
        rlrun workflow show churn.yaml
        rlrun workflow show churn.yaml --json
      """)

  @OptionGroup var argument: WorkflowArgument

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let workflow = try argument.resolve()
    try argument.reading { store in
      try WorkflowPage(WorkflowRun(of: workflow, in: store).plan()).print(json: json, isPlan: false)
    }
  }
}
