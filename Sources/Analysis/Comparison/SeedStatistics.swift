import Formats

/// One value a run of a group of seeds, and its statistics: every table of groups takes them from here.
package struct SeedStatistics: Sendable {
  package let values: [Double]
  /// The number of different seeds.
  package let seedCount: Int

  /// `values` holds at least one.
  package init(_ values: [Double], seeds: some Sequence<some Hashable>) {
    self.values = values
    seedCount = Set(seeds).count
  }

  package var mean: Double { Formats.mean(values) }
  /// Over n − 1; nil for one run.
  package var std: Double? { standardDeviation(values) }
  package var iqm: Double { interquartileMean(values) }

  /// 95 % percentile bootstrap interval over runs; nil for fewer than four seeds, which tell nothing of it.
  package func interval(_ bootstrap: Bootstrap, of statistic: ([Double]) -> Double) -> (low: Double, high: Double)? {
    seedCount < Comparison.fewestSeedsOfInterval ? nil : bootstrap.interval(of: [values]) { statistic($0[0]) }
  }
}
