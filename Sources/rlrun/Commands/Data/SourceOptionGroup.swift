import ArgumentParser
import DataSources

/// Which part of a source is read.
struct SourceOptionGroup: ParsableArguments {
  @Option(
    name: .customLong("format"),
    help: ArgumentHelp(
      "The source's format: csv, \(SourceCatalogue.all.map { $0.name }.joined(separator: ", ")) (default: detected).",
      valueName: "name"))
  var sourceFormat: String?

  @Option(help: ArgumentHelp("The sheet of a workbook, by name or number (default: the first).", valueName: "sheet"))
  var sheet: String?

  @Option(help: ArgumentHelp("The part of a sheet, its first row the header.", valueName: "A1:F200"))
  var range: String?

  @Option(help: ArgumentHelp("The table of a database, or the number of a document's.", valueName: "table"))
  var table: String?

  @Option(help: ArgumentHelp("A query of a database whose result is read.", valueName: "SQL"))
  var query: String?

  @Option(help: ArgumentHelp("A row of a text is a line, paragraph or file.", valueName: "unit"))
  var textUnit: SourceOptions.TextUnit?

  @Flag(help: "Keep images' files in the data set, in the column 'image'.")
  var pixels = false

  @Option(help: ArgumentHelp("Rows that cannot be read: stop, or skip and count them.", valueName: "policy"))
  var onError: SourceOptions.ErrorPolicy = .stop

  @Option(help: ArgumentHelp("The store that the source data:NAME@VERSION is in.", valueName: "folder"))
  var fromStore: String?

  func resolve() throws -> SourceOptions {
    SourceOptions(
      format: sourceFormat, sheet: sheet, range: range, table: table, query: query, textUnit: textUnit,
      keepsPixels: pixels, onError: onError)
  }
}

extension SourceOptions.TextUnit: ExpressibleByArgument {}
extension SourceOptions.ErrorPolicy: ExpressibleByArgument {}
