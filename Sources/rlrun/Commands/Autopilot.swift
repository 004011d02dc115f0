import ArgumentParser
import Autopilot
import Datasets
import Fitting
import Foundation
import Runs
import Telemetry
import Tracker

struct AutopilotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "autopilot",
    abstract: "A table and a column: find out how well the column can be predicted, and predict it.",
    discussion: """
      Example:
        rlrun autopilot churn.csv --target churn
        rlrun autopilot churn.csv --target churn --time 10m --cost fp=1,fn=10
        rlrun autopilot churn.csv --target churn --plan-only > plan.yaml
        rlrun autopilot churn.csv --target churn --plan plan.yaml --html churn.html

      Says first what it understood: which task, which columns are left out and why. Then it tries models with many settings, each
      judged by rows that it was not fitted to, takes the best one or several together, and judges the answer once by rows
      that nothing has seen. The result is a run with a model: 'rlrun predict' and 'rlrun evaluate' take it, 'rlrun resume' goes
      on where it was stopped, 'rlrun reproduce' does all of it again. Every candidate is a run, too: 'rlrun runs --trials'.
      """)

  @Argument(
    help: "A CSV file, or a version of a data set as data:NAME@VERSION.", completion: .file(extensions: ["csv"]))
  var data: String

  @Option(help: ArgumentHelp("The column to predict.", valueName: "column"))
  var target: String

  @Option(help: ArgumentHelp("Take so long at most, in all.", valueName: "90s|10m|2h"))
  var time: Duration?

  @Option(help: "Candidates to try at most (default: 10, 40 or 80, by the preset).")
  var trials: Count?

  @Option(help: "quick, balanced, or best, which lets several models predict together in any case.")
  var preset: AutopilotPlan.Preset = .balanced

  @Option(
    help: ArgumentHelp(
      "What models are judged by: log_loss, roc_auc, accuracy, balanced_accuracy, macro_f1, pr_auc; rmse, mae, r2; pinball_loss.",
      valueName: "metric"))
  var metric: String?

  @Option(help: "regression, classification or quantile.")
  var task: PredictionTask?

  @Option(
    help: ArgumentHelp(
      "Predict these quantiles of a number, instead of its mean (default with --task quantile: 0.1,0.5,0.9).",
      valueName: "0.1,0.5,0.9"))
  var quantiles: String?

  @Option(
    help: ArgumentHelp(
      "The share of the rows that is set aside to judge the answer (default: 0.2 where rows suffice); 0: none.",
      valueName: "share"))
  var test: Double?

  @Option(help: "Folds that judge a candidate (default: 5).")
  var folds: Count?

  @Flag(help: "Fit candidates to a part of many rows first, and only the better half to all of them.")
  var halving = false

  @Option(
    help: ArgumentHelp(
      "A column of dates or numbers: later rows judge models of earlier ones (default: a date in whose order the rows are).",
      valueName: "column"))
  var timeColumn: String?

  @Option(help: ArgumentHelp("A column whose rows of one value stay together.", valueName: "column"))
  var group: String?

  @Option(name: .customLong("drop"), help: ArgumentHelp("A column to leave out of the features.", valueName: "column"))
  var dropped: [String] = []

  @Option(
    name: .customLong("keep"),
    help: ArgumentHelp("A column to keep as a feature, whatever speaks against it.", valueName: "column"))
  var kept: [String] = []

  @Flag(
    inversion: .prefixedNo,
    help:
      "Fit the answer once more to all rows, instead of letting the models of its folds predict together (default: where rows are in an order of time)."
  )
  var refit: Bool?

  @Option(help: ArgumentHelp("Models to try, instead of those that suit the table.", valueName: "gbdt,mlp"))
  var models: String?

  @Option(
    help: ArgumentHelp(
      "Of two classes, predict the one that costs less: what a false positive and a false negative cost.",
      valueName: "fp=1,fn=10"))
  var cost: String?

  @Option(help: ArgumentHelp("The class that --cost calls positive (default: the second one).", valueName: "class"))
  var positive: String?

  @Option(help: ArgumentHelp("Milliseconds that the prediction of a row may take.", valueName: "ms"))
  var maxPredictMs: Double?

  @Option(help: ArgumentHelp("A column whose groups are compared in the report.", valueName: "column"))
  var fairness: String?

  @Option(
    help: ArgumentHelp("A plan that --plan-only wrote, instead of options.", valueName: "plan.yaml"),
    completion: .file(extensions: ["yaml", "yml"]))
  var plan: String?

  @Flag(help: "Print the plan as YAML, and do nothing.")
  var planOnly = false

  @Option(help: ArgumentHelp("Write the report as a page.", valueName: "file"), completion: .file(extensions: ["html"]))
  var html: String?

  @OptionGroup var columns: ColumnOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The seed of everything that is drawn.", valueName: "S"))
  var seed: UInt64 = 0

  @Option(help: "How many candidates are fitted in parallel (default: the number of cores); the result is the same.")
  var jobs: Count?

  @OptionGroup var labels: RunLabelOptions

  @OptionGroup var systemMetrics: SystemMetricsOption
  @OptionGroup var detachment: DetachOption

  @Flag(help: "Print the report as JSON at the end, and no progress.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let began = MonotonicClock.seconds
    if html == "-" { throw UsageError("--html takes the name of a file") }
    let tags = try labels.tags
    let jobs = try jobs?.checked(Count.threads, "--jobs") ?? ProcessInfo.processInfo.activeProcessorCount
    let file = try DataFile(data, storeAt: storeOption.path, request: columns.resolve(format), target: target)
    let plan = try resolvePlan(file, began: began)
    if planOnly { return print(try plan.yaml(), terminator: "") }
    let configuration = try AutopilotConfiguration(plan, data: file, seed: seed)
    let store = try systemMetrics.applied(to: storeOption.open(create: true))
    if detachment.detach { return try detachment.launch(in: store, json: json) }
    Interruption.install()
    if !json {
      // Before anything is done, in a pipe, too.
      printPage(plan.text(width: pageWidth) + "\n")
      try StandardOutput.flush()
    }
    let run = try AutopilotRun.start(
      configuration, seed: seed, experiment: labels.experiment, name: labels.name, tags: tags, workers: jobs,
      began: began, in: store)
    run.recordCode()
    let progress = ProgressDisplay(budget: plan.trials, trainings: 1, isQuiet: json, unit: .trials, limit: plan.seconds)
    let report = try FailedRun.naming(run.id) {
      try run.complete(shouldStop: { Interruption.hasBeenRequested }) { state in
        let best = state.best?.score
        progress.update(
          seed: seed,
          RunProgress(
            step: state.endedTrials, budget: plan.trials, figure: plan.metric == "rmse" ? best?.squareRoot() : best))
      }
    }
    progress.finish()
    guard let report else {
      complain("interrupted; 'rlrun resume \(run.id)' goes on")
      throw ExitCode(Interruption.status)
    }
    if let html { try Output.save(AutopilotPage(report).html, to: html) }
    if json {
      try printJSON(AutopilotResult(run: run.id, report: report))
    } else {
      printPage(report.text(width: pageWidth))
      print("\nrlrun predict \(run.id) new.csv   predicts other rows")
    }
  }

  private func resolvePlan(_ file: DataFile, began: Double) throws -> AutopilotPlan {
    if let plan {
      let read = try AutopilotPlan(yaml: text(of: plan), source: plan)
      guard read.target == target else {
        throw UsageError("the plan predicts '\(read.target)', and --target says '\(target)'")
      }
      return read
    }
    var request = AutopilotRequest(target: target)
    (request.task, request.metric, request.preset) = (task, metric, preset)
    request.quantiles = try quantiles.map { try QuantileShares.parsed($0) }
    request.trials = try trials?.checked(1...1_000_000, "--trials")
    (request.seconds, request.began) = (time?.seconds, began)
    request.halving = halving
    request.folds = try folds?.checked(2...100, "--folds")
    if let test, !(test == 0 || (0.001...0.9).contains(test)) {
      throw UsageError("--test is 0, or a share from 0.001 to 0.9, not \(test)")
    }
    if let maxPredictMs, !(maxPredictMs > 0) {
      throw UsageError("--max-predict-ms takes a number above 0, not \(maxPredictMs)")
    }
    (request.test, request.time, request.group) = (test, timeColumn, group)
    (request.dropped, request.kept, request.refit) = (dropped, kept, refit)
    request.models = models.map { $0.split(separator: ",").map { String($0) } }
    (request.cost, request.positive, request.fairness) = (cost, positive, fairness)
    request.maximumPredictMilliseconds = maxPredictMs
    return try AutopilotPlan(of: file, request)
  }
}

/// What `--json` prints.
struct AutopilotResult: Encodable {
  var run: String
  var report: AutopilotReport
}

extension AutopilotPlan.Preset: ExpressibleByArgument {}
