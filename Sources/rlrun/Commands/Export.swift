import ArgumentParser
import Fitting
import Foundation
import Interchange
import Runs
import Telemetry
import Tracker
import Training

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Write metrics as CSV, JSON Lines or TensorBoard event files; episodes and findings as CSV; policies and models as ONNX; trees for LightGBM.",
    discussion: """
      Example:
        rlrun export --experiment first --format csv -o first.csv
        rlrun export latest --layout wide
        rlrun export latest --what episodes
        rlrun export --where "tags.stage = 'baseline'"
        rlrun export --experiment first --format tensorboard -o logs
        rlrun export latest --format lightgbm -o model.txt
        rlrun export latest -o policy.onnx --checkpoint best

      long: a row a point, sorted by run, metric and step. wide: a row a step, a column a metric, metric/NAME where a
      metric is called as one of the other columns. Values read back as the very same float64; times are Unix seconds.
      Lines end in \\n; fields are quoted (RFC 4180) where they must be.

      jsonl: an object a point, with the fields of long CSV. tensorboard: a folder a run under -o, each with an event file
      of scalars, which TensorBoard keeps as float32, and histograms. lightgbm: the model of a fit of gbdt, as text that
      LightGBM loads; 'rlrun predict model.txt' takes such a model, too.

      onnx: the policy of a training, from observations to the most likely 'action', or the model of a fit with its
      pipeline, from an input for each column to 'label' and 'probabilities', or 'prediction'; operators of ai.onnx 17 and
      ai.onnx.ml 3. One that ONNX does not express is refused in a sentence that says why.
      """)

  enum Format: String, FileFormat { case csv, jsonl, tensorboard, lightgbm, onnx }
  enum Content: String, CaseIterable, ExpressibleByArgument { case metrics, episodes, findings }

  @OptionGroup var selection: RunSelection
  @OptionGroup var damage: DamageOption

  @Option(help: "csv, jsonl, tensorboard, lightgbm or onnx (default: what --output ends in, else csv).")
  var format: Format?

  @Option(help: "Of metrics as CSV: long or wide (default: long).")
  var layout: CSVExport.Layout?

  @Option(help: "metrics, episodes or findings.")
  var what: Content = .metrics

  @Option(help: "Of a policy as ONNX: which checkpoint of the training, last or best (default: last).")
  var checkpoint: CheckpointChoice?

  @Flag(help: "Include the machine's metrics, system/*.")
  var system = false

  @Flag(help: "Include what a resume has superseded.")
  var all = false

  @Option(
    name: .shortAndLong, help: "The file to write (default, and -: standard output); of tensorboard the folder.",
    completion: .file())
  var output: String?

  func run() throws {
    let format = try chosenFormat()
    if format != .csv, what != .metrics { throw UsageError("--what \(what) is for --format csv") }
    if layout != nil, format != .csv || what != .metrics { throw UsageError("--layout is for metrics as CSV") }
    if checkpoint != nil, format != .onnx { throw UsageError("--checkpoint is for --format onnx") }
    if format == .lightgbm { return try writeModel() }
    if format == .onnx { return try writeGraph() }
    var records = try selection.records(includingSuperseded: all, mode: damage.mode)
    if !system { for index in records.indices { records[index].series.removeAll(where: \.metric.isOfSystem) } }
    if format == .tensorboard { return try writeEventFiles(of: records) }
    let file = try Output(output == "-" ? nil : output)
    let sink = { (bytes: [UInt8]) throws(OutputError) in try file.write(bytes) }
    let table = CSVExport(records)
    switch (format, what) {
    case (.csv, .metrics): try table.metrics(layout ?? .long, to: sink)
    case (.csv, .episodes): try table.episodes(to: sink)
    case (.csv, .findings): try table.findings(to: sink)
    default: try JSONLinesExport(records).metrics(to: sink)
    }
    try file.finish()
    if let output, output != "-" { complain("wrote \(count(records)) to \(output)") }
  }

  private func chosenFormat() throws -> Format {
    guard let output, format != .tensorboard, format != .lightgbm else { return format ?? .csv }
    return try Format.format(
      ofFile: output, given: format, command: "export", among: [.csv, .jsonl, .onnx], usual: .csv)
  }

  private func writeEventFiles(of records: [RunRecord]) throws {
    guard let output else { throw UsageError("--format tensorboard writes a folder: name one with -o") }
    for record in records {
      let export = EventFileExport(record)
      let folder = "\(output)/\(record.id)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let file = try Output("\(folder)/\(export.fileName)")
      try export.write { bytes throws(OutputError) in try file.write(bytes) }
      try file.finish()
    }
    complain("wrote \(count(records)) to \(output); look at them with: tensorboard --logdir \(output)")
  }

  private func writeModel() throws {
    let store = try selection.open()
    let run = try selection.id(in: store, for: "export --format lightgbm")
    let text = try Predictor(of: run, in: store).lightGBMText()
    let file = try Output(output == "-" ? nil : output)
    try file.write(Array(text.utf8))
    try file.finish()
    if let output, output != "-" { complain("wrote the model of run \(run) to \(output)") }
  }

  private func writeGraph() throws {
    guard let output else {
      throw UsageError("--format onnx writes bytes: name a file with -o, or - for standard output")
    }
    let store = try selection.open()
    let run = try selection.id(in: store, for: "export --format onnx")
    let isPolicy = try store.load(run).description.kind == .training
    if !isPolicy, checkpoint != nil { throw UsageError("--checkpoint is for policies, and run \(run) trained none") }
    let bytes =
      isPolicy
      ? try TrainedPolicy.onnx(of: CheckpointReference(run: run, choice: checkpoint ?? .last), in: store)
      : try Predictor.onnx(of: run, in: store)
    let file = try Output(output == "-" ? nil : output)
    try file.write(bytes)
    try file.finish()
    if output != "-" { complain("wrote the \(isPolicy ? "policy" : "model") of run \(run) to \(output)") }
  }

  private func count(_ records: [RunRecord]) -> String { "\(records.count) run\(records.count == 1 ? "" : "s")" }
}

extension CSVExport.Layout: ExpressibleByArgument {}
