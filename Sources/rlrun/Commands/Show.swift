import ArgumentParser
import Autopilot
import Foundation
import Telemetry
import Tracker

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show everything about a run.",
    discussion: """
      Example:
        rlrun show latest

      Its scores and what the debugger found come first. A log that ends early, as after a crash, gets a note; a damaged one the offsets. What a resume has superseded is
      hidden.
      """)

  @OptionGroup var selection: RunSelection

  @Flag(help: "Print JSON; of several runs a list.")
  var json = false

  @OptionGroup var width: WidthOption
  @OptionGroup var damage: DamageOption

  func run() throws {
    let records = try selection.records(mode: damage.mode)
    if json {
      return selection.isOneRun ? try printJSON(RunDetails(records[0])) : try printJSON(records.map { RunDetails($0) })
    }
    let store = try selection.open()
    let pages = try records.map { record in
      let page = RunPage(record, width: width.columns).text
      return try AutopilotReport(of: record, in: store).map {
        $0.text(width: width.columns ?? pageWidth) + "\n\n" + page
      } ?? page
    }
    print(pages.joined(separator: "\n\n"))
  }
}
