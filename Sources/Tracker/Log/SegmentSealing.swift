import Dispatch
import Files

/// Seals the segments of a log one after the other, beside the thread that records.
struct SegmentSealing {
  /// A log that ends smaller stays as it is: its readers lose nothing by it.
  static let threshold = 32 << 10

  private let folder: String
  private let system: SystemCalls
  private let queue = DispatchQueue(label: "rlrun.sealing", qos: .utility)
  /// The first segment that no one has been asked to seal.
  private var first: Int

  init(in folder: String, from first: Int, system: SystemCalls) {
    (self.folder, self.first, self.system) = (folder, first, system)
  }

  /// What cannot be sealed stays as it is: nothing is lost by it.
  mutating func seal(upTo last: Int) {
    guard first <= last else { return }
    for number in first...last {
      queue.async { [folder, system] in _ = try? SegmentSealer.seal(segment: number, in: folder, system: system) }
    }
    first = last + 1
  }

  /// Returns once all that was asked for is done.
  func wait() { queue.sync {} }
}
