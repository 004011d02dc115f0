import ArgumentParser
import Datasets
import Fitting
import Foundation
import Models
import Pipelines
import Runs
import Telemetry
import Tracker
import Training
import Validation

struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a model to a table in a CSV file or a data set; every seed is a run.",
    discussion: """
      Example:
        rlrun fit wine.csv --target kind --model logistic
        rlrun fit wine.csv --target kind --model mlp --set hidden_layer_sizes=[32] --seeds 1-5 --experiment wine
        rlrun fit data:wine@2 --target kind --model logistic
        rlrun fit wine.csv --target kind --model logistic --pipeline prepare.yaml
        rlrun fit wine.csv --target kind --model gbdt --folds 5 --repeats 2 --calibrate temperature
        rlrun fit wine.csv --model kmeans --drop kind --set n_clusters=3

      Before it fits, it prints how it reads each column; --kind decides otherwise. Every column but the target is
      a feature: numbers are scaled, dates become time, season, weekday and time of day, categories become one-hot, texts
      and ids are left out. Delimiter, decimal mark and encoding are detected. Words in the target mean classification, and
      so do whole numbers of which at most 20 different ones repeat; other numbers mean regression; --task decides
      otherwise. 'rlrun models mlp' lists a model's hyperparameters. Ctrl-C ends a run as 'interrupted', to be resumed.
      """)

  @Argument(
    help: "A CSV file, or a version of a data set as data:NAME@VERSION.", completion: .file(extensions: ["csv"]))
  var data: String

  @Option(help: ArgumentHelp("The column to predict.", valueName: "column"))
  var target: String?

  @Option(help: "\(ModelName.allValueStrings.joined(separator: ", ")); see 'rlrun models'.")
  var model: ModelName

  @Option(help: "regression, classification or quantile.")
  var task: PredictionTask?

  @Option(
    help: ArgumentHelp(
      "Predict these quantiles of a number, instead of its mean (default with --task quantile: 0.1,0.5,0.9).",
      valueName: "0.1,0.5,0.9"))
  var quantiles: String?

  @Option(
    help: ArgumentHelp(
      "The share of the rows that is held out for validation (default: 0.2, and 0 without a target).",
      valueName: "share"))
  var validation: Double?

  @Option(
    help: ArgumentHelp("A CSV file or a version of validation rows, instead of a share.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var validationData: String?

  @Option(
    help: ArgumentHelp(
      "Test the model on so many folds of the rows in turn, then fit it to all of them.", valueName: "k"))
  var folds: Count?

  @Option(help: ArgumentHelp("Deal the rows to folds so many times (default: 1).", valueName: "r"))
  var repeats: Count?

  @Flag(help: "Keep the models of the folds, whose mean predicts, instead of fitting one to all rows.")
  var bag = false

  @Option(
    help: ArgumentHelp(
      "Set a share of the rows aside, which the fit does not see: the same for all seeds of the fit.",
      valueName: "share"))
  var test: Double?

  @Option(help: ArgumentHelp("Decides which rows --test sets aside (default: 0).", valueName: "S"))
  var testSeed: UInt64?

  @Option(help: ArgumentHelp("Fit to at most so many rows, drawn from all.", valueName: "n"))
  var rows: Count?

  @Option(help: "Calibrate the probabilities on held-out rows: isotonic, platt or temperature.")
  var calibrate: CalibrationMethod?

  @Option(
    help: ArgumentHelp(
      "Of two classes, predict the one that costs less: what a false positive and a false negative cost.",
      valueName: "fp=1,fn=10"))
  var cost: String?

  @Option(help: ArgumentHelp("The class that --cost calls positive (default: the second one).", valueName: "class"))
  var positive: String?

  @Option(name: .customLong("drop"), help: ArgumentHelp("A column to leave out of the features.", valueName: "column"))
  var dropped: [String] = []

  @Option(help: ArgumentHelp("A numeric column with the weights of the training rows.", valueName: "column"))
  var weight: String?

  @Option(
    help: ArgumentHelp(
      "A column whose rows of one value stay together, in training or in validation.", valueName: "column"))
  var group: String?

  @Option(
    help: ArgumentHelp(
      "A column of dates or numbers: rows are split in its order, and the last validate.", valueName: "column"))
  var time: String?

  @Option(
    help: ArgumentHelp("A pipeline in YAML that prepares the features.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String?

  @Option(help: "A category not seen in training: zeros (counts as none) or refused (is an error).")
  var unseenCategories: UnseenCategories = .zeros

  @OptionGroup var columns: ColumnOptions
  @OptionGroup var format: FormatOptions

  @Option(name: .customLong("set"), help: ArgumentHelp("One hyperparameter.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("The seed of split, initial weights and order of rows (default: 0).", valueName: "S"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Several seeds, each a run.", valueName: "1-10|1,2,5"))
  var seeds: SeedList?

  @Option(
    help: """
      How many seeds are fitted in parallel (default: the number of cores); with fewer seeds trees use the others.
      """)
  var jobs: Count?

  @OptionGroup var labels: RunLabelOptions

  @Option(help: "Save a checkpoint every so many epochs (default: a twentieth of them, once a second at most).")
  var saveFreq: Count?

  @Option(help: ArgumentHelp("Stop after this time.", valueName: "90s|10m|2h"))
  var maxTime: Duration?

  @Option(help: ArgumentHelp("Stop once the validation loss falls to this.", valueName: "loss"))
  var stopLoss: Double?

  @Option(
    help: ArgumentHelp(
      "Go on from the trees of a run's checkpoint (gbdt): they are kept, and followed by n_estimators rounds.",
      valueName: "RUN[:best]"))
  var from: String?

  @OptionGroup var watch: WatchOptions
  @OptionGroup var ruleOptions: RuleOptions
  @OptionGroup var actions: ActionOptions

  @OptionGroup var systemMetrics: SystemMetricsOption
  @OptionGroup var detachment: DetachOption

  @Flag(help: "Print the runs as JSON at the end, and no progress.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let tags = try labels.tags
    let seeds = try SeedList.choose(seed, seeds)
    let jobs = try jobs?.checked(Count.threads, "--jobs") ?? ProcessInfo.processInfo.activeProcessorCount
    var configuration = try resolve()
    let store = try systemMetrics.applied(to: storeOption.open(create: true))
    if let from { try configuration.continue(from: CheckpointReference(from, in: store)) }
    if detachment.detach { return try detachment.launch(in: store, json: json) }

    Interruption.install()
    let surroundings = Surroundings.current()
    let progress = ProgressDisplay(
      budget: configuration.budget, trainings: seeds.count, isQuiet: json, unit: .epochs)
    let (experiment, name, json, resolved) = (labels.experiment, labels.name, json, configuration)
    let threads = max(1, jobs / max(1, min(jobs, seeds.count)))
    let results = ThreadLauncher<String?>().run(seeds, atOnce: jobs) { seed in
      if Interruption.hasBeenRequested { return nil }
      let run = try FitRun.start(
        resolved, seed: seed, experiment: experiment, name: name, tags: tags, surroundings: surroundings,
        threads: threads, in: store)
      run.recordCode()
      if seed == seeds[0], !json {
        print(ColumnsPage(run.columns, width: pageWidth).text + "\n")
        for remark in run.remarks { complain(remark) }
      }
      try FailedRun.naming(run.id) {
        try run.run(
          shouldStop: { Interruption.hasBeenRequested }, onProgress: { progress.update(seed: seed, $0) },
          onRemark: { progress.say($0, seed: seed) })
      }
      return run.id
    }
    progress.finish()
    try TrainingReport(store: store, experiments: [labels.experiment], json: json).print(results, seeds: seeds)
  }

  /// What the options come to, before anything is done.
  func resolve() throws -> FitConfiguration {
    let type = try ModelCatalogue.named(model.text)
    if type.hasTarget, target == nil {
      throw UsageError("the model '\(model.text)' predicts a column: name it with --target COLUMN")
    }
    if !type.hasTarget, let target {
      throw UsageError(
        "the model '\(model.text)' predicts no column: leave --target out, or write --drop \(target) to keep the column from "
          + "being a feature")
    }
    let values = try ConfigurationFile.parse(settings: settings)
    let file = try DataFile(data, storeAt: storeOption.path, request: columns.resolve(format), target: target)
    var configuration = try FitConfiguration(
      data: file, target: target, model: model.text, task: task,
      quantiles: try quantiles.map { try QuantileShares.parsed($0) }, validation: validation,
      validationData: try validationData.map { try DataFile($0, storeAt: storeOption.path, columnsOf: file) },
      folds: try folds?.checked(2...FitFolds.mostParts, "--folds"),
      repeats: try repeats?.checked(1...FitFolds.mostParts, "--repeats") ?? 1, dropping: dropped,
      weight: weight, group: group, time: time,
      pipeline: try pipeline.map { try Pipeline(yaml: text(of: $0), source: $0) }, unseenCategories: unseenCategories,
      values: values)
    if testSeed != nil, test == nil { throw UsageError("--test-seed goes with --test") }
    try configuration.see(
      mostRows: rows?.checked(Count.steps, "--rows"),
      settingAside: test.map { SetAside(share: $0, seed: testSeed ?? 0) })
    if bag { try configuration.bag() }
    try configuration.judge(
      calibration: calibrate, costs: try cost.map { try MistakeCosts(text: $0) }, positive: positive)
    (configuration.watched, configuration.watchInterval) = try watch.resolve()
    configuration.debugger = try ruleOptions.settings
    configuration.actions = try actions.resolve()
    configuration.plan.saveFrequency = try saveFreq?.checked(Count.steps, "--save-freq")
    configuration.plan.maximumSeconds = maxTime?.seconds
    if let stopLoss, !stopLoss.isFinite { throw UsageError("--stop-loss takes a finite number, not \(stopLoss)") }
    configuration.stopLoss = stopLoss
    return configuration
  }
}

/// The name of a model there is.
struct ModelName: ExpressibleByArgument {
  var text: String

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    text = argument
  }

  static var allValueStrings: [String] { ModelCatalogue.all.map { $0.name } }
}

extension CalibrationMethod: ExpressibleByArgument {}
extension PredictionTask: ExpressibleByArgument {}
extension UnseenCategories: ExpressibleByArgument {}
