import Analysis
import Settings
import Telemetry
import Tracker

/// A run as JSON: all that `show` prints.
struct RunDetails: Encodable {
  struct Extent: Encodable {
    var last: Double
    /// Of the finite values.
    var min: Double?
    var max: Double?
    var points: Int
    var step: Int
  }
  struct Damage: Encodable {
    var segment: Int
    var offset: Int
    var reason: String
  }
  struct Checkpoint: Encodable {
    var step: Int
    var file: String
    var size: Int
    var sha256: String
    var best: Bool
  }
  struct Artifact: Encodable {
    var name: String
    var size: Int
    var sha256: String
    var mediaType: String?
  }
  struct Code: Encodable {
    var commit: String?
    /// Whether files differed from the commit.
    var dirty: Bool
    /// The artifact with the difference.
    var diff: String?
    /// Whether the difference was too long to be kept whole.
    var cut: Bool
  }
  /// A score over the folds of a fit, with its 95 % interval.
  struct FoldInterval: Encodable {
    var mean: Double
    var low: Double?
    var high: Double?
    var folds: Int
  }
  struct Resumed: Encodable {
    var checkpoint: String?
    var step: Int
    var steps: Int
    /// nil where somebody resumed it; else why and with what changes the run went back by itself.
    var rewind: Rewind?
    /// ISO 8601 in UTC.
    var wallTime: String
  }

  var summary: RunSummary
  var settings: [String: HyperparameterValue]
  var surroundings: Surroundings
  /// `sound`, `torn` or `damaged`.
  var log: String
  var damage: [Damage]
  var checkpoints: [Checkpoint]
  var artifacts: [Artifact]
  var resumes: [Resumed]
  var findings: [Finding]
  var episodes: [String: Int]
  var metrics: [String: Extent]
  /// The machine's, `system/*`; nil where none were recorded.
  var system: [String: Extent]?
  /// By the score's name; nil for what has no folds.
  var folds: [String: FoldInterval]?
  var code: Code?

  init(_ record: RunRecord) {
    summary = RunSummary(record)
    settings = record.description.protocolSettings
    surroundings = record.description.surroundings
    switch record.condition {
    case .sound: (log, damage) = ("sound", [])
    case .torn(let segment, let offset):
      (log, damage) = (
        "torn", [Damage(segment: segment, offset: offset, reason: "the log ends early, as after a crash")]
      )
    case .damaged(let places):
      (log, damage) = ("damaged", places.map { Damage(segment: $0.segment, offset: $0.offset, reason: $0.reason) })
    }
    checkpoints = record.keptCheckpoints.map {
      Checkpoint(step: $0.step, file: $0.file, size: $0.size, sha256: $0.sha256, best: $0.best)
    }
    artifacts = record.artifacts.latest.map {
      Artifact(name: $0.name, size: $0.size, sha256: $0.sha256, mediaType: $0.mediaType)
    }
    code = record.codeState.map { Code(commit: $0.commit, dirty: $0.isDirty, diff: $0.diff, cut: $0.isDiffCut) }
    resumes = record.resumes.map {
      Resumed(
        checkpoint: $0.checkpoint, step: $0.step, steps: $0.steps, rewind: $0.rewind,
        wallTime: isoTime($0.wallTime))
    }
    findings = record.findings.map(\.finding)
    episodes = [:]
    for phase in Episode.Phase.allCases {
      episodes[phase.word] = record.episodes.count { $0.episode.phase == phase }
    }
    folds = Self.folds(record)
    metrics = Self.extents(of: record.series.filter { !$0.metric.isOfSystem })
    let system = Self.extents(of: record.series.filter(\.metric.isOfSystem))
    self.system = system.isEmpty ? nil : system
  }

  private static func extents(of series: [Series]) -> [String: Extent] {
    series.reduce(into: [:]) { extents, series in
      guard let last = series.values.last, let step = series.steps.last else { return }
      let finite = series.values.filter(\.isFinite)
      extents[series.metric.name] = Extent(
        last: last, min: finite.min(), max: finite.max(), points: series.values.count, step: step)
    }
  }

  private static func folds(_ record: RunRecord) -> [String: FoldInterval]? {
    guard record.series(.foldTestRows) != nil else { return nil }
    let counts: Set<Metric> = [.foldTestRows, .foldTrainingRows, .foldEpochs]
    var folds: [String: FoldInterval] = [:]
    for metric in record.series.map(\.metric) where metric.name.hasPrefix("fold/") && !counts.contains(metric) {
      let name = String(metric.name.dropFirst("fold/".count))
      guard let scores = FoldScores(record, name) else { continue }
      let mean = scores.mean95
      folds[name] = FoldInterval(mean: mean.mean, low: mean.low, high: mean.high, folds: scores.values.count)
    }
    return folds
  }
}
