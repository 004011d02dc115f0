import Formats
import Telemetry
import Tracker

/// Where the time of a run went, phase by phase, and the iterations that took much longer than the others.
package struct RunProfile: Sendable, Hashable, Codable {
  /// A part of every iteration.
  package struct Phase: Sendable, Hashable, Codable {
    /// As in `time/NAME`.
    package var name: String
    /// Over the whole run.
    package var seconds: Double
    /// Of the sum over the phases.
    package var share: Double
    /// Iterations that had it.
    package var count: Int
    /// Seconds of one iteration.
    package var median: Double
    package var percentile95: Double
    package var longest: Double
  }

  /// An iteration that took at least `outlierFactor` times the median, evaluations and checkpoints left out.
  package struct Outlier: Sendable, Hashable, Codable {
    /// At which it ended.
    package var step: Int
    package var seconds: Double
    /// The median iteration's.
    package var usual: Double
    /// The phase that was longest beyond its own median.
    package var phase: String
    /// Whether nothing went on for `stallSeconds` and more.
    package var isStall: Bool
  }

  package var run: String
  package var steps: Int
  package var iterations: Int
  /// The sum over the phases.
  package var seconds: Double
  /// Of it, what the thread did not run: it waited for a processor, other threads, or the disk.
  package var waiting: Double?
  /// The longest first.
  package var phases: [Phase]
  /// The longest first.
  package var outliers: [Outlier]

  package static let outlierFactor = 5.0
  /// Shorter iterations are no outliers, whatever the others take: a scheduler's time slices are about that long.
  package static let shortestOutlier = 0.02
  package static let stallSeconds = 30.0

  private static let names = [
    "environment", "policy", "update", "logging", "evaluation", "checkpoint", "other",
  ]
  /// These come now and then; an iteration with them is no outlier for it.
  private static let occasional: Set<String> = ["evaluation", "checkpoint"]

  /// nil where the run has no times of phases.
  package init?(_ record: RunRecord) {
    let series = Self.names.compactMap { name in
      record.series(Metric("time/" + name)).map { (name: name, series: $0) }
    }
    .filter { !$0.series.values.isEmpty }
    guard let iterations = series.map(\.series.values.count).max() else { return nil }
    let total = series.reduce(0) { $0 + $1.series.values.reduce(0, +) }
    run = record.id
    steps = record.lastStep
    self.iterations = iterations
    seconds = total
    waiting = record.series(.timeWaiting).map { $0.values.reduce(0, +) }
    phases = series.map { name, series in
      let (sum, sorted) = (series.values.reduce(0, +), series.values.sorted())
      return Phase(
        name: name, seconds: sum, share: total > 0 ? sum / total : 0, count: sorted.count,
        median: quantile(sorted, 0.5), percentile95: quantile(sorted, 0.95), longest: sorted.last!)
    }
    .sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
    outliers = Self.outliers(series.filter { !Self.occasional.contains($0.name) }, phases)
  }

  private static func outliers(_ series: [(name: String, series: Series)], _ phases: [Phase]) -> [Outlier] {
    let medians = Dictionary(uniqueKeysWithValues: phases.map { ($0.name, $0.median) })
    var iterations: [Int: [(name: String, seconds: Double)]] = [:]
    for (name, series) in series {
      for (step, value) in zip(series.steps, series.values) { iterations[step, default: []].append((name, value)) }
    }
    let durations = iterations.mapValues { $0.reduce(0) { $0 + $1.seconds } }
    let usual = quantile(durations.values.sorted(), 0.5)
    let limit = max(outlierFactor * usual, shortestOutlier)
    return durations.filter { $0.value >= limit }.map { step, seconds in
      let longest = iterations[step]!.max { $0.seconds - medians[$0.name]! < $1.seconds - medians[$1.name]! }!
      return Outlier(
        step: step, seconds: seconds, usual: usual, phase: longest.name, isStall: seconds >= stallSeconds)
    }
    .sorted { ($1.seconds, $0.step) < ($0.seconds, $1.step) }
  }
}
