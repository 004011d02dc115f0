import ArgumentParser
import Datasets
import Experiments
import Foundation
import RLCore
import Telemetry
import Tracker

struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit a model to a table in a CSV file; the fit is a run.",
    discussion: """
      Example:
        rlrun fit data.csv --target species --model logistic
        rlrun fit data.csv --model kmeans --set n_clusters=3

      Every other column is a feature: numbers are scaled, categories become one-hot, texts are left out. Numbers in the
      target mean regression, words classification, unless --task says so. 'rlrun fit --model mlp --list' lists a model's
      hyperparameters.
      """)

  @Argument(help: "A CSV file with a header.", completion: .file(extensions: ["csv"]))
  var data: String?

  @Option(help: "The column to predict.")
  var target: String?

  @Option(help: "linear, ridge, logistic, mlp, kmeans or pca.")
  var model: SupervisedModelKind

  @Option(help: "regression or classification.")
  var task: Task?

  @Option(help: "The share of the rows that is held back to judge the model by.")
  var validation = 0.2

  @Option(help: "A CSV file of rows to judge the model by, instead of a share.", completion: .file(extensions: ["csv"]))
  var validationData: String?

  @Option(name: .customLong("set"), help: ArgumentHelp("One hyperparameter.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("Of the split, the first weights and the order of rows.", valueName: "S"))
  var seed: UInt64 = 0

  @Option(help: "The experiment the run belongs to.")
  var experiment = "default"

  @Option(help: "Words of yours for the run.")
  var name = ""

  @Option(name: .customLong("tag"), help: ArgumentHelp("A tag for the run.", valueName: "key=value"))
  var tags: [String] = []

  @Flag(help: "List the model's hyperparameters and do nothing.")
  var list = false

  @Flag(help: "Print the run as JSON at the end, and no progress.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    if list { return listHyperparameters() }
    guard let data else {
      throw UsageError("name the CSV file to fit to: rlrun fit DATA.csv --model \(model.rawValue)")
    }
    let configuration = try FitConfiguration(
      data: data, target: target, model: model, task: task, validation: validation, validationData: validationData,
      values: try ConfigurationFile.parse(settings: settings))
    let store = try storeOption.open(create: true)
    let run = try FitRun.start(
      configuration, seed: seed, experiment: experiment, name: name, tags: try parsePairs(tags, option: "--tag"),
      in: store)
    Interruption.install()
    try FitReport(store: store, json: json).run(run)
  }

  private func listHyperparameters() {
    var table = TextTable(["hyperparameter", "default", "accepts", "meaning"])
    for item in model.documentation { table.add([item.name, "\(item.defaultValue)", item.range, item.meaning]) }
    print(table.text)
  }
}

extension SupervisedModelKind: ExpressibleByArgument {}
extension Task: ExpressibleByArgument {}
