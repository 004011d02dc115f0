import Randomness
import Testing

@testable import Tuning

@Suite struct SobolSequenceTests {
  @Test func `the first points are those of Joe and Kuo`() {
    // scipy.stats.qmc.Sobol(5, scramble=False).random(8)
    let known: [[Double]] = [
      [0, 0, 0, 0, 0], [0.5, 0.5, 0.5, 0.5, 0.5], [0.75, 0.25, 0.25, 0.25, 0.75], [0.25, 0.75, 0.75, 0.75, 0.25],
      [0.375, 0.375, 0.625, 0.875, 0.375], [0.875, 0.875, 0.125, 0.375, 0.875],
      [0.625, 0.125, 0.875, 0.625, 0.625], [0.125, 0.625, 0.375, 0.125, 0.125],
    ]
    let sequence = SobolSequence(dimensions: 5, scrambledBy: nil)
    #expect(known.indices.map(sequence.point) == known)
  }

  @Test func `the last dimension of the table is that of Joe and Kuo too`() {
    let sequence = SobolSequence(dimensions: 64, scrambledBy: nil)
    // scipy.stats.qmc.Sobol(64, scramble=False).random(1001)[1000]
    let point = sequence.point(1000)
    #expect([point[0], point[31], point[62], point[63]] == [0.2197265625, 0.1455078125, 0.2587890625, 0.4462890625])
  }

  @Test func `scrambled points have one in each slice of each side`() {
    let sequence = SobolSequence(dimensions: 64, scrambledBy: SeedSequence(7))
    for start in [0, 256, 1024] {
      let points = (start..<start + 256).map(sequence.point)
      for side in 0..<64 { #expect(Set(points.map { Int($0[side] * 256) }).count == 256) }
    }
  }

  @Test func `scrambled points are more even than random ones`() {
    // The squared L2-star discrepancy by Warnock's formula.
    func discrepancy(_ points: [[Double]]) -> Double {
      let n = Double(points.count)
      let d = points[0].count
      let third = Double.pow3(d)
      var (single, double) = (0.0, 0.0)
      for a in points {
        single += a.reduce(1) { $0 * (1 - $1 * $1) / 2 }
        for b in points { double += zip(a, b).reduce(1) { $0 * (1 - max($1.0, $1.1)) } }
      }
      return third - 2 / n * single + double / (n * n)
    }
    var generator = CounterGenerator(SeedSequence(1))
    for seed in 0..<3 {
      let sobol = SobolSequence(dimensions: 5, scrambledBy: SeedSequence(UInt64(seed)))
      let random = (0..<256).map { _ in (0..<5).map { _ in generator.uniformDouble() } }
      #expect(discrepancy((0..<256).map(sobol.point)) < 0.5 * discrepancy(random))
    }
  }

  @Test func `seeds scramble differently, and dimensions beyond the table are random`() {
    let (a, b) = (
      SobolSequence(dimensions: 70, scrambledBy: SeedSequence(1)),
      SobolSequence(dimensions: 70, scrambledBy: SeedSequence(2))
    )
    #expect(zip(a.point(3), b.point(3)).allSatisfy { $0 != $1 })
    let last = (0..<2_000).map { a.point($0)[69] }
    #expect(abs(last.reduce(0, +) / 2_000 - 0.5) < 0.03)
    #expect(Set(last).count == 2_000)
  }
}

extension Double {
  fileprivate static func pow3(_ count: Int) -> Double { (0..<count).reduce(1) { result, _ in result / 3 } }
}
