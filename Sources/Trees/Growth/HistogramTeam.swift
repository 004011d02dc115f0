import BLASBridge
import CKernels

/// Threads that sum a histogram together, each over a part of the rows. Sums are whole numbers, so that they are the same
/// with any number of threads.
final class HistogramTeam {
  /// Of fewer rows one thread is done before others have begun.
  static let leastRows = 16_384

  /// What one histogram is of, and where each thread sums. Nobody writes while the threads run, and each writes its own.
  private final class Work: @unchecked Sendable {
    let rows: BinnedRows
    let parts: Int
    let blocks: UnsafeMutablePointer<UInt32>
    let sums: UnsafeMutablePointer<UInt64>
    var order: UnsafePointer<Int32>?
    var count = 0
    var words: UnsafePointer<UInt32>?
    var first: UnsafeMutablePointer<UInt64>?
    var places: Int { BinnedRows.places * rows.features.count }

    init(_ rows: BinnedRows, parts: Int) {
      (self.rows, self.parts) = (rows, parts)
      let places = max(1, BinnedRows.places * rows.features.count)
      (blocks, sums) = (.allocate(capacity: parts * places), .allocate(capacity: parts * places))
      blocks.initialize(repeating: 0, count: parts * places)
      sums.initialize(repeating: 0, count: parts * places)
    }

    deinit {
      blocks.deallocate()
      sums.deallocate()
    }

    func sum(_ part: Int) {
      let (start, end) = (count * part / parts, count * (part + 1) / parts)
      rl_tree_histogram(
        rows.byRow, rows.stride, rows.features.count, order! + start, end - start, words!, blocks + part * places,
        part == 0 ? first! : sums + part * places)
    }
  }

  private let work: Work
  private let team: ThreadTeam

  init(_ rows: BinnedRows, threads: Int) {
    let work = Work(rows, parts: threads)
    self.work = work
    team = ThreadTeam(parts: threads, name: "histogram") { work.sum($0) }
  }

  /// The sums of `words` over `count` rows.
  func sum(
    _ order: UnsafePointer<Int32>, _ count: Int, _ words: UnsafePointer<UInt32>,
    into sums: UnsafeMutablePointer<UInt64>
  ) {
    (work.order, work.count, work.words, work.first) = (order, count, words, sums)
    team.run()
    for part in 1..<work.parts {
      let own = work.sums + part * work.places
      for place in 0..<work.places { sums[place] &+= own[place] }
    }
  }
}
