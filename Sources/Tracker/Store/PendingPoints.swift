import Telemetry

/// Points and episodes in memory, on their way into the log's next frames.
struct PendingPoints {
  /// Of either, unless a writer wants fewer.
  static let capacity = 8_192
  /// Bytes that wait for a disk that takes none; beyond it, new points are dropped and counted.
  static let overfull = 16 << 20

  private var points: [Point] = []
  private var episodes: [RecordedEpisode] = []
  /// Points and episodes thrown away because the disk took nothing for too long, and not told of yet.
  private var dropped = 0

  /// Of points, and of episodes, at most; more are written.
  private let capacity: Int

  init(capacity: Int = Self.capacity) {
    self.capacity = capacity
    // Small ones, of which there are many, take their memory as they need it.
    guard capacity == Self.capacity else { return }
    points.reserveCapacity(capacity)
    episodes.reserveCapacity(capacity)
  }

  var isFull: Bool { points.count >= capacity || episodes.count >= capacity }

  mutating func append(_ point: Point) { points.append(point) }
  mutating func append(_ episode: RecordedEpisode) { episodes.append(episode) }

  /// Frames what has been gathered.
  mutating func drain(into log: inout LogWriter) {
    let isOverfull = log.pendingSize > Self.overfull
    if !points.isEmpty {
      if isOverfull { dropped += points.count } else { log.append(.metrics) { points.encode(into: &$0) } }
      points.removeAll(keepingCapacity: true)
    }
    if !episodes.isEmpty {
      if isOverfull { dropped += episodes.count } else { log.append(.episodes) { episodes.encode(into: &$0) } }
      episodes.removeAll(keepingCapacity: true)
    }
  }

  /// How many were dropped since the last call.
  mutating func takeDropped() -> Int {
    defer { dropped = 0 }
    return dropped
  }
}
