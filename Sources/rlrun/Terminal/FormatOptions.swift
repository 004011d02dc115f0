import ArgumentParser
import Datasets
import Preparing

/// How a CSV file is written, where that is not to be found out.
struct FormatOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The field separator: one ASCII character, or 'tab' (default: detected).", valueName: "char"))
  var delimiter: String?

  @Option(help: ArgumentHelp("The decimal mark of numbers: point or comma (default: detected).", valueName: "mark"))
  var decimal: String?

  @Option(
    help: ArgumentHelp(
      "The file's encoding: utf-8, utf-16, utf-16be, latin-1 or windows-1252 (default: detected).", valueName: "name"))
  var encoding: String?

  @Option(
    name: .customLong("na"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A value that counts as missing in every column; NA, None, null and the like count in number columns only.",
      valueName: "value"))
  var missing: [String] = []

  @Option(
    name: .customLong("no-na"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A value that is never missing, as None.", valueName: "value"))
  var notMissing: [String] = []

  func resolve() throws -> TableRequest {
    try TableRequest(
      delimiter: delimiter, decimal: decimal, encoding: encoding, missing: missing, notMissing: notMissing
    ) { "--" + $0 }
  }
}

/// What the columns of a CSV file hold, where that is not to be found out.
struct ColumnOptions: ParsableArguments {
  @Flag(name: .customLong("no-header"), help: "The first line is data: the columns are column1, column2, ….")
  var hasNoHeader = false

  @Option(
    name: .customLong("kind"),
    help: ArgumentHelp(
      "The kind of a column: number, category, date (date:dmy, date:mdy), text, id or ignore.",
      valueName: "column=kind"))
  var kinds: [String] = []

  /// Adds what is said of columns to how the file is written.
  func resolve(_ format: FormatOptions) throws -> TableRequest {
    var request = try format.resolve()
    request.hasHeader = !hasNoHeader
    for text in kinds {
      guard let sign = text.lastIndex(of: "="), sign > text.startIndex else {
        throw UsageError("--kind takes COLUMN=KIND, not '\(text)'")
      }
      try request.setKind(of: String(text[..<sign]), String(text[text.index(after: sign)...]))
    }
    return request
  }
}
