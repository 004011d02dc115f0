import ArgumentParser
import Foundation
import Tracker
import Workflows

/// `rlrun workflow`: the subcommands are the files in this folder.
struct WorkflowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workflow",
    abstract: "Do the steps from data to models that are not up to date.",
    discussion: """
      Example:
        rlrun workflow run churn.yaml --dry-run
        rlrun workflow run churn.yaml
        rlrun workflow show churn.yaml

      A workflow is a YAML file of named steps: \(StepActions.all.map { $0.name }.joined(separator: ", "))
      (Docs/WORKFLOWS.md).
      """,
    subcommands: [WorkflowRunCommand.self, WorkflowShow.self])
}

/// The file of a workflow, and the store of its runs.
struct WorkflowArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The workflow in YAML.", valueName: "flow.yaml"), completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var storeOption: StoreOption

  func resolve() throws -> Workflow { try Workflow(file: file) }

  /// Does `work` with the store as it is; where there is none yet with an empty one, of which nothing is left.
  func reading(_ work: (Store) throws -> Void) throws {
    guard let store = try existingStore() else {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-no-store-\(getpid())")
      defer { try? FileManager.default.removeItem(at: folder) }
      return try work(Store(path: folder.path, create: true))
    }
    try work(store)
  }

  private func existingStore() throws -> Store? {
    do throws(StoreError) {
      return try Store(path: storeOption.path, create: false)
    } catch .missing {
      return nil
    }
  }
}
