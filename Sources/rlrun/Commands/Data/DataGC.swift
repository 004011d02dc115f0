import ArgumentParser
import DataVersions
import Datasets
import Formats

struct DataGC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Remove files of data sets that no version refers to.",
    discussion: """
      Example:
        rlrun data gc --dry-run
        rlrun data gc flowers

      Commands that were killed while they wrote leave such files behind. Data sets that are being written are not touched.
      """)

  @Argument(help: "The data sets (default: all of them).")
  var names: [String] = []

  @Flag(help: "Only list what would be removed.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let repository = storeOption.data
    for name in names where !repository.holds(name) { _ = try repository.dataSet(name) }
    let (remains, busy) = try repository.remains(of: names.isEmpty ? nil : names, removing: !dryRun)
    for name in busy { complain("\(quoted(name)) is being written: its files stay") }
    if json { return try printJSON(remains) }
    for remain in remains {
      print("\(dryRun ? "would remove" : "removed") \(remain.path) (\(byteCount(remain.bytes)))")
    }
    print("\(dryRun ? "Would remove" : "Removed") \(Self.summary(remains)).")
  }

  /// `2 files that no version refers to, 13 kB`
  static func summary(_ remains: [DataRemain]) -> String {
    let count = remains.count
    return
      "\(count) file\(count == 1 ? "" : "s") that no version refers to, \(byteCount(remains.reduce(0) { $0 + $1.bytes }))"
  }
}
