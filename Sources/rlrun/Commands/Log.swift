import ArgumentParser
import Foundation
import Settings
import Telemetry
import Tracker
import Training

struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Record metrics of a program of your own from the shell, a command at a time.",
    discussion: """
      Example:
        run=$(rlrun log --start --experiment demo --param lr=0.1)
        rlrun log $run loss=0.3 accuracy=0.9 --step 10
        rlrun log $run --artifact model.bin
        rlrun log $run --finish

      --start makes a run and prints its id. Points are durable when the command ends; nan, inf and -inf are values.
      Nothing recorded before is hidden, and a run that has finished may be added to.
      """)

  @Argument(help: ArgumentHelp("The run (not with --start), then metrics.", valueName: "run|metric=value"))
  var words: [String] = []

  @Option(help: "The step of the metrics (default: the one after the run's last).")
  var step: Count?

  @Option(name: .customLong("artifact"), help: "A file to keep with the run, under its name.", completion: .file())
  var artifacts: [String] = []

  @Flag(help: "Start a run and print its id.")
  var start = false

  @Option(help: "With --start: the experiment it belongs to (default: default).")
  var experiment: String?

  @Option(help: "With --start: words of yours for it.")
  var name: String?

  @Option(help: "With --start: what learns (default: program).")
  var agent: String?

  @Option(help: "With --start: what it learns on.")
  var environment: String?

  @Option(help: ArgumentHelp("With --start: its seed (default: 0).", valueName: "S"))
  var seed: UInt64?

  @Option(name: .customLong("tag"), help: ArgumentHelp("With --start: a tag.", valueName: "key=value"))
  var tags: [String] = []

  @Option(name: .customLong("param"), help: ArgumentHelp("With --start: a hyperparameter.", valueName: "key=value"))
  var parameters: [String] = []

  @Flag(help: "End the run, after what else the command records.")
  var finish = false

  @Option(help: ArgumentHelp("End the run as failed, and say why.", valueName: "message"))
  var failed: String?

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    var metrics = words[...]
    let reference = start ? nil : metrics.popFirst()
    let points = try metrics.map(Self.point)
    let files = try artifacts.map { (name: ($0 as NSString).lastPathComponent, bytes: try readFile($0)) }
    if finish && failed != nil { throw UsageError("give --finish or --failed, not both") }
    let writer = try start ? begin() : go(onWith: reference)
    let next = try step?.value ?? (points.isEmpty ? 0 : nextStep(of: writer.id))
    for (metric, value) in points { writer.record(metric, value, step: next) }
    for (name, bytes) in files { try writer.saveArtifact(bytes, name: name) }
    if finish || failed != nil {
      try writer.finish(status: finish ? .finished : .failed, message: failed)
    } else {
      try writer.sync()
    }
    if start { print(writer.id) }
  }

  private func begin() throws -> RunWriter {
    let parameters = try ConfigurationFile.parse(settings: parameters, option: "--param")
    return try storeOption.open(create: true).start(
      experiment: experiment ?? "default", name: name ?? "", agent: agent ?? "program", environment: environment ?? "",
      parameters: parameters, seed: seed ?? 0, tags: try parsePairs(tags, option: "--tag"), inParts: true)
  }

  private func go(onWith reference: String?) throws -> RunWriter {
    guard let reference else {
      throw UsageError("name a run to record in, or start one: rlrun log --start --experiment NAME")
    }
    let isDescribed = [experiment, name, agent, environment].contains { $0 != nil } || seed != nil
    if isDescribed || !tags.isEmpty || !parameters.isEmpty {
      throw UsageError(
        "--experiment, --name, --agent, --environment, --seed, --tag and --param go with --start; "
          + "'rlrun tag' tags a run that is there")
    }
    guard words.count > 1 || !artifacts.isEmpty || finish || failed != nil else {
      throw UsageError("give something to record, such as loss=0.3")
    }
    let store = try storeOption.open()
    // A metric in the place of the run is the likeliest slip.
    if reference.contains("=") { throw UsageError("name the run before '\(reference)', or start one with --start") }
    return try store.append(to: store.find(naming: reference))
  }

  private func nextStep(of id: String) throws -> Int {
    let record = try storeOption.open().load(id)
    guard !record.series.isEmpty else { return 0 }
    let (next, isOver) = record.lastStep.addingReportingOverflow(1)
    if isOver {
      throw UsageError("run \(id) has a point at the greatest step there is, \(record.lastStep): say --step")
    }
    return next
  }

  private static func point(_ text: String) throws -> (Metric, Double) {
    guard let equals = text.lastIndex(of: "="), equals != text.startIndex else {
      throw UsageError("a metric is given as name=value, not '\(text)'")
    }
    let value = text[text.index(after: equals)...]
    guard let number = Double(value) else {
      throw UsageError("'\(text)': a metric's value is a number, nan, inf or -inf, not '\(value)'")
    }
    return (Metric(String(text[..<equals])), number)
  }
}

struct Artifact: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "artifact",
    abstract: "Get out a file that was kept with a run; 'rlrun show' lists them.",
    discussion: """
      Example:
        rlrun artifact latest model.bin -o model.bin

      Its bytes are checked against the SHA-256 in the log.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Argument(help: "The artifact's name.")
  var name: String

  @Option(name: .shortAndLong, help: "The file to write (default: standard output).", completion: .file())
  var output: String?

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    let artifacts = try store.load(id).artifacts.latest
    guard let artifact = artifacts.first(where: { $0.name == name }) else {
      let names = artifacts.map(\.name)
      let hint =
        didYouMean(name, among: names)
        ?? (names.isEmpty ? "; it has none" : "; it has " + names.joined(separator: ", "))
      throw UsageError("run \(id) has no artifact '\(name)'\(hint)")
    }
    let file = try Output(output)
    try file.write(store.artifactBytes(artifact))
    try file.finish()
  }
}
