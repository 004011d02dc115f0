import ArgumentParser
import Formats
import Foundation
import Runs
import Telemetry
import Tracker

struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run from its last checkpoint, or with all unfinished runs of an experiment.",
    discussion: """
      Example:
        rlrun resume latest
        rlrun resume latest --steps 200000
        rlrun resume --experiment first
        rlrun resume --experiment first --experiment second

      A resumed run records what an uninterrupted one would have. A run that is finished says so, unless --steps asks for
      more. Unfinished is what was interrupted, killed or has failed; the runs of an experiment go on side by side.
      """)

  @Argument(help: ArgumentHelp("The run (not with --experiment).", valueName: "run"))
  var reference: String?

  @Option(
    name: .customLong("experiment"),
    help: ArgumentHelp(
      "Go on with every unfinished run of this experiment; may be repeated.", valueName: "experiment"))
  var experiments: [String] = []

  @Option(help: "The new budget in transitions; extends a finished training of an agent.")
  var steps: Count?

  @Option(help: "With --experiment: how many runs go on side by side (default: the number of cores).")
  var jobs: Count?

  @Option(help: "How many threads step the copies of a training.")
  var threads: Count = 1

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let jobs = try jobs?.checked(Count.threads, "--jobs") ?? ProcessInfo.processInfo.activeProcessorCount
    let extent = Extent(
      steps: try steps?.checked(Count.steps, "--steps"), threads: try threads.checked(Count.threads, "--threads"))
    switch (reference, experiments.isEmpty) {
    case (let reference?, true): try resume(store.load(store.find(naming: reference)), extent, in: store)
    case (nil, false):
      var named: [String] = []
      for experiment in experiments where !named.contains(experiment) { named.append(experiment) }
      let records = try named.flatMap { try unfinished($0, extent, in: store) }
      try resume(records, of: named, extent, jobs: jobs, in: store)
    default: throw UsageError("name a run, or an experiment with --experiment, to go on with")
    }
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
        "--steps extends trainings of agents; run \(record.id) is a fit: fit again with more epochs")
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
  private func unfinished(_ experiment: String, _ extent: Extent, in store: Store) throws -> [RunRecord] {
    let all = try store.runs(experiment: experiment)
    if all.isEmpty { throw UsageError(try store.sentence(onMissing: experiment)) }
    let running = all.filter { $0.status == .running }
    if !running.isEmpty {
      complain("being written, and so left alone: \(running.map(\.id).joined(separator: ", "))")
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
      let names = experiments.map { "'\($0)'" }.joined(separator: " and ")
      return printPage("No run of \(names.printable) is left to go on with.")
    }
    Interruption.install()
    let progress = display(of: records, extent)
    let results = SeedPool.run(seeds: records.indices.map { UInt64($0) }, jobs: jobs) { key in
      if Interruption.hasBeenRequested { return String?.none }
      let record = records[Int(key)]
      return try Self.resume(record, key: key, extent, progress, in: store)
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
      unit: records.allSatisfy { $0.unit == .epochs } ? .epochs : .steps, names: Dictionary(uniqueKeysWithValues: names)
    )
  }

  /// The run's id, or nil where it is finished and asks for nothing more.
  private static func resume(
    _ record: RunRecord, key: UInt64, _ extent: Extent, _ progress: ProgressDisplay, in store: Store
  ) throws -> String? {
    let kind = try record.configuration(toBe: "resumed")
    let budget = record.canBeExtended ? extent.steps : nil
    guard let run = try kind.resume(record.id, budget: budget, threads: extent.threads, in: store) else { return nil }
    try FailedRun.naming(record.id) {
      try run.run(
        shouldStop: { Interruption.hasBeenRequested }, onProgress: { progress.update(seed: key, $0) },
        onRemark: { progress.say($0, seed: key) })
    }
    return record.id
  }
}
