import ArgumentParser
import Fitting
import Foundation
import Models
import Runs
import Search
import Settings
import Telemetry
import Tracker
import Tuning

struct SearchFit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Search for the best settings of a model on a table.",
    discussion: """
      Example:
        rlrun search fit data.csv --target kind --model gbdt --space default --trials 40
        rlrun search fit data.csv --target kind --model mlp --space space.yaml --folds 5 --sampler sobol

      Takes the options of 'rlrun fit', which describe the settings that the search starts from: trial 0. A trial is judged by
      its validation rows, or by its folds: by log loss for classes, by the squared error for numbers, unless --metric says
      otherwise. In the end the best settings and those at the start are fitted with new seeds, so to other rows, and these
      scores are reported with their intervals. --max-time ends the search, --trial-timeout a fit.
      """)

  @OptionGroup var fit: Fit
  @OptionGroup var options: SearchOptions

  func run() throws {
    var base = try fit.resolve()
    base.plan.maximumSeconds = nil
    guard let task = base.task else {
      throw UsageError("the model '\(fit.model.text)' predicts no column, by which its settings could be judged")
    }
    if base.validation == 0, base.folds == nil, base.validationData == nil {
      throw UsageError("settings are judged by rows that are held out: leave --validation 0 out, or add --folds")
    }
    let model = try ModelCatalogue.named(fit.model.text)
    let domains = Dictionary(uniqueKeysWithValues: model.documentation.map { ($0.name, $0.domain) })
    let (metric, direction) = try options.judging(
      by: task == .classification ? "final/validation/log_loss" : "final/validation/mse")
    var search = try SearchConfiguration(
      of: base, space: options.resolveSpace(for: fit.model.text, domains: domains), metric: metric, direction: direction
    )
    if base.folds == nil { search.progressMetric = Metric.validationLoss }
    let seeds = try SeedList.choose(fit.seed, fit.seeds)
    try options.apply(to: &search, seeds: seeds, maximumTime: fit.maxTime)
    try SearchLaunch(
      search, seed: seeds[0], labels: fit.labels, jobs: fit.jobs,
      json: fit.json, isDryRun: false, systemMetrics: fit.systemMetrics, detachment: fit.detachment,
      storeOption: fit.storeOption
    ).run()
  }
}
