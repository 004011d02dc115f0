import Telemetry
import Tracker

/// The differences between a run and its rerun: name, step and bit pattern of every point, the episodes, the findings and the
/// last checkpoint. Use it to check that something is reproducible.
///
/// ```swift
/// import Tracker
///
/// func areIdentical(_ a: String, _ b: String, in store: Store) throws -> Bool {
///   try RunDifference(between: store.load(a), and: store.load(b)).first == nil
/// }
/// ```
///
/// `time/*`, `system/*`, what is found in them, and wall times are left out. Of a run that did not finish, only what it
/// recorded is looked for in the rerun.
public struct RunDifference: Sendable, Hashable {
  /// The first difference in the order of steps, in words; nil where the runs are the same.
  public private(set) var first: String?
  public private(set) var pointsCompared = 0
  public private(set) var episodesCompared = 0
  /// Whether both runs have a checkpoint of the same last step.
  public private(set) var comparedCheckpoint = false

  private var firstStep = Int.max
  private let isPartial: Bool

  public init(between run: RunRecord, and rerun: RunRecord) { self.init(between: run, and: rerun) { _, _ in false } }

  /// `areSame` compares what two checkpoints of different bytes hold, which differ if programs of different ages wrote them.
  package init(
    between run: RunRecord, and rerun: RunRecord, areSame: (CheckpointRecord, CheckpointRecord) throws -> Bool
  ) rethrows {
    isPartial = run.status != .finished
    compareSeries(run, rerun)
    compareEpisodes(run, rerun)
    compareFindings(run, rerun)
    compareRewinds(run, rerun)
    guard first == nil, let last = run.lastCheckpoint, let other = rerun.lastCheckpoint, last.step == other.step
    else { return }
    comparedCheckpoint = true
    if last.sha256 != other.sha256, try !areSame(last, other) {
      note(last.step, "the checkpoint of step \(last.step) has SHA-256 \(last.sha256), in the rerun \(other.sha256)")
    }
  }

  /// Of nothing yet.
  package init() { isPartial = false }

  /// Takes in the differences of a part, called `name`.
  package mutating func add(_ part: RunDifference, named name: String) {
    if first == nil, let theirs = part.first { note("\(name): \(theirs)") }
    pointsCompared += part.pointsCompared
    episodesCompared += part.episodesCompared
    comparedCheckpoint = comparedCheckpoint || part.comparedCheckpoint
  }

  /// The first difference, where none is known.
  package mutating func note(_ text: String) { if first == nil { first = text } }

  private mutating func note(_ step: Int, _ text: String) {
    if first == nil || step < firstStep { (first, firstStep) = (text, step) }
  }

  private mutating func compareSeries(_ run: RunRecord, _ rerun: RunRecord) {
    let names = Set((run.series + rerun.series).map(\.metric).filter { !$0.isOfTime })
    for metric in names.sorted(by: { $0.name < $1.name }) {
      let (a, b) = (run.series(metric) ?? Series(metric: metric), rerun.series(metric) ?? Series(metric: metric))
      for index in 0..<max(a.steps.count, b.steps.count) {
        if index >= a.steps.count {
          if !isPartial { note(b.steps[index], "\(metric) at step \(b.steps[index]): only the rerun has it") }
          break
        }
        let step = a.steps[index]
        if index >= b.steps.count || b.steps[index] != step {
          note(step, "\(metric) at step \(step): \(a.values[index]), the rerun has no such point")
          break
        }
        if a.values[index].bitPattern != b.values[index].bitPattern {
          note(step, "\(metric) at step \(step): \(a.values[index]), in the rerun \(b.values[index])")
          break
        }
        pointsCompared += 1
      }
    }
  }

  private mutating func compareEpisodes(_ run: RunRecord, _ rerun: RunRecord) {
    for index in 0..<max(run.episodes.count, rerun.episodes.count) {
      if index >= run.episodes.count {
        if !isPartial { note(rerun.episodes[index].step, "episode \(index + 1): only the rerun has it") }
        break
      }
      let a = run.episodes[index]
      guard index < rerun.episodes.count else {
        note(a.step, "episode \(index + 1) at step \(a.step): the rerun has no such episode")
        break
      }
      let b = rerun.episodes[index]
      if a.step != b.step || a.episode != b.episode {
        note(
          min(a.step, b.step),
          "episode \(index + 1): return \(a.episode.reward) at step \(a.step), in the rerun \(b.episode.reward) at step "
            + "\(b.step)")
        break
      }
      episodesCompared += 1
    }
  }

  private mutating func compareRewinds(_ run: RunRecord, _ rerun: RunRecord) {
    for index in 0..<max(run.rewinds.count, rerun.rewinds.count) {
      let (a, b) = (run.rewinds.dropFirst(index).first, rerun.rewinds.dropFirst(index).first)
      if a == nil, isPartial { return }
      if a?.rewind == b?.rewind, a?.step == b?.step { continue }
      return note(
        min(a?.step ?? .max, b?.step ?? .max),
        "rewind \(index + 1) is \(a.map(Self.words) ?? "not there"), in the rerun \(b.map(Self.words) ?? "not there")")
    }
  }

  private static func words(_ resume: ResumeRecord) -> String {
    "to step \(resume.step) for \(resume.rewind.map { "\($0.finding.rule) at step \($0.finding.step)" } ?? "nothing")"
  }

  private func findings(of record: RunRecord) -> [Finding] {
    record.findings.map(\.finding).filter { !$0.isOfTime }.map { finding in
      var told = finding
      // Its words are the program's, and its numbers stand in the series.
      (told.evidence, told.meaning, told.advice) = ("", "", "")
      // How long one went on is told at the end, which a partial run does not have.
      if isPartial { told.lastStep = told.step }
      return told
    }
  }

  private mutating func compareFindings(_ run: RunRecord, _ rerun: RunRecord) {
    let (a, b) = (findings(of: run), findings(of: rerun))
    let common = zip(a, b).prefix { $0 == $1 }.count
    if common < a.count {
      note(a[common].step, "the finding \(a[common].rule) at step \(a[common].step) is not in the rerun")
    } else if common < b.count, !isPartial {
      note(b[common].step, "the finding \(b[common].rule) at step \(b[common].step) is only in the rerun")
    }
  }
}
