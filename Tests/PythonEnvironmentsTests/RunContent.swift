import Tracker

/// Points by metric but the times, and episodes.
func pointsAndEpisodes(_ record: RunRecord) -> [String] {
  record.series.filter { !$0.metric.name.hasPrefix("time/") }.flatMap { series in
    zip(series.steps, series.values).map { "\(series.metric) at \($0): \($1.bitPattern)" }
  } + record.episodes.map { "\($0.episode) at \($0.step)" }
}
