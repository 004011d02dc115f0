import ArgumentParser
import Datasets
import Experiments
import Foundation
import Tracker

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict the rows of a CSV file with a fitted model.",
    discussion: """
      Example:
        rlrun predict latest new.csv -o predicted.csv --join

      A line a row, in the same order: the class and the probability of each, the number, the cluster and the distance to
      its centre, or the components. Missing numbers count as the training rows' mean, missing and unknown categories as
      none; a column that is not there is an error.
      """)

  @Argument(help: ArgumentHelp("The run of the fit.", valueName: "run"))
  var reference: String

  @Argument(help: "A CSV file with the columns the model was fitted to.", completion: .file(extensions: ["csv"]))
  var data: String

  @Option(name: .shortAndLong, help: "The file to write (default: standard output).", completion: .file())
  var output: String?

  @Flag(help: "Write the data's own columns before the predicted ones.")
  var join = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let predictor = try Predictor(of: reference == "latest" ? store.find(naming: reference) : reference, in: store)
    let table = try Table(csv: data, kinds: predictor.preprocessing.kinds)
    let predictions = try predictor.predict(table)
    let file = try Output(output)
    var writer = CSVWriter { (bytes: [UInt8]) throws(OutputError) in try file.write(bytes) }
    if join {
      var rows = try CSVRows(data)
      try writer.row((try rows.next() ?? []) + predictor.columns)
      for prediction in predictions {
        for field in try rows.next() ?? [] { writer.field(field) }
        try write(prediction, to: &writer)
      }
    } else {
      try writer.row(predictor.columns)
      for prediction in predictions { try write(prediction, to: &writer) }
    }
    try writer.flush()
    try file.finish()
    if let output { complain("wrote \(predictions.count) rows to \(output)") }
  }

  private func write(
    _ prediction: [Predictor.Value], to writer: inout CSVWriter<OutputError>
  ) throws(OutputError) {
    for value in prediction {
      switch value {
      case .label(let text): writer.field(text)
      case .integer(let number): writer.field(number)
      // Outputs are single precision: their shortest decimals, not those of the doubles they are held in.
      case .number(let number): writer.field("\(Float(number))")
      }
    }
    try writer.endRow()
  }
}
