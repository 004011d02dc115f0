import CKernels
import Datasets
import Randomness

/// Rows of features as bins: row by row for histograms, and once more column by column for parting the rows of a leaf.
package final class BinnedRows {
  /// A feature that rows can differ in.
  package struct Feature: Hashable, Sendable {
    /// Its place among the columns of the data.
    package let column: Int
    package let bins: FeatureBins
  }

  package let features: [Feature]
  package let rows: Int
  /// Bytes from a row to the next.
  let stride: Int
  let byRow: UnsafeMutablePointer<UInt8>
  private let storage: UnsafeMutableRawPointer
  private let columns: UnsafeMutablePointer<UInt8>

  /// Places in a histogram for each feature.
  static let places = 256
  /// Rows that bounds of bins are found in, of more.
  static let sampledRows = 200_000

  /// Fits bins to the columns and sorts the rows into them.
  package convenience init(
    fitting data: FeatureColumns, mostBins: Int, leastRows: Int, seed: SeedSequence
  ) {
    let sample = Self.sample(data.rows, seed)
    let count = sample?.count ?? data.rows
    let (values, scratch) = (Pointer<Double>.allocate(capacity: count), Pointer<Double>.allocate(capacity: count))
    defer {
      values.deallocate()
      scratch.deallocate()
    }
    var features: [Feature] = []
    for (index, column) in data.columns.enumerated() {
      let bins: FeatureBins
      switch column {
      case .codes(let codes, let levels):
        bins = FeatureBins(codes: codes, levels: levels, most: min(mostBins, 255), leastRows: leastRows)
      case .numbers(let numbers):
        var present = 0
        numbers.withUnsafeBufferPointer { numbers in
          for place in 0..<count {
            let number = numbers[sample?[place] ?? place]
            values[present] = number
            present += number.isNaN ? 0 : 1
          }
        }
        rl_sort(values, scratch, present)
        // A sample may have no missing value where the rows do.
        let hasMissing = present < count || sample != nil && numbers.contains { $0.isNaN }
        bins = FeatureBins(
          sorted: UnsafeBufferPointer(start: values, count: present), most: mostBins, leastRows: leastRows,
          hasMissing: hasMissing)
      }
      if bins.isUseful { features.append(Feature(column: index, bins: bins)) }
    }
    self.init(data, features)
  }

  private typealias Pointer<Element> = UnsafeMutablePointer<Element>

  /// One row of each of as many equal parts of the data; nil where all are taken.
  private static func sample(_ rows: Int, _ seed: SeedSequence) -> [Int]? {
    guard rows > sampledRows else { return nil }
    var generator = CounterGenerator(seed)
    return (0..<sampledRows).map { part in
      let (start, end) = (part * rows / sampledRows, (part + 1) * rows / sampledRows)
      return Int.random(in: start..<end, using: &generator)
    }
  }

  /// Sorts rows into bins that were fitted to others.
  package init(_ data: FeatureColumns, _ features: [Feature]) {
    (self.features, rows) = (features, data.rows)
    stride = Self.stride(features.count)
    storage = .allocate(byteCount: max(1, rows * stride), alignment: 64)
    byRow = storage.bindMemory(to: UInt8.self, capacity: rows * stride)
    byRow.initialize(repeating: 0, count: rows * stride)
    columns = .allocate(capacity: max(1, rows * features.count))
    columns.initialize(repeating: 0, count: rows * features.count)
    for (index, feature) in features.enumerated() {
      Self.bins(of: data.columns[feature.column], feature.bins, rows, into: columns + index * rows)
    }
    // A block of rows stays in the cache for all its columns.
    for start in Swift.stride(from: 0, to: rows, by: 256) {
      rl_tree_interleave(
        columns + start, rows, features.count, byRow + start * stride, stride, min(256, rows - start))
    }
  }

  /// So that a row lies in as few lines of the cache as it can, of 64 bytes each.
  private static func stride(_ features: Int) -> Int {
    let least = (features + 7) / 8 * 8
    let (small, large) = ([8, 16, 32, 64].first { $0 >= least }, (least + 63) / 64 * 64)
    return small ?? (4 * large <= 5 * least ? large : least)
  }

  deinit {
    storage.deallocate()
    columns.deallocate()
  }

  /// The bins of a feature in all rows.
  func codes(_ feature: Int) -> UnsafePointer<UInt8> { UnsafePointer(columns + feature * rows) }

  private static func bins(
    of column: FeatureColumns.Values, _ bins: FeatureBins, _ rows: Int, into codes: UnsafeMutablePointer<UInt8>
  ) {
    switch (column, bins.values) {
    case (.numbers(let numbers), .numbers(let bounds)):
      NumberCodes(bounds).encode(numbers, rows, missing: bins.missing, into: codes)
    case (.codes(let values, let levels), .categories(let kept)):
      var places = [UInt8](repeating: bins.missing, count: max(levels, Int(kept.max() ?? 0) + 1))
      for (place, code) in kept.enumerated() { places[Int(code)] = UInt8(place) }
      for (row, code) in values.enumerated() {
        codes[row] = code >= 0 && code < places.count ? places[Int(code)] : bins.missing
      }
    default: preconditionFailure("a column of numbers was fitted and one of categories is given, or the reverse")
    }
  }
}
