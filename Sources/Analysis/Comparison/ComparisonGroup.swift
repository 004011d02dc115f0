import Formats
import Telemetry
import Tracker

extension Comparison {
  /// Runs that differ by their seed only, and their scores; lists are by seed.
  package struct Group: Sendable, Codable, Hashable {
    /// A short name by what differs between the groups, `ppo gamma=0.9`; no two groups share one.
    package var label: String
    package var agent: String
    package var environment: String
    package var configurationHash: String
    /// The experiments the runs are of, each once.
    package var experiments: [String]
    package var runs: [String]
    package var seeds: [UInt64]
    package var scores: [Double]
    package var mean: Double
    /// Over n − 1; nil for one run.
    @NullWritten package var std: Double?
    package var median: Double
    /// Interquartile mean: the mean without the ⌊n/4⌋ lowest and highest scores.
    package var iqm: Double
    /// 95 % percentile bootstrap interval over runs; nil for fewer than four seeds, which tell nothing of it.
    @NullWritten package var iqmLow: Double?
    @NullWritten package var iqmHigh: Double?
    package var min: Double
    package var max: Double
    /// The median over runs of the last `time/fps`.
    @NullWritten package var stepsPerSecond: Double?
    /// The median over runs of the time from start to end.
    @NullWritten package var seconds: Double?
    /// The mean over runs of the area under the learning curve divided by the steps it spans.
    @NullWritten package var areaUnderCurve: Double?
    /// The score that `reached`, `stepsToThreshold` and `secondsToThreshold` are about.
    @NullWritten package var threshold: Double?
    /// The number of runs whose learning curve comes to the threshold.
    package var reached: Int
    /// The median over all runs; nil where half of them or more have not reached it.
    @NullWritten package var stepsToThreshold: Double?
    /// The median over all runs of the time from the start; nil where half of them or more have not reached it.
    @NullWritten package var secondsToThreshold: Double?

    /// The number of runs.
    package var count: Int { runs.count }
    /// The number of different seeds.
    package var seedCount: Int { Set(seeds).count }
    /// Fewer than five seeds.
    package var isSmall: Bool { seedCount < 5 }
    /// Whether there are seeds enough for an interval.
    var hasInterval: Bool { seedCount >= Comparison.fewestSeedsOfInterval }

    init(
      _ key: GroupKey, named label: String, of members: [(record: RunRecord, score: Double)], curve: Metric,
      threshold: Double?,
      _ bootstrap: Bootstrap
    ) {
      let members = members.sorted {
        ($0.record.description.seed, $0.record.id) < ($1.record.description.seed, $1.record.id)
      }
      self.label = label
      (agent, environment, configurationHash) = (key.agent, key.environment, key.configurationHash)
      experiments = Set(members.map(\.record.description.experiment)).sorted()
      runs = members.map(\.record.id)
      seeds = members.map(\.record.description.seed)
      let scores = members.map(\.score)
      self.scores = scores
      let statistics = SeedStatistics(scores, seeds: seeds)
      (mean, std, iqm) = (statistics.mean, statistics.std, statistics.iqm)
      median = Formats.median(scores)
      let interval = statistics.interval(bootstrap, of: interquartileMean)
      (iqmLow, iqmHigh) = (interval?.low, interval?.high)
      min = scores.min() ?? .nan
      max = scores.max() ?? .nan
      let rates = members.compactMap { $0.record.last(.timeFPS) }
      stepsPerSecond = rates.isEmpty ? nil : Formats.median(rates)
      let seconds = members.compactMap { member in
        member.record.end == nil ? nil : member.record.activeSeconds
      }
      self.seconds = seconds.isEmpty ? nil : Formats.median(seconds)
      let speeds = members.map(\.record).compactMap { record in
        LearningSpeed(record.series(curve), elapsed: record.activeMicroseconds)
      }
      let areas = speeds.compactMap(\.area)
      areaUnderCurve = areas.isEmpty ? nil : Formats.mean(areas)
      let threshold = speeds.isEmpty ? nil : threshold
      self.threshold = threshold
      let reached = threshold.map { threshold in speeds.compactMap { $0.reaches(threshold) } } ?? []
      self.reached = reached.count
      stepsToThreshold = medianReached(reached.map(\.steps), of: members.count)
      secondsToThreshold = medianReached(reached.map(\.seconds), of: members.count)
    }
  }
}
