import ArgumentParser
import Autopilot
import DataQuality
import DataVersions
import Fitting
import Formats
import Preparing
import Runs

struct DataCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look for faults in a version or a CSV file, and suggest repairs.",
    discussion: """
      Example:
        rlrun data add flowers iris.csv --as-written
        rlrun data check flowers --suggest plan.yaml
        rlrun data clean flowers --plan plan.yaml
        rlrun data check flowers --expect expectations.yaml
        rlrun data check new.csv --model latest

      Missing values and what is spelled for them, outliers, misspelled categories and words, mixed formats of dates, numbers
      and units, duplicates, repeated ids, undecodable text, constant columns, leakage (Docs/DATA_QUALITY.md). A file is
      looked at as it is written, and so is a version that was added with --as-written; in others values have kinds already.
      With --model it is only looked at whether the rows are like those that a run's model was fitted to: its columns' distributions,
      categories, ranges, and how much is missing. Exit status 1 where an expectation is broken.
      """)

  @Argument(help: "A version as NAME@VERSION, or a CSV file.", completion: .file())
  var data: String

  @Option(help: ArgumentHelp("The column that is to be predicted.", valueName: "column"))
  var target: String?

  @Option(
    name: .customLong("group"),
    help: ArgumentHelp("A column in whose groups outliers are looked for.", valueName: "column"))
  var groups: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only these checks: \(DataChecks.all.map { $0.name }.joined(separator: ", ")).", valueName: "a,b"))
  var only: String?

  @Option(
    help: ArgumentHelp("Expectations in YAML.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
  var expect: String?

  @Option(
    help: ArgumentHelp(
      "Only check that the rows are like those that the model of this fit or autopilot has learnt from.",
      valueName: "run"))
  var model: String?

  @Option(help: ArgumentHelp("Write a plan of the suggested repairs.", valueName: "plan.yaml"), completion: .file())
  var suggest: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  private func report() throws -> DataCheckReport {
    if let model {
      if let option = [("--target", target), ("--only", only), ("--expect", expect)].first(where: { $0.1 != nil })?.0 {
        throw UsageError("\(option) does not go with --model, which knows what to expect")
      }
      let store = try storeOption.open()
      let id = try store.find(naming: model)
      return try Predictor(of: id, in: store).check(data, against: .ofModel(id, in: store), in: store)
    }
    var checking = DataChecking(of: data)
    checking.expectations = try expect.map { try Expectations(file: $0) }
    (checking.target, checking.groups) = (target, groups)
    checking.checks = only?.split(separator: ",").map(String.init)
    return try checking.run(in: storeOption.data)
  }

  func run() throws {
    let report = try report()
    if let suggest {
      let plan = CleaningPlan(suggestedFor: report.issues)
      let file = try Output(suggest)
      try file.write(Array(try plan.yaml().utf8))
      try file.finish()
      complain("wrote \(plan.repairs.count) repair\(plan.repairs.count == 1 ? "" : "s") to \(suggest)")
    }
    StandardOutput.show(json ? try report.json().printableJSON + "\n" : report.text(width: pageWidth) + "\n")
    if report.breaksExpectations { throw ExitCode(1) }
  }
}

struct DataClean: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Make a new version of a data set by the repairs of a plan.",
    discussion: """
      Example:
        rlrun data check flowers --suggest plan.yaml
        rlrun data clean flowers --plan plan.yaml

      The repairs are done in order, and each says how much it changed. The version before stays, and rows keep their ids.
      Columns that were added with --as-written are understood afterwards, as those of a file are.
      """)

  @OptionGroup var argument: VersionArgument

  @Option(help: ArgumentHelp("The plan in YAML.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
  var plan: String

  @Option(help: ArgumentHelp("A note on the version.", valueName: "text"))
  var note = ""

  @Flag(help: "Print the version as JSON.")
  var json = false

  func run() throws {
    let yaml = try text(of: plan)
    let steps = try CleaningPlan(yaml: yaml, source: plan)
    var cleaning = DataCleaning(of: try argument.resolve(), by: steps, yaml: yaml)
    (cleaning.note, cleaning.program) = (note, "rlrun \(programVersion)")
    let report = try cleaning.run(in: argument.repository)
    if json { return try printJSON(VersionPage(report.version)) }
    if !report.isNew {
      return print("\(report.version.reference) is made of the same rows already: nothing was added.")
    }
    var table = TextTable(["repair", "changed"])
    for (step, count) in zip(steps.repairs, report.changes) {
      table.add([type(of: step.repair).name, "\(count)"])
    }
    if !report.changes.isEmpty { print(table.fitted(to: pageWidth).text + "\n") }
    VersionPage(report.version).printResult("Made")
  }
}

extension Expectations {
  init(file path: String) throws { try self.init(yaml: text(of: path), source: path) }
}
