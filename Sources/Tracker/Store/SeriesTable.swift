import Telemetry

/// The ids under which a log's points name their series.
struct SeriesTable {
  private var ids: [Metric: Int64] = [:]
  private var next: Int64 = 0
  /// Trainers record the same metrics in the same order again and again, so the series that followed one last time is
  /// tried first; that spares the hashing of a name.
  private var followers: [(metric: Metric, id: Int64)?] = []
  private var last = 0

  init() {}

  /// The series of a log that goes on; ids from `next` on are free.
  init(_ ids: [Metric: Int64], next: Int64) {
    self.ids = ids
    self.next = next
    followers = Array(repeating: nil, count: Int(next))
  }

  /// The id of `metric`, nil if it has none yet.
  mutating func find(_ metric: Metric) -> Int64? {
    if last < followers.count, let follower = followers[last], follower.metric == metric {
      last = Int(follower.id)
      return follower.id
    }
    guard let id = ids[metric] else { return nil }
    if last < followers.count { followers[last] = (metric, id) }
    last = Int(id)
    return id
  }

  /// Gives `metric` the next id.
  mutating func add(_ metric: Metric) -> Int64 {
    defer { next += 1 }
    ids[metric] = next
    followers.append(nil)
    return next
  }
}
