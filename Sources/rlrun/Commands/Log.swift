import ArgumentParser
import Foundation
import Interchange
import Runs
import Settings
import Telemetry
import Tracker
import Training

struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Record metrics of any program from the shell, a command at a time.",
    discussion: """
      Example:
        run=$(rlrun log --start --experiment demo --param lr=0.1)
        rlrun log $run loss=0.3 accuracy=0.9 --step 10
        rlrun log $run --param rows=1000 --name "first try"
        rlrun log $run --artifact loss.svg --path plots/loss.svg --type image/svg+xml
        rlrun log $run --finish
        rlrun log --where "name = 'first try'" test_loss=0.2
        ./train | rlrun log --start --experiment demo --stdin --finish

      --start makes a run and prints its id. Points are durable when the command ends; nan, inf and -inf are values.
      --stdin takes a line a step, JSON objects or CSV under a line of names, and "step" among them; whenever no more has come,
      all lines so far are made to survive the death of the process, and --acknowledge prints their number.

      Nothing recorded before is hidden, and a run that has finished may be added to. Parameters may be set after the start,
      each once; of names and descriptions the last holds.

      Secrets are recorded as ***: passwords in URLs, and values of names like API_KEY, TOKEN, PASSWORD and SECRET.
      """)

  @Argument(help: ArgumentHelp("The run (not with --start), then metrics.", valueName: "run|metric=value"))
  var words: [String] = []

  @Option(help: "The step of the metrics (default: the one after the run's last).")
  var step: Count?

  @Flag(help: "Record lines of standard input: JSON objects, or CSV under a line of names.")
  var stdin = false

  @Flag(help: "With --stdin: print how many lines are safe whenever more are.")
  var acknowledge = false

  @Option(name: .customLong("artifact"), help: "A file to keep with the run, under its name.", completion: .file())
  var artifacts: [String] = []

  @Option(
    help: ArgumentHelp("The name of the artifact in the run (default: the file's).", valueName: "plots/loss.svg"))
  var path: String?

  @Option(help: ArgumentHelp("The artifact's media type.", valueName: "image/svg+xml"))
  var type: String?

  @Flag(help: "Start a run and print its id.")
  var start = false

  @Option(help: "With --start: the experiment it belongs to (default: default).")
  var experiment: String?

  @Option(help: "A name for the run.")
  var name: String?

  @Option(help: ArgumentHelp("A description of the run, in place of the one it has.", valueName: "text"))
  var describe: String?

  @Option(help: ArgumentHelp("With --start: the run that it is a part of.", valueName: "run"))
  var parent: String?

  @Option(help: "With --start: the agent or program (default: program).")
  var agent: String?

  @Option(help: "With --start: the environment or data set.")
  var environment: String?

  @Option(help: ArgumentHelp("With --start: its seed (default: 0).", valueName: "S"))
  var seed: UInt64?

  @Option(name: .customLong("tag"), help: ArgumentHelp("With --start: a tag.", valueName: "key=value"))
  var tags: [String] = []

  @Option(name: .customLong("param"), help: ArgumentHelp("A parameter; each is set once.", valueName: "key=value"))
  var parameters: [String] = []

  @Flag(help: "End the run, after what else the command records.")
  var finish = false

  @Option(help: ArgumentHelp("End the run as failed, and say why.", valueName: "message"))
  var failed: String?

  @OptionGroup var condition: RunCondition
  @OptionGroup var storeOption: StoreOption

  func run() throws {
    var metrics = words[...]
    // With --where a run need not be named.
    let namesRun = !start && (condition.text == nil || metrics.first?.contains("=") == false)
    let reference = namesRun ? metrics.popFirst() : nil
    if start, condition.text != nil { throw UsageError("use --start or --where, not both") }
    let points = try metrics.map(Self.point)
    if acknowledge && !stdin { throw UsageError("--acknowledge goes with --stdin") }
    if finish && failed != nil { throw UsageError("use --finish or --failed, not both") }
    if (path != nil || type != nil) && artifacts.count != 1 {
      throw UsageError("--path and --type are of one --artifact: give exactly one")
    }
    for file in artifacts where access(file, R_OK) != 0 { throw InputError(path: file, code: errno) }
    let parameters = try ConfigurationFile.parse(settings: parameters, option: "--param")
    let writer = try start ? begin(parameters) : go(onWith: reference)
    if !start { try writer.set(parameters) }
    if !start, let name { try writer.rename(name) }
    if let describe { try writer.describe(describe) }
    let next = try step?.value ?? (points.isEmpty ? 0 : nextStep(of: writer.id))
    for (metric, value) in points { writer.record(metric, value, step: next) }
    for file in artifacts {
      try writer.saveArtifact(file: file, name: path ?? (file as NSString).lastPathComponent, mediaType: type)
    }
    if stdin {
      if start { try printAtOnce(writer.id) }
      try recordInput(to: writer)
    }
    if start { writer.waitForCodeState() }
    if finish || failed != nil {
      try writer.finish(status: finish ? .finished : .failed, message: failed)
    } else {
      try writer.sync()
    }
    if start, !stdin { print(writer.id) }
  }

  private func recordInput(to writer: RunWriter) throws {
    var (input, lines, step) = (InputLines(), PointLines(), try nextStep(of: writer.id))
    var (count, safe) = (0, 0)
    while true {
      if input.mustWait { try makeSafe(writer, count, &safe) }
      guard let text = try input.line() else { break }
      count += 1
      do {
        guard let line = try lines.read(text) else { continue }
        step = line.step ?? step
        for point in line.points { writer.record(point.metric, point.value, step: step) }
        if step < .max { step += 1 }
      } catch {
        try writer.sync()
        throw error
      }
    }
    try makeSafe(writer, count, &safe)
  }

  private func printAtOnce(_ text: String) throws {
    print(text)
    try StandardOutput.flush()
  }

  private func makeSafe(_ writer: RunWriter, _ count: Int, _ safe: inout Int) throws {
    if count == safe { return }
    try writer.flush()
    safe = count
    if acknowledge { try printAtOnce("\(count)") }
  }

  private func begin(_ parameters: [String: HyperparameterValue]) throws -> RunWriter {
    let store = try storeOption.open(create: true)
    let writer = try store.start(
      experiment: experiment ?? "default", name: name ?? "", agent: agent ?? "program", environment: environment ?? "",
      parameters: parameters, seed: seed ?? 0, tags: try parsePairs(tags, option: "--tag"), inParts: true,
      parent: try parent.map { try store.find($0) })
    writer.recordCode()
    return writer
  }

  private func go(onWith reference: String?) throws -> RunWriter {
    guard reference != nil || condition.text != nil else {
      throw UsageError("name a run to record in, or start one: rlrun log --start --experiment NAME")
    }
    let isDescribed = [experiment, agent, environment, parent].contains { $0 != nil } || seed != nil
    if isDescribed || !tags.isEmpty {
      throw UsageError(
        "--experiment, --agent, --environment, --seed, --parent and --tag go with --start; "
          + "'rlrun tag' tags a run that is there")
    }
    guard
      words.count > (reference == nil ? 0 : 1) || !artifacts.isEmpty || !parameters.isEmpty || finish || failed != nil
        || name != nil
        || describe != nil || stdin
    else {
      throw UsageError("name something to record, such as loss=0.3")
    }
    let store = try storeOption.open()
    // A metric in the place of the run is the likeliest slip.
    if let reference, reference.contains("=") {
      throw UsageError("name the run before '\(reference)', or start one with --start")
    }
    if let reference, condition.text == nil { return try store.append(to: store.find(naming: reference)) }
    let named = try reference.map { try store.fields(naming: [$0]) }
    return try store.append(to: condition.id(among: named, in: store, for: "log"))
  }

  private func nextStep(of id: String) throws -> Int {
    guard let last = try storeOption.open().lastStep(of: id) else { return 0 }
    let (next, isOver) = last.addingReportingOverflow(1)
    if isOver {
      throw UsageError("run \(id) has a point at the greatest step there is, \(last): pass --step")
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
