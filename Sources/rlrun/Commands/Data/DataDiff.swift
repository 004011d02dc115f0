import ArgumentParser
import DataVersions
import Formats

struct DataDiff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two versions: columns, rows by their ids, and values.",
    discussion: """
      Example:
        rlrun data diff flowers@1 flowers@2

      Exit status 0 for versions that are equal, and for those that differ.
      """)

  @Argument(help: ArgumentHelp("The version before.", valueName: "name@version"))
  var old: String

  @Argument(help: ArgumentHelp("The version after.", valueName: "name@version"))
  var new: String

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let repository = storeOption.data
    let (before, after) = (try repository.version(reference(old)), try repository.version(reference(new)))
    let difference = try DataVersionDifference(from: before, to: after, in: repository)
    if json { return try printJSON(difference) }
    if difference.isEmpty { return print("\(before.reference) and \(after.reference) are equal.") }
    print("\(before.reference) → \(after.reference)")
    for name in difference.addedColumns { print("+ column \(name)") }
    for name in difference.removedColumns { print("- column \(name)") }
    for change in difference.changedKinds { print("~ column \(change.name): \(change.old) → \(change.new)") }
    if !difference.addedRows.isEmpty {
      print("+ \(rowCount(difference.addedRows.count)): \(Self.ids(difference.addedRows))")
    }
    if !difference.removedRows.isEmpty {
      print("- \(rowCount(difference.removedRows.count)): \(Self.ids(difference.removedRows))")
    }
    for column in difference.changedColumns {
      print("~ \(column.name): \(column.count) value\(column.count == 1 ? "" : "s")")
      for change in column.examples {
        print("    row \(change.row): \(change.old ?? "missing") → \(change.new ?? "missing")".printable)
      }
    }
  }

  /// `1–3, 7, …`
  private static func ids(_ rows: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for row in rows.sorted() {
      if let last = ranges.last, last.upperBound + 1 == row {
        ranges[ranges.count - 1] = last.lowerBound...row
      } else {
        ranges.append(row...row)
      }
    }
    let shown = ranges.prefix(8).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
    return shown.joined(separator: ", ") + (ranges.count > 8 ? ", …" : "")
  }
}
