import ArgumentParser
import Tracker

struct GC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Remove deleted runs, artifacts of no run and unfinished files; compact what killed runs left.",
    discussion: """
      Example:
        rlrun gc --dry-run
        rlrun gc

      Removal is permanent. Runs that are being written are not touched, and artifacts less than an hour old stay.
      """)

  @Flag(help: "Only list what would be removed.")
  var dryRun = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let garbage = try storeOption.open().collectGarbage(dryRun: dryRun)
    for id in garbage.runs { print("\(dryRun ? "would remove" : "removed") run \(id)") }
    let parts = [
      "\(garbage.runs.count) deleted runs", "\(garbage.artifacts) artifacts", "\(garbage.files) unfinished files",
    ]
    printPage("\(dryRun ? "Would remove" : "Removed") \(parts.joined(separator: ", ")): \(garbage.bytes) bytes.")
    if garbage.compacted > 0 { print("Compacted \(garbage.compacted) segments.") }
  }
}
