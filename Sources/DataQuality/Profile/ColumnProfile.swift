import Datasets
import Formats

/// What the values of a column are like. Those of the definitions that pandas has are its own: the standard deviation is
/// over n − 1, quantiles are linear between order statistics, histograms are those of `numpy.histogram`.
package struct ColumnProfile: Codable, Hashable, Sendable {
  package let name: String
  package let kind: ColumnKind
  /// Rows with a value, and without one.
  package let present: Int
  package let missing: Int
  /// Different values.
  package let distinct: Int
  /// Of columns of numbers and of dates, those in seconds since 1970-01-01 00:00 UTC.
  package var numbers: Numbers?
  /// Of columns of words.
  package var lengths: Lengths?
  /// The most frequent values first; of equals the smaller number, the word that comes first.
  package var top: [TopValue] = []

  package struct Numbers: Codable, Hashable, Sendable {
    package let least: Double
    package let most: Double
    package let mean: Double
    /// The standard deviation; NaN for a single value.
    package let deviation: Double
    package let quantiles: [Quantile]
    /// Bins of equal width; `edges` has one more. Both are empty where the range is infinite.
    package let edges: [Double]
    package let bins: [Int]

    /// One of those in `ColumnProfile.shares`.
    package func quantile(_ share: Double) -> Double? { quantiles.first { $0.share == share }?.value }
  }

  package struct Quantile: Codable, Hashable, Sendable {
    package let share: Double
    package let value: Double
  }

  /// In Unicode scalars, as Python counts them, over the rows that have a value.
  package struct Lengths: Codable, Hashable, Sendable {
    package let least: Int
    package let most: Int
    package let mean: Double
  }

  package struct TopValue: Codable, Hashable, Sendable {
    package let value: String
    package let count: Int
  }

  package static let shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]

  package init(_ name: String, _ column: Column, bins: Int = 20, top size: Int = 10) {
    self.name = name
    kind = column.kind
    switch column {
    case .numbers(let values), .dates(let values):
      let (sums, sweep) = values.withUnsafeBufferPointer { values in
        let sums = NumberSums(values)
        var sweep = NumberSweep(
          present: sums.present, least: sums.least, most: sums.most, shares: Self.shares, bins: bins, top: size)
        NumberOrder.sweep(values, sums, into: &sweep)
        return (sums, sweep)
      }
      (present, missing, distinct) = (sums.present, values.count - sums.present, sweep.distinct)
      let isDate = column.kind == .date
      top = sweep.top.map {
        TopValue(value: isDate ? SpelledValue.isoDate($0.value) : shortest($0.value), count: $0.count)
      }
      if present > 0 {
        numbers = Numbers(
          least: sums.least, most: sums.most, mean: sums.mean, deviation: sums.deviation,
          quantiles: Self.shares.map { Quantile(share: $0, value: sweep.quantile($0)) }, edges: sweep.edges,
          bins: sweep.bins)
      }
    case .categories(let words), .texts(let words):
      let counts = words.levelCounts
      present = counts.reduce(0, +)
      missing = words.codes.count - present
      distinct = counts.count { $0 > 0 }
      top = Self.most(frequent: size, counts).map { TopValue(value: words.level($0), count: counts[$0]) }
      lengths = present == 0 ? nil : Lengths(of: words, counts)
    case .missing(let count): (present, missing, distinct) = (0, count, 0)
    case .leftOut(_, let count): (present, missing, distinct) = (count, 0, 0)
    }
  }

  /// The indices of the largest counts, of equals the first.
  private static func most(frequent size: Int, _ counts: [Int]) -> [Int] {
    var found: [Int] = []
    var least = size > 0 ? 0 : Int.max
    for (code, count) in counts.enumerated() where count > least {
      if found.count == size { found.removeLast() }
      found.insert(code, at: found.firstIndex { counts[$0] < count } ?? found.count)
      if found.count == size { least = counts[found[size - 1]] }
    }
    return found
  }
}

extension ColumnProfile.Lengths {
  fileprivate init(of words: Words, _ counts: [Int]) {
    var (least, most, sum, rows) = (Int.max, 0, 0, 0)
    words.withLevels { bytes, ends in
      let total = ends.last ?? 0
      let text = UnsafeBufferPointer(start: bytes, count: total)
      let isASCII = text.reduce(0 as UInt8) { $0 | $1 } < 0x80
      var start = 0
      for (code, end) in ends.enumerated() {
        // What continues a scalar is not counted.
        let length = isASCII ? end - start : text[start..<end].count { $0 & 0xC0 != 0x80 }
        start = end
        let count = counts[code]
        if count == 0 { continue }
        (least, most) = (min(least, length), max(most, length))
        sum += length * count
        rows += count
      }
    }
    self.init(least: least, most: most, mean: Double(sum) / Double(rows))
  }
}
