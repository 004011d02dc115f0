import ArgumentParser
import DataVersions
import Preparing

struct DataExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a version as CSV.",
    discussion: """
      Example:
        rlrun data export flowers@1 -o flowers.csv
        rlrun data export flowers --row-ids

      Numbers are written with the digits that tell them apart, dates as ISO 8601, missing values as empty fields. The version's
      own files are Parquet, which pandas, DuckDB and Spark read in place: 'rlrun data show' says where they lie.
      """)

  @OptionGroup var argument: VersionArgument

  @Option(name: .shortAndLong, help: "The file to write (default: standard output).", completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("Only these columns.", valueName: "a,b"))
  var columns: String?

  @Flag(help: "Write the rows' ids as the first column, _row.")
  var rowIDs = false

  func run() throws {
    let version = try argument.resolve()
    let wanted = try columns.map { try version.columns(named: $0) }
    let file = try Output(output)
    try version.writeCSV(columns: wanted, withIDs: rowIDs, in: argument.repository) { try file.write($0) }
    try file.finish()
    if let output { complain("wrote \(rowCount(version.rows)) to \(output)") }
  }
}
