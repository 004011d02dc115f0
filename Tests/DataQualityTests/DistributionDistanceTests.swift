import Testing

@testable import DataQuality

/// Recorded from SciPy by Tests/Goldens/pandas_profiles.py.
@Suite struct DistributionDistanceTests {
  private struct Distances: Decodable {
    struct Pair: Decodable {
      let x, y: [Double]
      let effect, p: Double
    }

    let ks: [Pair]
    let chiSquare: [[Double]]
  }

  @Test func `the distances of distributions are SciPy's`() throws {
    let distances: Distances = try ProfileGoldenTests.recorded("distances.json")
    for pair in distances.ks {
      let found = DistributionDistance.kolmogorovSmirnov(pair.x, pair.y)
      #expect(abs(found.effect - pair.effect) < 1e-12)
      // SciPy's is exact for small samples.
      #expect(abs(found.p - pair.p) < 0.02 + 0.05 * pair.p)
    }
    for tail in distances.chiSquare {
      let found = DistributionDistance.chiSquareTail(tail[0], degrees: tail[1])
      #expect(abs(found - tail[2]) <= 1e-10 + 1e-8 * tail[2], "\(tail)")
    }
  }
}
