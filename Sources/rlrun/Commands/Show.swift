import ArgumentParser
import Foundation
import Telemetry
import Tracker

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show all there is to know of one run.",
    discussion: """
      Example:
        rlrun show latest

      Its scores and what the debugger found come first. A log that ends early, as after a crash, gets a note; a damaged one the offsets. What a resume has superseded is
      hidden.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var width: WidthOption
  @OptionGroup var storeOption: StoreOption
  @OptionGroup var damage: DamageOption

  func run() throws {
    let store = try storeOption.open()
    let record = try store.load(store.find(naming: reference), mode: damage.mode)
    if json { return try printJSON(RunDetails(record)) }
    print(RunPage(record, width: width.columns).text)
  }
}
