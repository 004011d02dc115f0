import Foundation
import Glibc
import Tracker

extension FaultsBenchmark {
  /// Changes a large log at random and reads it: no value may be wrong, no damage unsaid, and where frames keep their
  /// places, no more may be lost than they held.
  func mutate(_ isSealed: Bool, in path: String) throws {
    let perFrame = isSealed ? 8_192 : 1_000
    let store = try Store(path: path, create: true)
    let run = try store.start(benchmarkDescription(seed: 1, budget: 1))
    for step in 0..<largePoints {
      run.record("a", Double(step).squareRoot(), step: step)
      if step % 1_000 == 999 { try run.flush() }
    }
    if isSealed { try run.finish(status: .finished) } else { try run.sync() }
    let log = run.directory + "/log.rlog"
    let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: log)))
    guard try store.verify(run.id).sealedSegments == (isSealed ? 1 : 0) else {
      throw BenchmarkError("the log is not in the form to be tested")
    }
    let frames = Self.frames(of: sound)
    let times = try store.load(run.id).series("a")?.wallTimes ?? []
    var mutation = Mutation(seed: seed)
    var (mostLost, unreadable, nameless) = (0, 0, 0)
    for round in 0..<mutations {
      var bytes = sound
      var touched: Range<Int>?
      if round % 2 == 0 {
        // Bytes in their places: a bit, or a stretch of up to 40.
        let start = mutation.below(bytes.count)
        let end = min(bytes.count, start + (round % 4 == 0 ? 1 : 1 + mutation.below(40)))
        for place in start..<end { bytes[place] ^= UInt8(1 + mutation.below(255)) }
        touched = start..<end
      } else {
        mutation.change(&bytes)
      }
      if bytes == sound { continue }
      try Data(bytes).write(to: URL(fileURLWithPath: log))
      let record: RunRecord
      do throws(StoreError) {
        record = try store.load(run.id, mode: .salvage)
      } catch {
        // Only the file header can make a log unreadable: its version is not this program's.
        guard touched.map({ $0.lowerBound < 40 }) ?? true else {
          throw BenchmarkError("mutation \(round): \(error)")
        }
        unreadable += 1
        continue
      }
      let series = record.series("a")
      for (index, step) in (series?.steps ?? []).enumerated() {
        guard (0..<largePoints).contains(step), series!.values[index] == Double(step).squareRoot(),
          series!.wallTimes[index] == times[step]
        else { throw BenchmarkError("mutation \(round): a wrong value was returned at step \(step)") }
      }
      let lost = largePoints - (series?.values.count ?? 0)
      guard lost >= 0 else { throw BenchmarkError("mutation \(round): points were returned twice") }
      if lost > 0, record.condition == .sound, !Self.isTorn(bytes, from: sound, frames) {
        throw BenchmarkError("mutation \(round): \(lost) points are missing and no damage is said")
      }
      guard let touched else { continue }
      let hit = frames.filter { $0.overlaps(touched) }
      if hit.count(where: { Self.isSeries(sound, $0) }) == 2 {
        // Both copies of what names the series: its points are there, but nobody knows whose they are.
        nameless += 1
      } else {
        guard lost <= hit.count * perFrame else {
          throw BenchmarkError("mutation \(round): \(lost) points are lost by damage to \(hit.count) frames")
        }
        mostLost = max(mostLost, lost)
      }
      guard case .damaged(let places) = record.condition else {
        throw BenchmarkError("mutation \(round): damage at byte \(touched.lowerBound) was not noticed")
      }
      // Where the damage is, or the frame it is in.
      let near = hit.map(\.lowerBound).min() ?? 0
      guard places.contains(where: { (near...touched.upperBound + 64).contains($0.offset) || $0.offset < 40 }) else {
        throw BenchmarkError("mutation \(round): damage at byte \(touched.lowerBound) was placed at \(places[0].place)")
      }
    }
    withExtendedLifetime(run) {}
    print(
      "damage, \(isSealed ? "compacted" : "raw"): \(grouped(Double(mutations))) mutations of a log of "
        + "\(grouped(Double(largePoints))) points: no wrong value; at most \(grouped(Double(mostLost))) points lost by "
        + "damage in one place (a frame holds \(grouped(Double(perFrame)))); \(unreadable) refused by the file header, "
        + "\(nameless) hit both copies of the series' name")
  }

  /// Whether `bytes` end within the frame in which they begin to differ: what a writer leaves that was stopped there.
  private static func isTorn(_ bytes: [UInt8], from sound: [UInt8], _ frames: [Range<Int>]) -> Bool {
    let first = zip(bytes, sound).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let place = first ?? min(bytes.count, sound.count)
    return frames.contains { $0.contains(place) && bytes.count < $0.upperBound }
  }

  private static func isSeries(_ bytes: [UInt8], _ frame: Range<Int>) -> Bool {
    frame.lowerBound >= 40 && bytes[frame.lowerBound + 4] == 2
  }

  /// Where each frame lies.
  private static func frames(of bytes: [UInt8]) -> [Range<Int>] {
    var (frames, offset): ([Range<Int>], Int) = ([0..<40], 40)
    while offset + 32 <= bytes.count {
      let end = offset + 32 + Int(bytes.word(at: offset + 16))
      frames.append(offset..<end)
      offset = end
    }
    return frames
  }
}
