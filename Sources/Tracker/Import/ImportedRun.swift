import Telemetry

/// What a file of another tracker says about a run, and what of it could not be read.
public struct ImportedRun: Sendable, Hashable {
  /// Sorted by metric name; points in the file's order.
  public var series: [Series]
  public var episodes: [RecordedEpisode]
  /// In the file's order.
  public var histograms: [RecordedHistogram]
  /// What was passed over, and where, a sentence each.
  public var losses: [String]
  /// The environment's id where the file names it.
  public var environment: String?

  init(
    series: [Series] = [], episodes: [RecordedEpisode] = [], histograms: [RecordedHistogram] = [],
    losses: [String] = [], environment: String? = nil
  ) {
    self.series = series.sorted { $0.metric.name < $1.metric.name }
    self.episodes = episodes
    self.histograms = histograms
    self.losses = losses
    self.environment = environment
  }

  public var pointCount: Int { series.reduce(0) { $0 + $1.values.count } }
  /// Unix time in microseconds of the first thing recorded.
  public var start: Int64 { (series.compactMap { $0.wallTimes.min() } + otherTimes).min() ?? 0 }
  /// Unix time in microseconds of the last thing recorded.
  public var end: Int64 { (series.compactMap { $0.wallTimes.max() } + otherTimes).max() ?? 0 }
  /// The last step anything was recorded at.
  public var lastStep: Int {
    max(0, (series.compactMap { $0.steps.max() } + episodes.map(\.step) + histograms.map(\.step)).max() ?? 0)
  }
  private var otherTimes: [Int64] { episodes.map(\.wallTime) + histograms.map(\.wallTime) }

  /// The run in `bytes`, by what the file is: event files begin with a record, monitor files with `#`, the rest is CSV.
  ///
  /// `modified`: Unix time in microseconds, for files that do not say when.
  public init(_ bytes: [UInt8], path: String, modified: Int64) throws(ImportError) {
    if bytes.first == UInt8(ascii: "#") {
      self = try MonitorFile.read(bytes, path: path)
    } else if EventFile.isOne(bytes) {
      self = try EventFile.read(bytes, path: path)
    } else {
      self = try ProgressFile.read(bytes, path: path, modified: modified)
    }
  }

  /// Joins what several files say of one run; of a metric that two have, the points follow each other by time.
  mutating func merge(_ other: ImportedRun) {
    var byMetric = Dictionary(series.map { ($0.metric, $0) }) { first, _ in first }
    for series in other.series {
      guard let mine = byMetric[series.metric] else {
        byMetric[series.metric] = series
        continue
      }
      let (first, second) =
        (mine.wallTimes.first ?? 0) <= (series.wallTimes.first ?? 0) ? (mine, series) : (series, mine)
      byMetric[series.metric] = Series(
        metric: series.metric, steps: first.steps + second.steps, wallTimes: first.wallTimes + second.wallTimes,
        values: first.values + second.values)
    }
    self = ImportedRun(
      series: Array(byMetric.values), episodes: episodes + other.episodes,
      histograms: histograms + other.histograms, losses: losses + other.losses,
      environment: environment ?? other.environment)
  }

  /// Joins several files of one run, in the order given.
  public init(joining runs: [ImportedRun]) {
    self.init()
    for run in runs { merge(run) }
  }
}

/// Points of many metrics as they come, a series each, and histograms.
struct SeriesCollector {
  private(set) var series: [Series] = []
  var histograms: [RecordedHistogram] = []
  private var places: [String: Int] = [:]

  mutating func add(_ name: String, step: Int, wallTime: Int64, value: Double) {
    let place: Int
    if let known = places[name] {
      place = known
    } else {
      place = series.count
      places[name] = place
      series.append(Series(metric: Metric(name)))
    }
    series[place].steps.append(step)
    series[place].wallTimes.append(wallTime)
    series[place].values.append(value)
  }
}

/// Unix seconds as microseconds; nil beyond what those hold.
func microseconds(_ seconds: Double) -> Int64? { Int64(exactly: (seconds * 1e6).rounded()) }
