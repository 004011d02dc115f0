import CKernels
import Datasets
import Randomness
import Testing

@testable import Trees

@Suite struct FeatureBinsTests {
  private func bounds(_ sorted: [Double], most: Int, leastRows: Int = 1) -> [Double] {
    sorted.withUnsafeBufferPointer {
      let bins = FeatureBins(sorted: $0, most: most, leastRows: leastRows, hasMissing: false)
      if case .numbers(let bounds) = bins.values { return bounds } else { return [] }
    }
  }

  @Test func `few values have a bin each, halfway between them, and small ones are joined`() {
    #expect(bounds([1, 1, 2, 4, 4, 8], most: 255) == [1.5, 3, 6])
    #expect(bounds([1, 1, 2, 4, 4, 8], most: 255, leastRows: 2) == [1.5])
    #expect(bounds([5, 5], most: 255) == [] && bounds([], most: 255) == [])
    // Nothing lies between neighbours: the bound is the lower one.
    #expect(bounds([1, 1.0.nextUp], most: 255) == [1])
    #expect(bounds([-.infinity, 0, .infinity], most: 255).allSatisfy { $0.isFinite })
  }

  @Test func `many values fill bins alike, and a frequent one has its own`() {
    let even = bounds((0..<1000).map(Double.init), most: 10)
    #expect(even.count == 9 && zip(even, even.dropFirst()).allSatisfy { abs($1 - $0 - 100) <= 1 })
    let zeros = bounds([Double](repeating: 0, count: 600) + (1...400).map(Double.init), most: 5)
    #expect(zeros.first == 0.5 && zeros.count == 4)
    #expect(bounds((0..<1000).map(Double.init), most: 255, leastRows: 100).count <= 9)
  }

  @Test func `a number's bin is that of its bounds, in rows and in columns`() {
    var generator = PCG64(seed: 2)
    let numbers = (0..<777).map { $0 % 50 == 3 ? Double.nan : generator.uniform(-1, 1) }
    let codes = (0..<777).map { Int32($0 % 5) - 1 }
    let data = FeatureColumns(
      rows: 777, columns: [.numbers(numbers), .numbers(numbers.map { _ in 1 }), .codes(codes, levels: 4)])
    let rows = BinnedRows(fitting: data, mostBins: 16, leastRows: 1, seed: SeedSequence(1))
    #expect(rows.features.map(\.column) == [0, 2])
    guard case .numbers(let bounds) = rows.features[0].bins.values else { return #expect(Bool(false)) }
    #expect(bounds.count == 15 && rows.features[1].bins.values == .categories([0, 1, 2, 3]))
    for row in 0..<777 {
      let bin = numbers[row].isNaN ? 16 : bounds.count { $0 < numbers[row] }
      #expect(Int(rows.codes(0)[row]) == bin && Int(rows.byRow[row * 8]) == bin)
      #expect(Int32(rows.byRow[row * 8 + 1]) == (codes[row] < 0 ? 4 : codes[row]))
    }
  }

  @Test func `rare categories count as missing`() {
    let codes = [Int32](repeating: 2, count: 50) + [Int32](repeating: 0, count: 9) + [1, 3]
    let bins = FeatureBins(codes: codes, levels: 4, most: 255, leastRows: 3)
    #expect(bins.values == .categories([2, 0]) && bins.hasMissing)
  }
}
