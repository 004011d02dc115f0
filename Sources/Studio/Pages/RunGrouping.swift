import Tracker

/// How the table's runs are grouped: a part of a view's address.
enum RunGrouping: Sendable, Hashable {
  /// Runs of a group differ by their seed only, as `rlrun compare` groups them.
  case configuration
  /// By agent, environment and the parameters that differ among the shown runs.
  case differences
  case fields([String])

  private static let fieldLimit = 20

  /// nil for no words.
  init?(_ words: [String]) {
    switch words {
    case []: return nil
    case ["configuration"]: self = .configuration
    case ["differences"]: self = .differences
    default:
      // Each once, in the order in which they were chosen.
      var seen: Set<String> = []
      self = .fields(Array(words.filter { seen.insert($0).inserted }.prefix(Self.fieldLimit)))
    }
  }

  var words: [String] {
    switch self {
    case .configuration: ["configuration"]
    case .differences: ["differences"]
    case .fields(let names): names
    }
  }

  /// Parameters that programs give their seeds by: runs that differ by these only do not differ.
  private static let seeds: Set = [
    "params.seed", "params.random_seed", "params.random_state", "params.global_seed", "params.rng_seed",
  ]

  /// The fields by which groups are told apart on the screen: of configurations those that differ.
  func labels(of rows: [RunFields]) -> RunLabels {
    switch self {
    case .configuration: RunLabels(differing: rows, except: [])
    case .differences: RunLabels(differing: rows, except: Self.seeds)
    case .fields(let names): RunLabels(names)
    }
  }

  /// What is a run's configuration beside its parameters.
  private static let identity: Set = ["agent", "environment", "hash", "budget"]

  /// What all runs of a group have in common; those of other groups have another.
  func key(of row: RunFields, labels: [String]) -> [RunGroupKeyPart] {
    if case .configuration = self {
      // The hash tells what a run began with; what a program set after its start is among the parameters only.
      return row.all.filter { Self.identity.contains($0.name) || $0.name.hasPrefix("params.") }
        .map { RunGroupKeyPart(name: $0.name, value: $0.value) }.sorted { $0.name < $1.name }
    }
    var values: [String: FieldValue] = [:]
    for (name, value) in row.all where labels.contains(name) { values[name] = value }
    return labels.map { RunGroupKeyPart(name: $0, value: values[$0]) }
  }
}

struct RunGroupKeyPart: Hashable {
  var name: String
  var value: FieldValue?
}
