import ArgumentParser
import DataQuality
import DataVersions
import Formats
import Preparing

struct DataProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Describe every column of a version or a CSV file.",
    discussion: """
      Example:
        rlrun data profile flowers
        rlrun data profile iris.csv --target species -o iris.html

      Kind, missing and distinct values, range, quantiles, histogram, top values; correlations, duplicates, class balance,
      and features that predict the target alone. -o writes one HTML file with pictures.
      """)

  @Argument(help: "A version as NAME@VERSION, or a CSV file.", completion: .file())
  var data: String

  @Option(help: ArgumentHelp("The column that is to be predicted.", valueName: "column"))
  var target: String?

  @Option(help: ArgumentHelp("Describe so many rows, drawn at random.", valueName: "rows"))
  var sample: Int?

  @Option(help: ArgumentHelp("The seed of the sample.", valueName: "S"))
  var seed: UInt64 = 0

  @Option(name: .shortAndLong, help: ArgumentHelp("Write an HTML file.", valueName: "file"), completion: .file())
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    if let sample, sample < 1 { throw UsageError("--sample takes a number of rows, not \(sample)") }
    let loaded = try DataTable(data, in: storeOption.data, asWritten: false)
    let profile = try TableProfile(loaded.table, ProfileOptions(sample: sample, seed: seed, target: target))
    if let output {
      let file = try Output(output)
      try file.write(Array(profile.html(title: loaded.version.map { "\($0.reference)" } ?? data).utf8))
      try file.finish()
      complain("wrote \(output)")
    }
    if json { return StandardOutput.show(try profile.json().printableJSON + "\n") }
    if output == nil { StandardOutput.show(profile.text(width: pageWidth) + "\n") }
  }
}
