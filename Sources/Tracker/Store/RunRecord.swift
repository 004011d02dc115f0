import Settings
import Telemetry

/// Everything a log says about a run: what readers work on. Load one to plot, compare or check a run in a program.
///
/// ```swift
/// import Telemetry
///
/// let store = try Store(path: "runs", create: true)
/// if let id = try? store.find("latest") {
///   let run = try store.load(id)
///   print(run.description.subject, run.status, run.lastStep)
///   if let rewards = run.series("rollout/ep_rew_mean") { print(zip(rewards.steps, rewards.values).map { "\($0): \($1)" }) }
/// }
/// ```
public struct RunRecord: Sendable {
  public var id: String
  /// What was known at the start, with the name it has now.
  public var description: RunDescription
  public var status: RunStatus
  /// Unix time in microseconds; nil while there is no Finish frame.
  public var end: Int64?
  /// Why it ended as it did, where there is something to say (`failed`).
  public var message: String?
  /// Tags given at the start and later; a later value wins.
  public var tags: [String: String]
  public var notes: [String]
  /// Every metric's points in the order of recording, sorted by metric name.
  public var series: [Series]
  public var episodes: [RecordedEpisode]
  public var findings: [RecordedFinding]
  public var histograms: [RecordedHistogram]
  /// Files kept with the run; a later one of a name stands for an earlier.
  public var artifacts: [ArtifactRecord]
  public var checkpoints: [CheckpointRecord]
  /// Those whose files the run keeps: the last two, the best, and the last four milestones.
  public var keptCheckpoints: [CheckpointRecord]
  public var resumes: [ResumeRecord]
  /// Whether the run has gone on beyond an end that its last checkpoint may tell of: it was extended from there, or went
  /// back there because of a finding.
  package var goesBeyondLastCheckpoint = false
  /// When nobody worked on the run, in order: from what a resumed run went on from until it did. Unix time in microseconds.
  package var pauses: [Range<Int64>] = []
  public var condition: LogCondition
  /// False when the log ends, or is damaged, before its description: then `description` is empty but for the experiment.
  public var isDescribed: Bool
  /// Its user has hidden it.
  public var isDeleted: Bool
  /// What its user says of it at length; nil where they have not. Notes are beside it.
  public var text: String?
  /// Parameters that were set after the start.
  public var laterParameters: [String: HyperparameterValue] = [:]
  /// nil outside a git repository.
  public var codeState: CodeState?

  package init(id: String, description: RunDescription) {
    self.id = id
    self.description = description
    status = .running
    tags = description.tags
    notes = []
    series = []
    episodes = []
    findings = []
    histograms = []
    artifacts = []
    checkpoints = []
    keptCheckpoints = []
    resumes = []
    condition = .sound
    isDescribed = true
    isDeleted = false
  }

  public func series(_ metric: Metric) -> Series? { series.first { $0.metric == metric } }
  public func last(_ metric: Metric) -> Double? { series(metric)?.values.last }

  /// The last step something was recorded at.
  public var lastStep: Int { series.compactMap(\.steps.last).max() ?? 0 }

  /// Takes in a finding; one that goes on takes the place of its first telling.
  mutating func record(_ told: RecordedFinding) {
    let goesOn = told.finding.lastStep > told.finding.step
    let earlier = goesOn ? findings.lastIndex { $0.finding.identity == told.finding.identity } : nil
    if let earlier { findings[earlier].finding = told.finding } else { findings.append(told) }
  }

  /// The hyperparameters it began with and those that were set later.
  public var hyperparameters: [String: HyperparameterValue] {
    description.hyperparameters.merging(laterParameters) { first, _ in first }
  }

  /// The hyperparameters, with the budget where it is one of them.
  public var parameters: [String: HyperparameterValue] {
    var values = hyperparameters
    if let name = description.budgetParameter { values[name] = .integer(budget) }
    return values
  }

  /// The newest checkpoint that can be resumed from.
  public var lastCheckpoint: CheckpointRecord? { keptCheckpoints.last }
  /// The checkpoint of the best evaluation.
  public var bestCheckpoint: CheckpointRecord? { keptCheckpoints.last { $0.best } }
  /// Where the run went back because of a finding, in order.
  public var rewinds: [ResumeRecord] { resumes.filter { $0.rewind != nil } }
  /// Steps asked for, by the last Resume if there is one.
  public var budget: Int { resumes.last?.steps ?? description.budget }
}

/// How a run stands, or how it ended.
///
/// ```swift
/// func unfinished(in store: Store) throws -> [RunRecord] {
///   try store.runs().filter { [.interrupted, .crashed].contains($0.status) }
/// }
/// ```
public enum RunStatus: String, Sendable, CaseIterable {
  /// A writer holds the lock.
  case running
  case finished
  /// Stopped by its user; can be resumed.
  case interrupted
  case failed
  /// Recorded in parts, none of which is being written, and not finished.
  case open
  /// Neither a Finish frame nor a lock.
  case crashed
}

/// The points of one metric, columns of equal length.
///
/// ```swift
/// func best(of series: Series) -> (step: Int, value: Double)? {
///   zip(series.steps, series.values).max { $0.1 < $1.1 }
/// }
/// ```
public struct Series: Sendable, Hashable {
  public var metric: Metric
  public var steps: [Int]
  /// Unix time in microseconds.
  public var wallTimes: [Int64]
  public var values: [Double]

  package init(metric: Metric, steps: [Int] = [], wallTimes: [Int64] = [], values: [Double] = []) {
    self.metric = metric
    self.steps = steps
    self.wallTimes = wallTimes
    self.values = values
  }
}

/// An episode as a run's log has it: with the step at which it ended, and when.
///
/// ```swift
/// import Telemetry
///
/// func evaluationReturns(of run: RunRecord) -> [Double] {
///   run.episodes.map(\.episode).filter { $0.phase == .final }.map(\.reward)
/// }
/// ```
public struct RecordedEpisode: Sendable, Hashable {
  public var episode: Episode
  public var step: Int
  /// Unix time in microseconds.
  public var wallTime: Int64

  package init(episode: Episode, step: Int, wallTime: Int64) {
    self.episode = episode
    self.step = step
    self.wallTime = wallTime
  }
}

/// A debugger finding as a run's log has it.
///
/// ```swift
/// import Telemetry
///
/// func errors(of run: RunRecord) -> [String] {
///   run.findings.map(\.finding).filter { $0.severity == .error }.map { "\($0.rule) at step \($0.step)" }
/// }
/// ```
public struct RecordedFinding: Sendable, Hashable {
  public var finding: Finding
  /// Unix time in microseconds.
  public var wallTime: Int64

  package init(finding: Finding, wallTime: Int64) {
    self.finding = finding
    self.wallTime = wallTime
  }
}

/// A checkpoint file that the log vouches for: its size and digest are recorded, and checked when it is read.
///
/// ```swift
/// func bestCheckpoint(of id: String, in store: Store) throws -> [UInt8]? {
///   guard let checkpoint = try store.load(id).bestCheckpoint else { return nil }
///   return try store.checkpointBytes(id, checkpoint)
/// }
/// ```
public struct CheckpointRecord: Sendable, Hashable {
  public var step: Int
  /// The file's name in the run's `checkpoints` folder.
  public var file: String
  public var size: Int
  /// Lower-case hexadecimal.
  public var sha256: String
  /// The best evaluation so far.
  public var best: Bool
  /// One a training may be rewound to: saved at a step that the plan decides alone, with every number in it finite.
  public var milestone: Bool
  /// Unix time in microseconds.
  public var wallTime: Int64

  package init(
    step: Int, file: String, size: Int, sha256: String, best: Bool, milestone: Bool = false, wallTime: Int64
  ) {
    self.step = step
    self.file = file
    self.size = size
    self.sha256 = sha256
    self.best = best
    self.milestone = milestone
    self.wallTime = wallTime
  }
}

/// A resume: the run went on from a checkpoint; what was recorded after that checkpoint and before this frame is hidden.
///
/// ```swift
/// func interruptions(of run: RunRecord) -> Int { run.resumes.count - run.rewinds.count }
/// ```
public struct ResumeRecord: Sendable, Hashable {
  /// The checkpoint's file, nil when the run started again from step 0.
  public var checkpoint: String?
  public var step: Int
  /// The budget from here on.
  public var steps: Int
  /// Why and with what changes, where the run itself went back because of a finding.
  package var rewind: Rewind?
  /// Whether the run had finished, or was given a greater budget: it goes on beyond its end.
  public var isExtension = false
  /// Unix time in microseconds.
  public var wallTime: Int64

  package init(checkpoint: String?, step: Int, steps: Int, rewind: Rewind? = nil, wallTime: Int64) {
    self.checkpoint = checkpoint
    self.step = step
    self.steps = steps
    self.rewind = rewind
    self.wallTime = wallTime
  }
}
