import ArgumentParser
import Fitting
import Foundation
import Tracker

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the rows of a CSV file or a data set with a fitted model.",
    discussion: """
      Example:
        rlrun predict latest new.csv -o predicted.csv --join
        rlrun predict latest data:flowers@2 --join
        rlrun predict latest new.csv --interval 0.9
        rlrun predict latest new.csv --quantiles 0.05,0.5,0.95
        rlrun predict --where "name = 'try 3'" new.csv

      A line a row, in the same order: the class and the probability of each, the number, the cluster and the distance to
      its centre, or the components. Columns mean what they meant in the fit, whose kinds are kept with the model; how the
      file is written is detected. A missing number counts as the training rows' mean, a missing or unknown category as
      none; a column that is not there is an error. --interval 0.9 adds the bounds that hold the number, or the set of classes
      (with | between them) that holds the class, of 9 rows out of 10 that are like those of the fit. Instead of a run the
      path of a checkpoint will do, as model.safetensors, or of a model in LightGBM's text, as model.txt.
      """)

  @Argument(
    help: ArgumentHelp(
      "The run of the fit, a checkpoint file or LightGBM's text; then a CSV file, or a version as data:NAME@VERSION, with the columns the model was fitted to.",
      valueName: "run|data"), completion: .file(extensions: ["csv"]))
  var words: [String] = []

  @Option(name: .shortAndLong, help: "The file to write (default: standard output).", completion: .file())
  var output: String?

  @Flag(help: "Write the data's own columns before the predicted ones.")
  var join = false

  @Option(
    help: ArgumentHelp(
      "Add an interval, or a set of classes, that holds the truth of such a share.", valueName: "share"))
  var interval: Double?

  @Option(
    help: ArgumentHelp(
      "Add quantiles of the number: of forests that were fitted with quantiles=true.", valueName: "0.05,0.5,0.95"))
  var quantiles: String?

  @OptionGroup var format: FormatOptions
  @OptionGroup var choice: RunChoice

  func run() throws {
    let (references, data) = try choice.split(words, last: "a CSV file or a version of a data set")
    var predictor = try makePredictor(references)
    if let interval { try predictor.predictIntervals(coverage: interval) }
    if let quantiles { try predictor.predictQuantiles(shares(in: quantiles)) }
    let file = try Output(output)
    let request = try format.resolve()
    let summary = try predictor.predict(
      data, storeAt: choice.storeOption.path, joining: join, request: request
    ) { try file.write($0) }
    try file.finish()
    if !summary.remarks.isEmpty { complain("\(data) is read with \(summary.remarks.joined(separator: ", "))") }
    for (column, count) in summary.oddValues.sorted(by: { $0.key < $1.key }) {
      let first = summary.firstOddValues[column] ?? ""
      complain(
        "\(count) value\(count == 1 ? "" : "s") of '\(column)' \(count == 1 ? "counts" : "count") as missing: \(first)\(count > 1 ? ", …" : "")"
      )
    }
    for (column, count) in summary.unseenCategories.sorted(by: { $0.key < $1.key }) {
      let values = count == 1 ? "1 value of '\(column)' was" : "\(count) values of '\(column)' were"
      complain("\(values) not there when the model was fitted: such a category counts as none")
    }
    if let output { complain("wrote \(summary.rows) row\(summary.rows == 1 ? "" : "s") to \(output)") }
  }

  private func shares(in text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let share = Double(part.trimmingCharacters(in: .whitespaces)) else {
        throw UsageError("--quantiles takes shares from 0 to 1, as 0.05,0.5,0.95, not '\(text)'")
      }
      return share
    }
  }

  private func makePredictor(_ references: [String]) throws -> Predictor {
    if choice.isEmpty, references.count == 1, [".safetensors", ".txt"].contains(where: references[0].hasSuffix) {
      return try Predictor(contentsOf: references[0])
    }
    let store = try choice.storeOption.open()
    return try Predictor(of: choice.id(naming: references, in: store, for: "predict"), in: store)
  }
}
