import ArgumentParser
import DataVersions
import Datasets
import Formats

struct DataShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a version: its columns, where it comes from and where its files lie.",
    discussion: """
      Example:
        rlrun data show flowers
        rlrun data show flowers@1 --json
      """)

  @OptionGroup var argument: VersionArgument

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let version = try argument.resolve()
    let page = VersionPage(version, in: argument.repository)
    if json { return try printJSON(page) }
    for line in page.lines { printPage(line) }
    print("")
    print(page.columnTable.fitted(to: pageWidth).text)
  }
}

struct DataHead: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "head",
    abstract: "Show the first rows of a version with their ids.",
    discussion: """
      Example:
        rlrun data head flowers
        rlrun data head flowers@1 -n 3 --columns species,petal_width
      """)

  @OptionGroup var argument: VersionArgument

  @Option(name: .shortAndLong, help: "How many rows.")
  var n = 10

  @Option(help: ArgumentHelp("Only these columns.", valueName: "a,b"))
  var columns: String?

  func run() throws {
    guard n >= 0 else { throw UsageError("-n takes a number of rows, not \(n)") }
    let version = try argument.resolve()
    let wanted = try columns.map { try version.columns(named: $0) }
    let shown = version.columns.filter { wanted?.contains($0.name) ?? true }
    var table = TextTable(["row"] + shown.map(\.name), dispensable: shown.map(\.name).reversed())
    var left = n
    for part in version.parts.indices where left > 0 {
      let rows = try version.table(columns: wanted, reading: version.idColumns, part: part, in: argument.repository)
      for row in 0..<min(left, rows.rowCount) {
        table.add(["\(rows.lines[row])"] + rows.columns.map { $0.text(at: row) ?? "–" })
      }
      left -= min(left, rows.rowCount)
    }
    print(table.fitted(to: pageWidth).text(noting: "--columns chooses"))
  }
}

extension DataVersion {
  /// Names of columns in a list with commas. Throws for one that is not there.
  func columns(named list: String) throws -> Set<String> {
    try columns(named: list.split(separator: ",").map { String($0).trimmed })
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
