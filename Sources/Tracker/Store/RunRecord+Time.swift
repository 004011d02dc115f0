/// How long a run took: pauses between its being killed, interrupted or finished and its being resumed do not count.
extension RunRecord {
  /// Microseconds of work from the start to a moment in Unix time: what an uninterrupted run would have taken.
  public func activeMicroseconds(until time: Int64) -> Int64 {
    // Times in a damaged or foreign log may be anything.
    let active = pauses.reduce(Int128(time) - Int128(description.start)) { active, pause in
      active - max(0, Int128(min(time, pause.upperBound)) - Int128(pause.lowerBound))
    }
    return Int64(clamping: active)
  }

  /// Seconds of work from the start to the end; of a run that has no end, to its last point; nil before that.
  public var activeSeconds: Double? {
    (end ?? series.compactMap(\.wallTimes.last).max()).map { Double(activeMicroseconds(until: $0)) / 1e6 }
  }

  /// Of those, how many seconds came before the run was last resumed; after the last extension, if there was one.
  package var secondsBeforeResumption: Double {
    guard let resumption = resumes.last(where: { $0.rewind == nil }) else { return 0 }
    let start = resumes.last { $0.isExtension }?.wallTime ?? description.start
    return (Double(activeMicroseconds(until: resumption.wallTime)) - Double(activeMicroseconds(until: start))) / 1e6
  }
}

extension [Range<Int64>] {
  /// Joins a stretch to those before, none of which begins after it ends.
  mutating func join(_ stretch: Range<Int64>) {
    var joined = stretch
    while let last, last.upperBound >= joined.lowerBound {
      joined = Swift.min(last.lowerBound, joined.lowerBound)..<Swift.max(last.upperBound, joined.upperBound)
      removeLast()
    }
    append(joined)
  }
}
