import Telemetry

/// A metric point on its way to a block.
struct Point {
  var series: Int64
  var step: Int64
  var time: Int64
  var value: Double
}

extension [Point] {
  /// The payload of a Metrics frame: the count, then the columns series, steps, times, values.
  func encode(into bytes: inout [UInt8]) {
    withUnsafeBufferPointer { points in
      bytes.append(varint: UInt64(points.count))
      bytes.appendRuns(points.count) { points[$0].series }
      bytes.appendRuns(points.count) { points[$0].step }
      bytes.appendDifferences(points.count) { points[$0].time }
      bytes.appendPlain(points.count) { points[$0].value }
    }
  }
}

/// A Metrics frame's points as columns of equal length, in the order of recording.
struct PointColumns {
  private(set) var series: [Int64] = []
  private(set) var steps: [Int] = []
  private(set) var times: [Int64] = []
  private(set) var values: [Double] = []

  var count: Int { values.count }

  /// Replaces the columns by the payload's.
  mutating func decode(_ bytes: [UInt8], _ range: Range<Int>) throws(DecodingFailure) {
    var reader = ByteReader(bytes, range)
    let count = try reader.count()
    // Every point takes eight bytes for its value, so a senseless count cannot ask for senseless memory.
    guard count <= reader.remaining / 8 else { throw DecodingFailure() }
    try reader.integers(count, into: &series)
    try reader.integers(count, into: &steps)
    try reader.integers(count, into: &times)
    try reader.floats(count, into: &values)
    try reader.finish()
  }
}

extension [RecordedEpisode] {
  /// The payload of an Episodes frame: the count, the columns steps and times, a byte an episode (the phase, plus 128
  /// for a truncated one), the columns lengths and rewards.
  func encode(into bytes: inout [UInt8]) {
    withUnsafeBufferPointer { episodes in
      bytes.append(varint: UInt64(episodes.count))
      bytes.appendRuns(episodes.count) { Int64(episodes[$0].step) }
      bytes.appendDifferences(episodes.count) { episodes[$0].wallTime }
      for recorded in episodes { bytes.append(recorded.kind) }
      bytes.appendDifferences(episodes.count) { Int64(episodes[$0].episode.length) }
      bytes.appendPlain(episodes.count) { episodes[$0].episode.reward }
    }
  }

  /// The same, in less room and more time.
  func encodeShortest(into bytes: inout [UInt8]) {
    bytes.append(varint: UInt64(count))
    bytes.appendShortest(map { Int64($0.step) })
    bytes.appendShortest(map(\.wallTime))
    for recorded in self { bytes.append(recorded.kind) }
    bytes.appendShortest(map { Int64($0.episode.length) })
    bytes.appendShortest(map(\.episode.reward))
  }

  /// Appends the payload's episodes, or none if it is not one.
  mutating func decode(_ bytes: [UInt8], _ range: Range<Int>) throws(DecodingFailure) {
    var reader = ByteReader(bytes, range)
    let count = try reader.count()
    // Every episode takes a byte, so a senseless count cannot ask for senseless memory.
    guard count <= reader.remaining else { throw DecodingFailure() }
    var (steps, times, lengths, rewards) = ([Int](), [Int64](), [Int](), [Double]())
    try reader.integers(count, into: &steps)
    try reader.integers(count, into: &times)
    let kinds = Array<UInt8>(bytes[try reader.take(count)])
    try reader.integers(count, into: &lengths)
    try reader.floats(count, into: &rewards)
    try reader.finish()
    guard kinds.allSatisfy({ Episode.Phase(rawValue: $0 & 0x7F) != nil }) else { throw DecodingFailure() }
    for i in 0..<count {
      let episode = Episode(
        phase: Episode.Phase(rawValue: kinds[i] & 0x7F)!, reward: rewards[i], length: lengths[i],
        truncated: kinds[i] >= 0x80)
      append(RecordedEpisode(episode: episode, step: steps[i], wallTime: times[i]))
    }
  }
}

extension RecordedEpisode {
  fileprivate var kind: UInt8 { episode.phase.rawValue | (episode.truncated ? 0x80 : 0) }
}
