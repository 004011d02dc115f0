import ArgumentParser
import Formats
import Settings
import Telemetry
import Tracker

struct Tag: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Give a run tags, or take them away; a later value of a tag wins.",
    discussion: """
      Example:
        rlrun tag latest team=blue stage=baseline
        rlrun tag latest --remove stage
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Argument(help: ArgumentHelp("Tags.", valueName: "key=value"))
  var tags: [String] = []

  @Option(name: .customLong("remove"), help: ArgumentHelp("A tag to take away.", valueName: "key"))
  var removed: [String] = []

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let pairs = try parsePairs(tags, option: "rlrun tag").sorted { $0.key < $1.key }
    if pairs.isEmpty && removed.isEmpty { throw UsageError("give tags, such as team=blue, or --remove and a tag") }
    if let both = removed.first(where: { key in pairs.contains { $0.key == key } }) {
      throw UsageError("tag '\(both)' is given and removed: give one of the two")
    }
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    let known = removed.isEmpty ? [:] : try store.load(id).tags
    if let missing = removed.first(where: { known[$0] == nil }) {
      throw UsageError("run \(id) has no tag '\(missing)'\(didYouMean(missing, among: known.keys.sorted()) ?? "")")
    }
    for (key, value) in pairs { try store.annotate(id, tag: key, value: value) }
    for key in removed { try store.annotate(id, removingTag: key) }
    let changes = pairs.map { "\($0.key)=\(Redaction.tag($0.value, of: $0.key))" } + removed.map { "\($0) removed" }
    printPage("Run \(id): " + changes.map(\.printable).joined(separator: ", "))
  }
}
