import Telemetry
import Tracker

/// What a file of another tracker says about a run, and what of it could not be read.
package struct ImportedRun: Sendable, Hashable {
  /// Sorted by metric name; points in the file's order.
  package var series: [Series]
  package var episodes: [RecordedEpisode]
  /// In the file's order.
  package var histograms: [RecordedHistogram]
  /// What was passed over, and where, a sentence each.
  package var losses: [String]
  /// The environment's id where the file names it.
  package var environment: String?

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

  package var pointCount: Int { series.reduce(0) { $0 + $1.values.count } }
  /// Unix time in microseconds of the first thing recorded.
  package var start: Int64 { (series.compactMap { $0.wallTimes.min() } + otherTimes).min() ?? 0 }
  /// Unix time in microseconds of the last thing recorded.
  package var end: Int64 { (series.compactMap { $0.wallTimes.max() } + otherTimes).max() ?? 0 }
  /// The last step anything was recorded at.
  package var lastStep: Int {
    max(0, (series.compactMap { $0.steps.max() } + episodes.map(\.step) + histograms.map(\.step)).max() ?? 0)
  }
  private var otherTimes: [Int64] { episodes.map(\.wallTime) + histograms.map(\.wallTime) }

  /// What the series come from, which says how much is to be believed of a value and of a time.
  private(set) var source = Source.events
  /// The rows behind the series of a monitor file.
  private(set) var monitored: MonitorFile?

  enum Source: Hashable { case monitor, progress, evaluations, events }

  /// The run in `bytes`, by what the file is: event files begin with a record, monitor files with `#`, archives of
  /// evaluations as zip archives do; the rest is CSV.
  ///
  /// `modified`: Unix time in microseconds, for files that do not say when.
  package init(_ bytes: [UInt8], path: String, modified: Int64) throws(ImportError) {
    if bytes.first == UInt8(ascii: "#") {
      let file = try MonitorFile(bytes, path: path)
      self = MonitorFile.run(of: [file])
      (source, monitored) = (.monitor, file)
    } else if ZipArchive.isOne(bytes) {
      self = try EvaluationsFile.read(bytes, path: path, modified: modified)
      source = .evaluations
    } else if EventFile.isOne(bytes) {
      self = try EventFile.read(bytes, path: path)
    } else {
      self = try ProgressFile.read(bytes, path: path, modified: modified)
      source = .progress
    }
  }

  /// Joins several files of one run, those of a kind in the order given.
  ///
  /// Monitor files are of several environments: their episodes are merged by time. Points that files of different kinds
  /// share, as a logger writes them to `progress.csv` and to an event file, are one: with the value of the former, which
  /// has all digits, and the time of the latter. Of other series that two have, the points follow each other by time.
  package init(joining runs: [ImportedRun]) {
    self.init()
    let monitors = runs.compactMap(\.monitored)
    if !monitors.isEmpty { merge(MonitorFile.run(of: monitors)) }
    var progress = ImportedRun()
    for run in runs where run.source == .progress { progress.merge(run) }
    var events = ImportedRun()
    for run in runs where run.source == .events { events.merge(run) }
    unite(progress, datedBy: events)
    for run in runs where run.source == .evaluations { unite(run.dated(by: series), datedBy: ImportedRun()) }
  }

  /// Joins what several files say of one run; of a metric that two have, the points follow each other by time.
  private mutating func merge(_ other: ImportedRun) { join(other) { $0.following($1) } }

  /// Adds a file of one kind and its like of another: of what is the same in both, or here already, once.
  private mutating func unite(_ other: ImportedRun, datedBy dates: ImportedRun) {
    var united = other
    united.join(dates) { $0.united(with: $1, takingTimes: true) }
    join(united) { $0.united(with: $1, takingTimes: false) }
  }

  private mutating func join(_ other: ImportedRun, _ combine: (Series, Series) -> Series) {
    var byMetric = Dictionary(series.map { ($0.metric, $0) }) { first, _ in first }
    for series in other.series {
      byMetric[series.metric] = byMetric[series.metric].map { combine($0, series) } ?? series
    }
    self = ImportedRun(
      series: Array(byMetric.values), episodes: episodes + other.episodes,
      histograms: histograms + other.histograms, losses: losses + other.losses,
      environment: environment ?? other.environment)
  }

  /// With every step at the time at which `others` have reached it; as it is where they have no points.
  private func dated(by others: [Series]) -> ImportedRun {
    guard let clock = others.max(by: { $0.steps.count < $1.steps.count }), let end = clock.wallTimes.max() else {
      return self
    }
    let reached = zip(clock.steps, clock.wallTimes).sorted { $0 < $1 }
    func time(of step: Int) -> Int64 {
      let place = reached.partition { $0.0 >= step }
      return place < reached.count ? reached[place].1 : end
    }
    var run = self
    for index in run.series.indices { run.series[index].wallTimes = run.series[index].steps.map(time) }
    for index in run.episodes.indices { run.episodes[index].wallTime = time(of: run.episodes[index].step) }
    return run
  }
}

extension [(Int, Int64)] {
  /// The first place, of steps in rising order, for which the condition holds and from which on it does.
  fileprivate func partition(_ holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension Series {
  fileprivate func following(_ other: Series) -> Series {
    let (first, second) = (wallTimes.first ?? 0) <= (other.wallTimes.first ?? 0) ? (self, other) : (other, self)
    return Series(
      metric: metric, steps: first.steps + second.steps, wallTimes: first.wallTimes + second.wallTimes,
      values: first.values + second.values)
  }

  /// The points of both, those that are in both once, by time; `takingTimes`: those have the other's times.
  fileprivate func united(with other: Series, takingTimes: Bool) -> Series {
    var places: [Int: [Int]] = [:]
    for (place, step) in steps.enumerated() { places[step, default: []].append(place) }
    var result = self
    var isNew = false
    for (place, step) in other.steps.enumerated() {
      let value = other.values[place]
      if let candidates = places[step], let index = candidates.firstIndex(where: { Self.isSame(values[$0], value) }) {
        if takingTimes { result.wallTimes[candidates[index]] = other.wallTimes[place] }
        places[step]?.remove(at: index)
      } else {
        result.steps.append(step)
        result.wallTimes.append(other.wallTimes[place])
        result.values.append(value)
        isNew = true
      }
    }
    if !isNew { return result }
    let order = result.steps.indices.sorted { (result.wallTimes[$0], $0) < (result.wallTimes[$1], $1) }
    return Series(
      metric: metric, steps: order.map { result.steps[$0] }, wallTimes: order.map { result.wallTimes[$0] },
      values: order.map { result.values[$0] })
  }

  /// Equal but for what a float32 leaves of a number.
  private static func isSame(_ a: Double, _ b: Double) -> Bool {
    a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-6 * max(abs(a), abs(b)) || Float(a) == Float(b)
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

extension RunWriter {
  /// Records what was imported, and flushes.
  package func record(_ imported: ImportedRun) throws(StoreError) {
    try record(series: imported.series, episodes: imported.episodes, histograms: imported.histograms)
  }
}
