import Testing

@testable import Formats

@Suite struct MomentsTests {
  private let values = [3.0, -1, 4, 1.5, 1e3, 2, 6]

  private func moments(_ values: some Sequence<Double>) -> Moments {
    values.reduce(into: Moments()) { $0.take($1) }
  }

  @Test func `one pass finds what two passes do`() {
    let all = moments(values)
    #expect(all.count == 7 && abs(all.mean - mean(values)) < 1e-12)
    #expect(abs(all.deviation - variance(values).squareRoot()) < 1e-9)
    #expect(Moments().deviation == 0 && mean([Double]()).isNaN)
  }

  @Test func `parts that are merged are the whole`() {
    let merged = moments(values[..<3]).merged(with: moments(values[3...]))
    #expect(merged.count == 7 && abs(merged.mean - mean(values)) < 1e-12)
    #expect(abs(merged.deviation - variance(values).squareRoot()) < 1e-9)
    #expect(merged.merged(with: Moments()) == merged && Moments().merged(with: merged) == merged)
  }

  @Test func `a quantile by selection is that of sorted values`() {
    let numbers = (0..<101).map { Float(($0 * 37) % 101) / 7 }
    let sorted = numbers.sorted().map(Double.init)
    for share in [0, 0.05, 0.333, 0.5, 0.95, 1] {
      var unsorted = numbers
      #expect(abs(unsorted.quantile(share) - quantile(sorted, share)) < 1e-6)
    }
  }
}
