import ArgumentParser
import DataQuality
import DataVersions
import Datasets
import Formats
import Preparing
import Runs

struct DataAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add rows as a new version of a data set.",
    discussion: """
      Example:
        rlrun data add flowers iris.csv
        rlrun data add flowers more.csv --append
        rlrun data add orders orders.xlsx --sheet Orders --range A1:F200
        rlrun data add orders "sqlite:shop.db?table=orders"
        rlrun data add notes - --format json < notes.jsonl

      Read are CSV, Parquet, JSON and JSON Lines, Excel workbooks, Word documents, texts, images, folders of these, tables and
      queries of SQLite (sqlite:FILE?table=T) and PostgreSQL (postgresql://HOST/DB?query=Q), and other data sets
      (data:NAME@VERSION). CSV, JSON and texts may be compressed (gzip, zstd).
      What each column holds is found out as 'rlrun fit' does and recorded with the version; --kind decides otherwise. The same
      bytes with the same options add nothing. --append makes a version of the latest one's rows and the new ones.
      """)

  @Argument(help: "The data set.")
  var name: String

  @Argument(help: "A file, a folder, an address, data:NAME@VERSION, or - for standard input.", completion: .file())
  var source: String

  @Flag(help: "Keep the rows of the latest version before the new ones.")
  var append = false

  @Flag(help: "Store every column as the text that the source has, to be checked and cleaned.")
  var asWritten = false

  @Option(
    help: ArgumentHelp("Expectations in YAML: rows that break them are not added.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var expect: String?

  @Option(help: ArgumentHelp("A note on the version.", valueName: "text"))
  var note = ""

  @OptionGroup var sourceOptions: SourceOptionGroup
  @OptionGroup var columns: ColumnOptions
  @OptionGroup var format: FormatOptions

  @Flag(help: "Print the version as JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    var addition = DataAddition(
      to: name, from: source, request: try columns.resolve(format),
      options: try sourceOptions.resolve(), otherStore: sourceOptions.fromStore, appends: append, note: note,
      program: "rlrun \(programVersion)")
    addition.asWritten = asWritten
    addition.expectations = try expect.map { try Expectations(file: $0) }
    let store = try storeOption.open(create: true)
    Interruption.install()
    let progress = RowsDisplay(isQuiet: json)
    let report = try addition.run(
      in: DataRepository(store: store.path), onRows: { progress.update($0) },
      shouldStop: { Interruption.hasBeenRequested })
    progress.finish()
    guard let report else { throw ExitCode(Interruption.status) }
    for remark in report.remarks { complain("\(source): \(remark)") }
    for finding in report.findings {
      for warning in finding.warnings { complain("\(quoted(finding.name)): \(warning)") }
    }
    for (column, count) in report.oddValues.sorted(by: { $0.key < $1.key }) {
      complain("\(quoted(column)): \(count) values are not of its kind and count as missing")
    }
    if json { return try printJSON(VersionPage(report.version)) }
    let version = report.version
    if !report.isNew { return print("\(version.reference) has the same bytes already: nothing was added.") }
    VersionPage(version).printResult("Added")
  }
}
