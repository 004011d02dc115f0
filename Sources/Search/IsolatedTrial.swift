import Formats
import Runs
import Telemetry
import Tracker

/// Has trials done by processes of their own, one at a time: one that hangs, eats its memory or dies takes nobody with it.
struct IsolatedTrial: Sendable {
  private let search: String
  private let configuration: SearchConfiguration
  private let store: Store
  private let program: String

  /// `program`: the path of rlrun.
  init(_ worker: SearchWorker, in store: Store, program: String = ProcessLauncher.ownProgram) {
    (search, configuration, self.store, self.program) = (worker.search, worker.configuration, store, program)
  }

  /// What such a process prints: the run that it has claimed, or what it found instead.
  static let (claimed, wait, done) = ("trial ", "wait", "done")

  func perform(shouldStop: () -> Bool) throws -> SearchWorker.Step {
    var (run, step, last) = (String?.none, SearchWorker.Step?.none, "")
    let process = DependentProgram(
      [program, "search", "worker", search, "--once", "--store", store.path], memory: configuration.trialMemory)
    let ending = try process.run(maximumSeconds: configuration.trialSeconds, shouldStop: shouldStop) { line in
      switch line {
      case Self.wait: step = .wait
      case Self.done: step = .done
      case _ where line.hasPrefix(Self.claimed): (run, step) = (String(line.dropFirst(Self.claimed.count)), .trial)
      default: if !line.allSatisfy(\.isWhitespace) { last = line }
      }
    }
    switch ending {
    case .exited(0), .stopped: return step ?? .wait
    // Interrupted from elsewhere; the run says so itself.
    case .exited(130): return step ?? .wait
    case .outOfTime: try fail(run, TrialControl.tooLong(configuration.trialSeconds ?? 0).description)
    case .killed(let signal):
      let memory = configuration.trialMemory.map { ", beyond its limit of memory, \($0) bytes, perhaps" } ?? ""
      try fail(run, "its process was ended by signal \(signal)\(memory)")
    case .exited(let status): try fail(run, last.isEmpty ? "its process ended with status \(status)" : last)
    }
    return .trial
  }

  /// Says in the run's log why it ended, where it could not do so itself.
  private func fail(_ run: String?, _ reason: String) throws {
    // Nothing would ever begin.
    guard let run else { throw TrialError("no trial can begin: \(reason)") }
    if try store.load(run).status == .finished { return }
    let writer = try store.append(to: run)
    try writer.finish(status: .failed, message: reason)
  }
}
