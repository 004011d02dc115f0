import ArgumentParser
import DataVersions
import Formats
import Preparing

struct DataLineageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lineage",
    abstract: "Show what a version was made from, and which versions and runs were made of it.",
    discussion: """
      Example:
        rlrun data lineage flowers@1
      """)

  @OptionGroup var argument: VersionArgument

  @Flag(help: "Print JSON.")
  var json = false

  private struct Page: Encodable {
    var version: String
    var sources: [DataVersion.Source]
    var ancestors: [String]
    var descendants: [String]
    var runs: [String]
  }

  func run() throws {
    let version = try argument.resolve()
    let lineage = try DataLineage(of: version, in: argument.storeOption.open())
    if json {
      return try printJSON(
        Page(
          version: "\(version.reference)", sources: version.sources,
          ancestors: lineage.ancestors.map { "\($0.reference)" },
          descendants: lineage.descendants.map { "\($0.reference)" }, runs: lineage.runs.map(\.id)))
    }
    for source in version.sources { print("read from   \(source.address)".printable) }
    for parent in lineage.ancestors { print("made from   \(parent.reference)") }
    print("version     \(version.reference)")
    for step in version.steps { print("  \(step.name): \(step.text.prefix { $0 != "\n" })".printable) }
    for child in lineage.descendants { print("made of it  \(child.reference)") }
    for run in lineage.runs {
      print("seen by     run \(run.id): \(run.description.subject) on \(run.description.target)".printable)
    }
  }
}
