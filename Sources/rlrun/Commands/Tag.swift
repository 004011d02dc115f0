import ArgumentParser
import Formats
import Settings
import Telemetry
import Tracker

struct Tag: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Set or remove tags of runs; a later value of a tag wins.",
    discussion: """
      Example:
        rlrun tag latest team=blue stage=baseline
        rlrun tag latest --remove stage
        rlrun tag --where "final/mean_reward > 450" stage=solved
      """)

  @Argument(help: ArgumentHelp("Runs, then tags.", valueName: "run|key=value"))
  var words: [String] = []

  @Option(name: .customLong("remove"), help: ArgumentHelp("A tag to remove.", valueName: "key"))
  var removed: [String] = []

  @OptionGroup var choice: RunChoice

  func run() throws {
    var references = Array(words.prefix { !$0.contains("=") })
    // Of words without a tag the last was meant for one.
    if removed.isEmpty, references.count == words.count, references.count > 1 || !choice.isEmpty {
      references = Array(references.dropLast())
    }
    let tags = Array(words.dropFirst(references.count))
    if tags.isEmpty, removed.isEmpty {
      throw UsageError("pass tags as key=value, such as team=blue, or --remove and a tag")
    }
    let pairs = try parsePairs(tags, option: "rlrun tag").sorted { $0.key < $1.key }
    if let both = removed.first(where: { key in pairs.contains { $0.key == key } }) {
      throw UsageError("tag '\(both)' is both set and removed: choose one")
    }
    let store = try choice.storeOption.open()
    let ids = try choice.ids(naming: references, in: store)
    for id in ids { try requireTags(of: id, in: store) }
    let changes = pairs.map { "\($0.key)=\(Redaction.tag($0.value, of: $0.key))" } + removed.map { "\($0) removed" }
    for id in ids {
      for (key, value) in pairs { try store.annotate(id, tag: key, value: value) }
      for key in removed { try store.annotate(id, removingTag: key) }
      printPage("Run \(id): " + changes.map(\.printable).joined(separator: ", "))
    }
  }

  /// Throws where the run lacks a tag that is to be removed.
  private func requireTags(of id: String, in store: Store) throws {
    if removed.isEmpty { return }
    let known = try store.load(id).tags
    guard let missing = removed.first(where: { known[$0] == nil }) else { return }
    throw UsageError("run \(id) has no tag '\(missing)'\(didYouMean(missing, among: known.keys.sorted()) ?? "")")
  }
}
