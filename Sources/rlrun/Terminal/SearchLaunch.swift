import ArgumentParser
import Foundation
import Runs
import Search
import Settings
import Telemetry
import Tracker

/// Starts a search, shows how it goes, and prints what came of it.
struct SearchLaunch {
  private let search: SearchConfiguration
  private let seed: UInt64
  private let labels: RunLabelOptions
  private let jobs: Count?
  private let json: Bool
  private let isDryRun: Bool
  private let systemMetrics: SystemMetricsOption
  private let detachment: DetachOption
  private let storeOption: StoreOption

  init(
    _ search: SearchConfiguration, seed: UInt64, labels: RunLabelOptions, jobs: Count?, json: Bool, isDryRun: Bool,
    systemMetrics: SystemMetricsOption, detachment: DetachOption,
    storeOption: StoreOption
  ) {
    (self.search, self.seed, self.labels) = (search, seed, labels)
    (self.jobs, self.json, self.isDryRun) = (jobs, json, isDryRun)
    (self.systemMetrics, self.detachment, self.storeOption) = (systemMetrics, detachment, storeOption)
  }

  /// Throws an exit status where the search was interrupted.
  func run() throws {
    if isDryRun { return try print(json ? SearchPlanPage(search).json() : SearchPlanPage(search).text) }
    let jobs = try jobs?.checked(Count.threads, "--jobs") ?? ProcessInfo.processInfo.activeProcessorCount
    let tags = try labels.tags
    let store = try systemMetrics.applied(to: storeOption.open(create: true))
    if detachment.detach { return try detachment.launch(in: store, json: json) }
    systemMetrics.passToWorkers()
    Interruption.install()
    let run = try SearchRun.start(
      search, seed: seed, experiment: labels.experiment, name: labels.name, tags: tags, workers: jobs, in: store)
    run.recordCode()
    let budget = search.trialLimit + 2 * search.freshSeeds
    let progress = ProgressDisplay(budget: budget, trainings: 1, isQuiet: json, unit: .trials)
    try FailedRun.naming(run.id) {
      try run.search(shouldStop: { Interruption.hasBeenRequested }) { state in
        progress.update(
          seed: seed,
          RunProgress(
            step: state.endedTrials + state.endedConfirmations, budget: budget, figure: state.best?.score))
      }
    }
    progress.finish()
    let page = SearchPage(try SearchOverview(run.id, in: store))
    if json { try printJSON(page) } else { printPage(page.text(top: 5, width: pageWidth)) }
    if Interruption.hasBeenRequested { throw ExitCode(Interruption.status) }
  }
}
