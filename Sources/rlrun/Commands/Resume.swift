import ArgumentParser
import Formats
import Foundation
import Runs
import Telemetry
import Tracker

struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Resume a run from its last checkpoint, or all unfinished runs of those chosen.",
    discussion: """
      Example:
        rlrun resume latest
        rlrun resume latest --steps 200000
        rlrun resume --experiment first
        rlrun resume --experiment first --experiment second
        rlrun resume latest --python venv/bin/python
        rlrun resume --where "status = 'interrupted' and agent = 'ppo'"

      A resumed run records what an uninterrupted one would have. A run that is finished says so, unless --steps asks for
      more. Unfinished is what was interrupted, killed or has failed; several runs go on side by side.
      """)

  @OptionGroup var selection: RunSelection

  @Option(help: "The new budget in transitions; extends a finished training of an agent.")
  var steps: Count?

  @Option(help: "How many runs are resumed in parallel (default: the number of cores).")
  var jobs: Count?

  @Option(help: "How many threads step the environments of a training.")
  var threads: Count = 1

  @OptionGroup var pythonOptions: PythonOptions
  @OptionGroup var systemMetrics: SystemMetricsOption
  @OptionGroup var detachment: DetachOption

  func run() throws {
    try pythonOptions.replaceRecorded()
    let store = try systemMetrics.applied(to: selection.open())
    let jobs = try jobs?.checked(Count.threads, "--jobs") ?? ProcessInfo.processInfo.activeProcessorCount
    let extent = Extent(
      steps: try steps?.checked(Count.steps, "--steps"), threads: try threads.checked(Count.threads, "--threads"))
    let records = try selection.ids(in: store).map { try store.load($0) }
    if detachment.detach { return try detachment.launch(in: store, json: false) }
    if selection.isOneRun { return try resume(records[0], extent, in: store) }
    var experiments: [String] = []
    for record in records where !experiments.contains(record.description.experiment) {
      experiments.append(record.description.experiment)
    }
    try resume(unfinished(of: records, extent), of: experiments, extent, jobs: jobs, in: store)
  }

  /// How far runs go on, and on how many threads.
  private struct Extent {
    /// The new budget in transitions; nil: what the run was started with.
    var steps: Int?
    var threads: Int
  }

  private func resume(_ record: RunRecord, _ extent: Extent, in store: Store) throws {
    if extent.steps != nil, record.configuration != nil, !record.canBeExtended {
      throw UsageError(
        "--steps extends runs whose budget is a hyperparameter, as trainings have; run \(record.id) is a "
          + "\(record.description.kind.rawValue), whose budget follows from its settings: start a new one with other settings"
      )
    }
    Interruption.install()
    let progress = display(of: [record], extent)
    let result = Result { try Self.resume(record, key: 0, extent, progress, in: store) }
    progress.finish()
    if case .success(.none) = result {
      let reason = record.message.map { " (\($0))" } ?? ""
      let extent = " at step \(record.lastStep)\(reason); --steps N extends it"
      return print("Run \(record.id) is finished\(record.canBeExtended ? extent : "").")
    }
    try TrainingReport(store: store, experiments: [record.description.experiment], json: false)
      .print([result], names: ["run \(record.id)"])
  }

  /// Those that can go on; says which are left alone.
  private func unfinished(of all: [RunRecord], _ extent: Extent) -> [RunRecord] {
    let running = all.filter { $0.status == .running }
    if !running.isEmpty {
      complain("skipped, still being written: \(running.map(\.id).joined(separator: ", "))")
    }
    return all.filter { record in
      guard record.configuration != nil, record.status != .running else { return false }
      if record.status != .finished { return true }
      return extent.steps.map { $0 > record.lastStep && record.canBeExtended } ?? false
    }
  }

  private func resume(
    _ records: [RunRecord], of experiments: [String], _ extent: Extent, jobs: Int, in store: Store
  ) throws {
    if records.isEmpty {
      if selection.choice.condition.text != nil { return print("No matching run is left to resume.") }
      let names = experiments.map { "'\($0)'" }.joined(separator: " and ")
      return printPage("No run of \(names.printable) is left to resume.")
    }
    Interruption.install()
    let progress = display(of: records, extent)
    let results = ThreadLauncher<String?>().run(Array(records.indices), atOnce: jobs) { index in
      if Interruption.hasBeenRequested { return nil }
      return try Self.resume(records[index], key: UInt64(index), extent, progress, in: store)
    }
    progress.finish()
    try TrainingReport(store: store, experiments: experiments, json: false)
      .print(results, names: records.map { "run \($0.id)" }, goingOn: true)
  }

  private func display(of records: [RunRecord], _ extent: Extent) -> ProgressDisplay {
    let budgets = records.map { $0.canBeExtended ? extent.steps ?? $0.budget : $0.budget }
    let names = records.enumerated().map { (UInt64($0), "run \($1.id)") }
    return ProgressDisplay(
      budget: budgets.max() ?? 0, trainings: records.count,
      unit: records.allSatisfy { $0.unit == records[0].unit } ? records[0].unit : .steps,
      names: Dictionary(uniqueKeysWithValues: names)
    )
  }

  /// The run's id, or nil where it is finished and asks for nothing more.
  private static func resume(
    _ record: RunRecord, key: UInt64, _ extent: Extent, _ progress: ProgressDisplay, in store: Store
  ) throws -> String? {
    let kind = try record.configuration(toBe: "resumed")
    let budget = record.canBeExtended ? extent.steps : nil
    if record.status != .finished || budget.map({ $0 > record.lastStep }) ?? false {
      try PythonOptions.remarkDifferences(from: record)
    }
    guard let run = try kind.resume(record.id, budget: budget, threads: extent.threads, in: store) else { return nil }
    try FailedRun.naming(record.id) {
      try run.run(
        shouldStop: { Interruption.hasBeenRequested }, onProgress: { progress.update(seed: key, $0) },
        onRemark: { progress.say($0, seed: key) })
    }
    return record.id
  }
}
