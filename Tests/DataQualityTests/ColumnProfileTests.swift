import Datasets
import Randomness
import Testing

@testable import DataQuality

/// Counting and radix sorting say what sorting would.
@Suite struct ColumnProfileTests {
  /// Columns that each way of ordering is made for, with missing values.
  static let columns: [(name: String, values: [Double])] = {
    var random = CounterGenerator(SeedSequence(3))
    func drawn(_ value: (inout CounterGenerator) -> Double) -> [Double] {
      (0..<3_000).map { _ in random.integer(below: 20) == 0 ? .nan : value(&random) }
    }
    return [
      ("few whole numbers", drawn { Double($0.integer(below: 7)) - 3 }),
      ("days", drawn { Double($0.integer(below: 4_000) - 2_000) * 86_400 }),
      ("seconds of years", drawn { Double($0.integer(below: 400_000_000)) }),
      ("cents", drawn { Double($0.integer(below: 1_000)) / 100 }),
      ("millionths", drawn { Double($0.integer(below: 2_000_000) - 1_000_000) / 1e6 }),
      ("thirds", drawn { Double($0.integer(below: 500)) / 3 }),
      ("both zeros", drawn { $0.integer(below: 2) == 0 ? 0 : -0.0 }),
      ("normal", drawn { Double($0.normal()) }),
      ("giants", drawn { Double($0.normal()) * 1e300 }),
      ("tiny", drawn { Double($0.normal()) * 0x1p-1030 }),
      ("cents, but for the last", drawn { Double($0.integer(below: 1_000)) / 100 } + [1.0 / 3]),
      ("one value", [Double](repeating: 4.5, count: 100)),
      ("infinities", [-.infinity, 1, 2, .infinity, .nan, 2]),
      ("wide", [-1e308, 0, 1e308]),
    ]
  }()

  @Test(arguments: columns.map(\.name))
  func `distinct values, quantiles, bins and the most frequent are those of the sorted column`(name: String) throws {
    let values = Self.columns.first { $0.name == name }!.values
    let column = ColumnProfile("x", .numbers(values), bins: 7, top: 5)
    let sorted = values.filter { !$0.isNaN }.sorted()
    let numbers = try #require(column.numbers)
    var counts: [Double: Int] = [:]
    for value in sorted { counts[value, default: 0] += 1 }
    #expect(column.present == sorted.count && column.missing == values.count - sorted.count)
    #expect(column.distinct == counts.count)
    #expect(numbers.least == sorted.first && numbers.most == sorted.last)
    for quantile in numbers.quantiles {
      let place = quantile.share * Double(sorted.count - 1)
      let (low, high) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
      let expected = low == high ? low : low + (place - Double(Int(place))) * (high - low)
      #expect(quantile.value == expected || (quantile.value.isNaN && expected.isNaN))
    }
    let top = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
    #expect(column.top.map(\.count) == top.map(\.value))
    #expect(column.top.map { Double($0.value)! + 0 } == top.map { $0.key + 0 })
    if (sorted.last! - sorted.first!).isFinite {
      #expect(numbers.bins.reduce(0, +) == sorted.count && numbers.edges.count == 8)
      for (bin, count) in numbers.bins.enumerated() {
        let (low, high) = (numbers.edges[bin], numbers.edges[bin + 1])
        #expect(count == sorted.count { $0 >= low && ($0 < high || bin == 6) }, "bin \(bin)")
      }
    } else {
      #expect(numbers.bins.isEmpty && numbers.edges.isEmpty)
    }
  }

  @Test func `columns without values have none to describe`() {
    for column: Column in [.numbers([]), .numbers([.nan, .nan]), .dates([.nan]), .missing(count: 3)] {
      let profile = ColumnProfile("x", column)
      #expect(profile.present == 0 && profile.distinct == 0 && profile.numbers == nil && profile.top.isEmpty)
      #expect(profile.missing == column.count)
    }
    let words = ColumnProfile("x", .texts(Words(levels: ["a"], codes: [-1, -1])))
    #expect(words.missing == 2 && words.distinct == 0 && words.lengths == nil)
  }

  @Test func `words are counted by level, and their lengths in scalars by row`() {
    let words = Words(levels: ["é", "unused", "abc", "b"], codes: [0, 2, 3, 2, -1, 3])
    let profile = ColumnProfile("x", .categories(words), top: 2)
    #expect(profile.distinct == 3 && profile.missing == 1)
    #expect(profile.top == [.init(value: "abc", count: 2), .init(value: "b", count: 2)])
    #expect(profile.lengths == .init(least: 1, most: 3, mean: 9.0 / 5))
    #expect(ColumnProfile("x", .categories(words), top: 0).top.isEmpty)
  }
}
