import Datasets
import Fitting
import Formats
import Foundation
import Learning
import Runs
import Search
import Settings
import Telemetry
import Tracker

/// An Autopilot as a run: its log has the plan, and in the end the answer. In between is a search, a run of its own and a part of
/// this one, from which all else follows: so whatever is killed goes on from what the store has.
package final class AutopilotRun: ActiveRun {
  package let id: String
  package let configuration: AutopilotConfiguration
  private let seed: UInt64
  private let experiment: String
  private let workers: Int
  private let store: Store
  private let writer: RunWriter
  /// Monotonic seconds at which its time began to run.
  private let began: Double

  private init(
    _ record: RunRecord, writer: RunWriter, workers: Int, began: Double = MonotonicClock.seconds, in store: Store
  ) throws {
    self.began = began
    configuration = try AutopilotConfiguration(of: record.description)
    (id, seed, experiment) = (record.id, record.description.seed, record.description.experiment)
    (self.writer, self.workers, self.store) = (writer, max(1, workers), store)
    ProcessJob.noteInCurrent(run: record.id)
  }

  /// `workers` threads of this process try candidates. `step`: of a workflow, whose run is `parent`. `began` are the monotonic
  /// seconds at which its time began to run: to read the data takes time, too.
  package static func start(
    _ configuration: AutopilotConfiguration, seed: UInt64, experiment: String, name: String = "",
    tags: [String: String] = [:], surroundings: Surroundings = .current(), workers: Int = 1, parent: String? = nil,
    doing step: StepRecord? = nil, began: Double = MonotonicClock.seconds, in store: Store
  ) throws -> AutopilotRun {
    var description = configuration.description(
      seed: seed, experiment: experiment, name: name, tags: tags, surroundings: surroundings)
    (description.parent, description.step) = (parent, step)
    let writer = try store.start(description)
    do {
      return try AutopilotRun(store.load(writer.id), writer: writer, workers: workers, began: began, in: store)
    } catch {
      try? writer.finish(status: .failed, message: sentence(of: error))
      throw error
    }
  }

  /// Goes on with one that nobody leads; nil where it is finished.
  package static func resume(_ id: String, workers: Int, in store: Store) throws -> AutopilotRun? {
    let record = try store.load(id)
    try record.require(.autopilot, toBe: "resumed")
    if record.status == .finished { return nil }
    return try AutopilotRun(record, writer: try store.append(to: id), workers: workers, in: store)
  }

  /// Records the git commit of the working directory, and how its files differ from it, beside the run.
  package func recordCode() { writer.recordCode() }

  package func run(
    shouldStop: () -> Bool, onProgress: (RunProgress) -> Void, onRemark: (Remark) -> Void
  ) throws {
    try complete(shouldStop: shouldStop) { state in
      onProgress(RunProgress(step: state.endedTrials, budget: configuration.plan.trials, figure: state.best?.score))
    }
  }

  /// Does all of it, or until `shouldStop` says so; returns what came of it, nil where it was stopped.
  @discardableResult
  package func complete(
    shouldStop: () -> Bool, onProgress: (SearchState) -> Void = { _ in }
  ) throws -> AutopilotReport? {
    do {
      guard let search = try search(shouldStop, onProgress) else {
        try writer.finish(status: .interrupted)
        return nil
      }
      let board = try Leaderboard(configuration, search, seed: seed, in: store)
      let curve: SearchOverview?
      switch try self.curve(of: board, shouldStop) {
      case .stopped:
        try writer.finish(status: .interrupted)
        return nil
      case .left: curve = nil
      case .done(let overview): curve = overview
      }
      guard
        let answer = try Conclusion(
          configuration, seed: seed, search: search, board: board, curve: curve, began: began, in: store,
          shouldStop: shouldStop)
      else {
        try writer.finish(status: .interrupted)
        return nil
      }
      try record(answer)
      try writer.finish(status: .finished, message: search.state.reasonToStop)
      return answer.report
    } catch {
      try? writer.finish(status: .failed, message: sentence(of: error))
      throw error
    }
  }

  /// The searches that are parts of it, by their names.
  package enum Part: String, Sendable { case candidates, rows }

  /// The search that is a part of the run `id`; nil where it has not begun.
  package static func search(_ part: Part, of id: String, experiment: String, in store: Store) throws -> String? {
    let found = try store.fields(experiment: experiment).first { run in
      run["parent"] == .text(id) && run["kind"] == .text(RunKind.search.rawValue) && run["name"] == .text(part.rawValue)
    }
    guard case .text(let search)? = found?["id"] else { return nil }
    return search
  }

  /// Tries the candidates that are left to try; nil where it was stopped.
  private func search(_ shouldStop: () -> Bool, _ onProgress: (SearchState) -> Void) throws -> SearchOverview? {
    try perform(.candidates, shouldStop, onProgress) {
      let data = try configuration.fit(in: store).data.read()
      return try configuration.plan.search(data, seed: seed, secondsUsed: MonotonicClock.seconds - began)
    }
  }

  private enum Curve {
    case stopped
    /// There are too few rows for one, or no time.
    case left
    case done(SearchOverview)
  }

  /// The share of the time that may be gone before the rows are looked at: fits to an eighth, a quarter and a half of them take
  /// about as long as one to all.
  private static let timeForCurve = 0.8

  private func curve(of board: Leaderboard, _ shouldStop: () -> Bool) throws -> Curve {
    let hasBegun = try Self.search(.rows, of: id, experiment: experiment, in: store) != nil
    let plan = configuration.plan
    let isLate = plan.seconds.map { MonotonicClock.seconds - began > Self.timeForCurve * $0 } ?? false
    if isLate, !hasBegun { return .left }
    let data = try configuration.fit(in: store).data.read()
    guard let wanted = try plan.curve(of: board.candidates[0], seen: board.judged.rows.count, data, seed: seed) else {
      return .left
    }
    return try perform(.rows, shouldStop, { _ in }, { wanted }).map { .done($0) } ?? .stopped
  }

  /// Begins a part, or goes on with it; nil where it was stopped.
  private func perform(
    _ part: Part, _ shouldStop: () -> Bool, _ onProgress: (SearchState) -> Void,
    _ make: () throws -> SearchConfiguration
  ) throws -> SearchOverview? {
    let known = try Self.search(part, of: id, experiment: experiment, in: store)
    let run: SearchRun?
    if let known {
      run = try SearchRun.resume(known, trials: nil, workers: workers, in: store)
    } else {
      run = try SearchRun.start(
        make(), seed: seed, experiment: experiment, name: part.rawValue, parent: id, workers: workers, in: store)
    }
    if let run, try run.search(shouldStop: shouldStop, onProgress: onProgress) == nil { return nil }
    return try SearchOverview(known ?? run!.id, in: store)
  }

  private func record(_ answer: Conclusion) throws {
    let step = answer.report.finishedTrials
    try writer.record(file: Array(try configuration.plan.yaml().utf8), as: "plan.yaml", mediaType: "application/yaml")
    try writer.record(file: Array(answer.winner.yaml().utf8), as: "winner.yaml", mediaType: "application/yaml")
    try writer.record(
      file: Array(answer.report.workflow(seed: seed).utf8), as: "workflow.yaml", mediaType: "application/yaml")
    try writer.record(
      file: Array(JSONForm.line.encode(answer.report)), as: "report.json", mediaType: "application/json")
    try writer.record(file: Array(AutopilotPage(answer.report).html.utf8), as: "report.html", mediaType: "text/html")
    for (metric, value) in answer.metrics { writer.record(metric, value, step: step) }
    try writer.saveCheckpoint(answer.checkpoint.safetensors(), step: step, best: true)
  }
}

extension AutopilotReport {
  private static let artifact = "report.json"

  /// What a run came to; nil for a run of another kind, and before its end.
  package init?(of record: RunRecord, in store: Store) throws {
    guard record.isDescribed, record.description.kind == .autopilot,
      let artifact = record.artifacts.last(where: { $0.name == Self.artifact })
    else { return nil }
    self = try JSONForm.line.decode(Self.self, from: Data(try store.artifactBytes(artifact)))
  }
}
