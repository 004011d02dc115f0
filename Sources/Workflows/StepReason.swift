import Settings
import Tracker

/// Why a step is done.
package enum StepReason: Sendable, Hashable {
  case neverRun
  /// No run of this seed.
  case newSeed(UInt64)
  /// The last run of it did not come to its end.
  case unfinished(run: String, RunStatus)
  case setting(name: String, old: String?, new: String?)
  /// Names of what the store has, SHA-256s of files.
  case input(name: String, old: String?, new: String?)
  case program(old: String, new: String)
  /// It was done, and what it made is gone or has other bytes.
  case gone(String)
  /// Nobody can say whether the input has changed.
  case unknowable(String)
  case forced

  /// Whether it says of another run of the same step what this one says.
  func isLike(_ other: StepReason) -> Bool {
    switch (self, other) {
    case (.input(let a, _, _), .input(let b, _, _)), (.setting(let a, _, _), .setting(let b, _, _)): a == b
    default: self == other
    }
  }

  package var words: String {
    switch self {
    case .neverRun: "never run before"
    case .newSeed(let seed): "seed \(seed) is new"
    case .unfinished(let run, let status): "run \(run) \(status.ending)"
    case .setting(let name, let old?, let new?): "\(name) changed (\(old) → \(new))"
    case .setting(let name, nil, let new): "\(name) is new (\(new ?? ""))"
    case .setting(let name, let old, nil): "\(name) was taken out (\(old ?? ""))"
    case .input(let name, let old?, let new?): "\(name) changed (\(Self.brief(old)) → \(Self.brief(new)))"
    case .input(let name, nil, _): "its input \(name) is new"
    case .input(let name, _, nil): "its input \(name) was taken out"
    case .program(let old, let new): "the program's version changed (\(old) → \(new))"
    case .gone(let what): "\(what) is gone or was changed"
    case .unknowable(let name): "\(name) may have changed, which nobody can see from here"
    case .forced: "forced"
    }
  }

  private static func brief(_ text: String) -> String { text.utf8.count == 64 ? "SHA-256 \(text.prefix(8))…" : text }
}

extension RunStatus {
  fileprivate var ending: String {
    switch self {
    case .failed: "failed"
    case .interrupted: "was interrupted"
    case .running: "is still being written"
    case .crashed, .open, .finished: "did not come to its end"
    }
  }
}

/// Whether a step would be done.
package enum StepState: Sendable, Hashable {
  /// With what its runs have made.
  case current([StepOutput])
  case due([StepReason])
  /// Only if one of these steps makes something else than before.
  case waiting(for: [String])
}

extension StepRecord {
  /// What differs from another, `before`. `pending`: inputs that are not known yet.
  func changes(from before: StepRecord, pending: Set<String> = []) -> [StepReason] {
    var reasons: [StepReason] = []
    func keys(_ a: [String: String], _ b: [String: String]) -> [String] { Set(a.keys).union(b.keys).sorted() }
    for name in keys(before.inputs, inputs) where before.inputs[name] != inputs[name] && !pending.contains(name) {
      reasons.append(
        .input(
          name: name, old: before.inputs[name].map { before.names[name] ?? $0 },
          new: inputs[name].map { names[name] ?? $0 }))
    }
    if before.action != action { reasons.append(.setting(name: "its action", old: before.action, new: action)) }
    for name in keys(before.settings, settings) where before.settings[name] != settings[name] {
      reasons.append(.setting(name: name, old: before.settings[name], new: settings[name]))
    }
    if before.program != program { reasons.append(.program(old: before.program, new: program)) }
    return reasons
  }
}
