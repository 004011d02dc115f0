import ArgumentParser
import DataVersions
import Pipelines
import Preparing
import Runs

struct DataPrepare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Make a data set from another by a pipeline.",
    discussion: """
      Example:
        rlrun data prepare flowers@1 --pipeline prepare.yaml -o prepared
        rlrun fit data:prepared --target species --model logistic

      The steps are fitted to all rows of the version, in order: impute, scale, encode, combine columns, filter, sort, join,
      group and others (Docs/PIPELINES.md). To fit steps to the training rows alone, give the pipeline to 'rlrun fit
      --pipeline' instead; 'rlrun predict' then applies it to new rows. The same version and pipeline add nothing.
      """)

  @OptionGroup var argument: VersionArgument

  @Option(
    help: ArgumentHelp("The pipeline in YAML.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The data set to make.", valueName: "name"))
  var output: String

  @Option(help: ArgumentHelp("The column that no step changes.", valueName: "column"))
  var target: String?

  @Option(help: ArgumentHelp("The seed of steps that draw at random.", valueName: "S"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("A note on the version.", valueName: "text"))
  var note = ""

  @Flag(help: "Print the version as JSON.")
  var json = false

  func run() throws {
    let yaml = try text(of: pipeline)
    let steps = try Pipeline(yaml: yaml, source: pipeline)
    var preparation = DataPreparation(
      of: try argument.resolve(), by: steps, yaml: yaml, as: output, target: target, seed: seed)
    (preparation.note, preparation.program) = (note, "rlrun \(programVersion)")
    let (version, isNew) = try preparation.run(in: argument.repository)
    if json { return try printJSON(VersionPage(version)) }
    if !isNew { return print("\(version.reference) is made of the same rows already: nothing was added.") }
    VersionPage(version).printResult("Made")
  }
}
