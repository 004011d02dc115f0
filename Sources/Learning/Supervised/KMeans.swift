import BLASBridge
import Foundation
import Randomness
import Settings
import Telemetry

/// k-means by Lloyd's iterations (1982) from k-means++ centres (Arthur & Vassilvitskii 2007). Names are scikit-learn's.
package struct KMeans: Configurable {
  package var clusters = 8
  package var starts = 1
  package var maximumIterations = 300
  package var tolerance = 1e-4
  package init() {}

  package static let hyperparameters: [Hyperparameter<KMeans>] = [
    .integer("n_clusters", \.clusters, .atLeast(1), "centres to find (k)"),
    .integer(
      "n_init", \.starts, .atLeast(1, limit: 1_000_000), "fits from different initial centres; the best is kept"),
    .integer("max_iter", \.maximumIterations, .atLeast(1, limit: 1_000_000_000), "the most iterations of a fit"),
    .number(
      "tol", \.tolerance, .nonNegative,
      "done where the centres move less than this, squared and summed, in units of the columns' mean variance"),
  ]

  /// What came out of a fit.
  package struct Result {
    package let model: KMeansModel
    /// The cluster of each row.
    package let assignments: [Int]
    /// The sum of the squared distances of rows to their centres.
    package let inertia: Double
    package let iterations: Int
  }

  /// Fits rows `[n, d]`. Traps where there are fewer rows than clusters. NaN in the rows gives meaningless clusters.
  package func fit(_ x: Matrix<Float>, seed: UInt64) -> Result { fit(x, seed: seed) { _, _ in } }

  /// As above; `iterated` is called with every iteration's number, counted over all starts, can ask for its inertia, which
  /// costs a pass over the rows, and ends the fit by throwing.
  package func fit(
    _ x: Matrix<Float>, seed: UInt64, iterated: (_ iteration: Int, _ inertia: () -> Double) throws -> Void
  ) rethrows -> Result {
    let root = SeedSequence(seed).child(named: "k-means")
    let lloyd = LloydIterations(x, clusters: clusters)
    var done = 0
    let results = try (0..<starts).map { start in
      var generator = CounterGenerator(root.child(UInt32(start)))
      let result = try fit(lloyd, from: lloyd.plusPlusCentres(using: &generator)) { iteration in
        try iterated(done + iteration, lloyd.inertia)
      }
      done += result.iterations
      return result
    }
    return results.min { $0.inertia < $1.inertia }!
  }

  /// Fits rows `[n, d]` from given first centres `[k, d]`, once.
  package func fit(_ x: Matrix<Float>, from centres: Matrix<Float>) -> Result {
    precondition(
      centres.shape == [clusters, x.columns], "centres \(centres.shape) for \(clusters) clusters of width \(x.columns)")
    return fit(LloydIterations(x, clusters: clusters), from: centres) { _ in }
  }

  private func fit(
    _ lloyd: LloydIterations, from first: Matrix<Float>, iterated: (Int) throws -> Void
  ) rethrows -> Result {
    let shiftLimit = tolerance * lloyd.meanVariance
    lloyd.begin(at: first)
    var iterations = 0
    while iterations < maximumIterations {
      let changed = lloyd.assign()
      iterations += 1
      try iterated(iterations)
      // Without a change the centres are the means already.
      if changed == 0 { break }
      if lloyd.moveCentres() <= shiftLimit {
        _ = lloyd.assign()
        break
      }
      if iterations == maximumIterations { _ = lloyd.assign() }
    }
    return Result(
      model: lloyd.model, assignments: lloyd.assignments.map(Int.init), inertia: lloyd.inertia(), iterations: iterations
    )
  }
}

/// Clusters by their centres `[k, d]`.
package struct KMeansModel {
  package let centres: Matrix<Float>

  /// The cluster of each row `[n, d]`: that of the nearest centre, the first of equals. Traps on another width.
  package func predict(_ x: Matrix<Float>) -> [Int] {
    let lloyd = LloydIterations(x, clusters: centres.rows)
    lloyd.begin(at: centres)
    _ = lloyd.assign()
    return lloyd.assignments.map(Int.init)
  }

  package func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("centres", centres.elements, shape: centres.shape)
  }

  /// Loads what `save` wrote. Throws `CheckpointError` where it does not fit.
  package init(from checkpoint: Checkpoint) throws { centres = try checkpoint.matrix("centres") }

  init(centres: Matrix<Float>) { self.centres = centres }
}
