import ArgumentParser
import Runs
import Settings
import Telemetry
import Tracker

/// `--where`: a condition on runs.
struct RunCondition: ParsableArguments {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only runs for which this holds, as \"agent = 'ppo' and seed < 3\"; rlrun runs --help says more.",
      valueName: "condition"))
  var text: String?

  /// nil without a condition. Throws for what is none.
  func filter() throws -> RunFilter? { try text.map { text throws(FilterError) in try RunFilter(text) } }

  /// Those of `runs` for which the condition holds. Throws for what is no condition, and for a field that no run has.
  func narrowed(_ runs: [RunFields]) throws -> [RunFields] {
    guard let filter = try filter() else { return runs }
    try runs.requireFields(filter.fields)
    return runs.filter { filter.matches($0) }
  }

  /// `No run in 'runs' matches: agent = 'x'`
  func sentenceOnNone(in store: Store) -> String { "No run in '\(store.path)' matches: \(text ?? "")" }

  /// The only one of `runs`, or of the store, for which the condition holds. Throws where there are more or none.
  func id(among runs: [RunFields]?, in store: Store, for purpose: String) throws -> String {
    _ = try filter()
    let chosen = try narrowed(runs ?? store.fields())
    if chosen.isEmpty { throw UsageError(sentenceOnNone(in: store)) }
    return try onlyRun(chosen.map(\.id), for: purpose)
  }
}

/// The only one of `ids`. Throws where there are several.
private func onlyRun(_ ids: [String], for purpose: String) throws -> String {
  guard ids.count == 1 else { throw UsageError("\(purpose) takes one run; there are \(ids.count): \(ids.shown)") }
  return ids[0]
}

/// Which runs a command is about, beside those it names: `--experiment`, `--where`, and `--store`, where they are.
///
/// A condition narrows what is named, or without a name the whole store. Every command that takes runs takes them so.
struct RunChoice: ParsableArguments {
  @Option(
    name: .customLong("experiment"),
    help: ArgumentHelp(
      "Every run of this experiment, or of those that match, as 'ppo-*'; may be repeated.", valueName: "experiment"))
  var experiments: [String] = []

  @Flag(help: "The trials of searches too; without it a search stands for them.")
  var trials = false

  @OptionGroup var condition: RunCondition
  @OptionGroup var storeOption: StoreOption

  /// Which runs of a search are left out where it stands for its trials.
  enum Folding {
    /// Every one.
    case all
    /// The search itself, and all but those that confirm what was found, which are as good as any other runs.
    case butConfirmations
  }

  /// Whether no run is chosen by what it is.
  var isEmpty: Bool { experiments.isEmpty && condition.text == nil }

  /// Those that are named and those of the experiments, in this order, or all of the store: each once, before the condition.
  /// Throws for a name that there is not.
  func candidates(
    naming references: [String] = [], in store: Store, folding: Folding = .all
  ) throws -> [RunFields] {
    if references.isEmpty, experiments.isEmpty { return try folded(store.fields(), folding) }
    var (runs, seen): ([RunFields], Set<String>) = ([], [])
    for run in try store.fields(naming: references) where seen.insert(run.id).inserted { runs.append(run) }
    for experiment in experiments {
      for run in try folded(store.fields(matching: experiment), folding) where seen.insert(run.id).inserted {
        runs.append(run)
      }
    }
    return runs
  }

  /// Without what searches stand for, unless it is asked for.
  private func folded(_ runs: [RunFields], _ folding: Folding) throws -> [RunFields] {
    if trials { return runs }
    if let fields = try condition.filter()?.fields, !Set(fields).isDisjoint(with: ["trial", "purpose", "parent"]) {
      return runs
    }
    return runs.filter { run in
      // An autopilot stands for its search.
      if run["kind"] == .text(RunKind.search.rawValue), run["parent"] != nil { return false }
      return switch folding {
      case .all: run["trial"] == nil
      case .butConfirmations:
        run["trial"] == nil ? run["kind"] != .text("search") : run["purpose"] == .text("confirmation")
      }
    }
  }

  /// Of the runs that are named and chosen. Throws where nothing is named, and where nothing is there.
  func ids(naming references: [String] = [], in store: Store, folding: Folding = .all) throws -> [String] {
    if isEmpty {
      if references.isEmpty {
        throw UsageError("name runs, an experiment with --experiment, or a condition with --where")
      }
      // Not listed, so that the logs of other runs need not be read.
      var ids: [String] = []
      for reference in references {
        let id = try store.find(naming: reference)
        if !ids.contains(id) { ids.append(id) }
      }
      return ids
    }
    // A condition that cannot be read is told before an experiment that is not there.
    _ = try condition.filter()
    let chosen = try condition.narrowed(candidates(naming: references, in: store, folding: folding))
    if chosen.isEmpty { throw UsageError(condition.sentenceOnNone(in: store)) }
    return chosen.map(\.id)
  }

  /// The only one that is named and chosen. Throws where there are several, too.
  func id(naming references: [String] = [], in store: Store, for purpose: String) throws -> String {
    try onlyRun(ids(naming: references, in: store), for: purpose)
  }

  /// Words of which the last is something else, and those before it name runs. Throws where either is missing.
  func split(_ words: [String], last: String) throws -> (references: [String], last: String) {
    guard let final = words.last, words.count > 1 || !isEmpty else {
      throw UsageError("name a run, or choose one with --experiment or --where, and then \(last)")
    }
    return (Array(words.dropLast()), final)
  }
}

/// The runs a command is about: named ones, whole experiments, those for which a condition holds.
struct RunSelection: ParsableArguments {
  @Argument(help: ArgumentHelp("Ids of runs, starts of ids, or 'latest'.", valueName: "run"))
  var runs: [String] = []

  @OptionGroup var choice: RunChoice

  /// Whether nothing is named.
  var isEmpty: Bool { runs.isEmpty && choice.isEmpty }

  /// Whether a single run is named, and no run chosen by what it is.
  var isOneRun: Bool { runs.count == 1 && choice.isEmpty }

  func open() throws -> Store { try choice.storeOption.open() }

  /// Throws where nothing is named, or nothing is there.
  func ids(in store: Store, folding: RunChoice.Folding = .all) throws -> [String] {
    try choice.ids(naming: runs, in: store, folding: folding)
  }

  /// The only one there is. Throws where there are several, too.
  func id(in store: Store, for purpose: String) throws -> String {
    try choice.id(naming: runs, in: store, for: purpose)
  }

  /// Throws where nothing is named, or nothing is there.
  func records(
    includingSuperseded: Bool = false, mode: DamageMode = .pointInTime, folding: RunChoice.Folding = .all
  ) throws -> [RunRecord] {
    let store = try open()
    return try ids(in: store, folding: folding).map {
      try store.load($0, includingSuperseded: includingSuperseded, mode: mode)
    }
  }
}

extension [String] {
  /// All of a few, the first of many.
  var shown: String { prefix(8).joined(separator: ", ") + (count > 8 ? ", …" : "") }
}

extension RunFields {
  var id: String { if case .text(let id)? = self["id"] { id } else { "" } }
}

extension [RunFields] {
  /// Throws for a field that no run could have or has, and suggests the nearest.
  func requireFields(_ names: [String]) throws {
    guard !isEmpty, let name = names.first(where: { name in !has(name) }) else { return }
    let known = Set(flatMap { $0.all.map(\.name) }).union(RunFields.standard).sorted()
    throw UsageError("no run has a field '\(name)'\(didYouMean(name, among: known) ?? "; see rlrun runs --help")")
  }

  private func has(_ name: String) -> Bool { RunFields.standard.contains(name) || contains { $0[name] != nil } }
}

extension Store {
  /// The runs that are named, each once. Throws for a name that there is not.
  func fields(naming references: [String]) throws -> [RunFields] {
    if references.isEmpty { return [] }
    let all = Dictionary(try fields().map { ($0.id, $0) }) { first, _ in first }
    var (runs, seen): ([RunFields], Set<String>) = ([], [])
    for reference in references {
      let id = try find(naming: reference)
      guard let run = all[id] else { throw StoreError.deleted(id) }
      if seen.insert(id).inserted { runs.append(run) }
    }
    return runs
  }

  /// The runs of one experiment, or of those that a pattern matches. Throws if there are none.
  func fields(matching experiment: String) throws -> [RunFields] {
    let pattern = NamePattern(experiment)
    var found = try fields(experiment: experiment)
    if found.isEmpty, !pattern.isName {
      found = try fields().filter { run in
        if case .text(let name)? = run["experiment"] { pattern.matches(name) } else { false }
      }
    }
    if found.isEmpty { throw UsageError(try sentence(onMissing: experiment)) }
    return found
  }

  /// That there are no runs of an experiment, and which name was meant.
  func sentence(onMissing experiment: String) throws -> String {
    if !NamePattern(experiment).isName { return "no experiment in \(path) matches '\(experiment)'" }
    let names = Set(
      try fields().compactMap { run in
        if case .text(let name)? = run["experiment"] { name } else { nil }
      })
    let guess = didYouMean(experiment, among: names.sorted()) ?? ""
    return "there are no runs of an experiment '\(experiment)' in \(path)\(guess)"
  }

  /// `find`, which tells what `latest` stands for.
  func find(naming reference: String) throws -> String {
    let id = try find(reference)
    if reference == "latest" { complain("latest is \(id)") }
    return id
  }
}
