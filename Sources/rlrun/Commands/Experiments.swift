import ArgumentParser
import Formats
import Settings
import Telemetry
import Tracker

struct Experiments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiments",
    abstract: "List experiments; describe, tag, rename or archive one.",
    discussion: """
      Example:
        rlrun experiments
        rlrun experiments first --describe "PPO on CartPole, gamma varied" --tag team=blue
        rlrun experiments first --rename gamma
        rlrun experiments gamma --archive

      Runs of archived experiments are left out of 'rlrun runs', and stay where they are. --create makes an experiment that
      has no runs yet. One that is renamed keeps its runs, those that are being recorded too; its former name stands for it
      until another experiment takes that.
      """)

  @Argument(help: "The experiment (default: all of them).")
  var name: String?

  @Option(help: ArgumentHelp("Describe it, in place of the description it has.", valueName: "text"))
  var describe: String?

  @Option(name: .customLong("tag"), help: ArgumentHelp("Set a tag.", valueName: "key=value"))
  var tags: [String] = []

  @Option(name: .customLong("remove"), help: ArgumentHelp("Remove a tag.", valueName: "key"))
  var removed: [String] = []

  @Option(help: ArgumentHelp("Give it another name, under which no experiment is known.", valueName: "name"))
  var rename: String?

  @Flag(help: "Exclude its runs from lists.")
  var archive = false

  @Flag(help: "Include its runs in lists again.")
  var unarchive = false

  @Flag(help: "Create it, if it does not exist.")
  var create = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var width: WidthOption
  @OptionGroup var storeOption: StoreOption

  func validate() throws {
    if archive && unarchive { throw ValidationError("--archive and --unarchive exclude each other") }
  }

  func run() throws {
    let tags = try parsePairs(tags, option: "--tag")
    let hasChanges =
      describe != nil || rename != nil || archive || unarchive || create || !tags.isEmpty || !removed.isEmpty
    if name == nil, hasChanges { throw UsageError("name the experiment: rlrun experiments NAME --archive") }
    let store = try storeOption.open(create: create)
    if let name { try change(name, tags, in: store) }
    let all = try store.experiments()
    let name = try self.name.map { try store.currentName(ofExperiment: rename ?? $0) ?? $0 }
    if let name, !all.contains(where: { $0.name == name }) { throw UsageError(try store.sentence(onMissing: name)) }
    let shown = all.filter { name == nil || $0.name == name }
    if json { return try printJSON(shown.map { Listed($0) }) }
    if shown.isEmpty { return print("No experiments in \(store.path) yet; make one: rlrun experiments NAME --create") }
    var table = TextTable(
      ["experiment", "runs", "created", "archived", "tags", "description"], dispensable: ["created"])
    for experiment in shown {
      let tags = experiment.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
      table.add([
        experiment.name, "\(experiment.runs)", localTime(experiment.created), experiment.isArchived ? "yes" : "no",
        tags,
        experiment.text ?? "",
      ])
    }
    print(table.fitted(to: width.columns).text(noting: "--wide shows all"))
  }

  private func change(_ name: String, _ tags: [String: String], in store: Store) throws {
    if create { try store.createExperiment(name) }
    if let describe { try store.annotate(experiment: name, text: describe) }
    for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
      try store.annotate(experiment: name, tag: key, value: value)
    }
    for key in removed { try store.annotate(experiment: name, removingTag: key) }
    if archive || unarchive { try store.archive(experiment: name, archive) }
    if let rename { try store.rename(experiment: name, to: rename) }
  }
}

/// An experiment in JSON.
private struct Listed: Encodable {
  var name: String
  var description: String?
  var tags: [String: String]
  /// ISO 8601 in UTC.
  var created: String
  var archived: Bool
  var runs: Int

  init(_ experiment: Experiment) {
    (name, description, tags) = (experiment.name, experiment.text, experiment.tags)
    (created, archived, runs) = (isoTime(experiment.created), experiment.isArchived, experiment.runs)
  }
}
