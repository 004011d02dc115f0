import Formats
import Randomness

/// Normalised scores of one algorithm, a stratum an environment, and what Agarwal et al. 2021 aggregate them to.
///
/// A resample is told by how often it draws each run, so that runs are sorted once and not once a resample.
struct StratifiedScores {
  /// All runs, environment after environment.
  let values: [Double]
  /// Where each environment's runs lie in `values`.
  let strata: [Range<Int>]
  /// The indices of `values`, the lowest value first.
  private let ascending: [Int]

  /// `byEnvironment[e]` are the scores of the runs in environment e, at least one.
  init(_ byEnvironment: [[Double]]) {
    // Sorted, so that intervals do not depend on the order of a file's lines.
    values = byEnvironment.flatMap { $0.sorted() }
    var strata: [Range<Int>] = []
    for runs in byEnvironment {
      let start = strata.last?.upperBound ?? 0
      strata.append(start..<start + runs.count)
    }
    self.strata = strata
    let all = values
    ascending = all.indices.sorted { (all[$0], $0) < (all[$1], $1) }
  }

  /// The counts of the scores as they are: each run once.
  var once: [Int] { [Int](repeating: 1, count: values.count) }

  /// Whether a bootstrap's interval says more than which scores there are: four runs, and two in every environment.
  var haveInterval: Bool { values.count >= Comparison.fewestSeedsOfInterval && strata.allSatisfy { $0.count > 1 } }

  /// Draws every environment's runs anew with replacement.
  func draw(_ counts: inout [Int], from generator: inout CounterGenerator) {
    for run in counts.indices { counts[run] = 0 }
    for stratum in strata {
      for _ in stratum { counts[stratum.lowerBound + generator.integer(below: stratum.count)] += 1 }
    }
  }

  /// The mean of all runs of all environments without the ⌊n/4⌋ lowest and highest.
  func iqm(_ counts: [Int]) -> Double {
    let cut = values.count / 4
    let kept = cut..<values.count - cut
    var (sum, passed) = (0.0, 0)
    for run in ascending where counts[run] > 0 {
      let here = (passed..<passed + counts[run]).clamped(to: kept)
      sum += Double(here.count) * values[run]
      passed += counts[run]
    }
    return sum / Double(kept.count)
  }

  /// The mean over runs, an element an environment.
  func means(_ counts: [Int]) -> [Double] {
    strata.map { stratum in
      stratum.reduce(0) { $0 + Double(counts[$1]) * values[$1] } / Double(stratum.count)
    }
  }

  /// How far runs fall short of 1, scores above 1 taken as 1: the mean over environments.
  func optimalityGap(_ counts: [Int]) -> Double {
    1
      - mean(
        strata.map { stratum in
          stratum.reduce(0) { $0 + Double(counts[$1]) * min(values[$1], 1) } / Double(stratum.count)
        })
  }

  /// The share of runs above each threshold, the mean over environments; `thresholds` ascend.
  func profile(_ counts: [Int], _ thresholds: [Double]) -> [Double] {
    var weights = [Double](repeating: 0, count: values.count)
    for stratum in strata {
      for run in stratum { weights[run] = Double(counts[run]) / Double(stratum.count * strata.count) }
    }
    var (shares, above, place) = ([Double](), 0.0, ascending.count)
    for threshold in thresholds.reversed() {
      while place > 0, values[ascending[place - 1]] > threshold {
        place -= 1
        above += weights[ascending[place]]
      }
      shares.append(min(above, 1))
    }
    return shares.reversed()
  }
}

/// Which of two algorithms' runs are above which, in every environment both were run in.
struct RunPairs {
  private let x: StratifiedScores
  private let y: StratifiedScores
  /// For each environment 1 where the run of x is above that of y, ½ where they tie, 0 elsewhere: `[x runs, y runs]`.
  private let wins: [[Double]]

  /// Both have the same environments in the same order.
  init(_ x: StratifiedScores, _ y: StratifiedScores) {
    (self.x, self.y) = (x, y)
    wins = zip(x.strata, y.strata).map { these, those in
      these.flatMap { a in
        those.map { b in x.values[a] > y.values[b] ? 1 : x.values[a] == y.values[b] ? 0.5 : 0 }
      }
    }
  }

  /// The share of pairs that x wins, ties half; the mean over environments.
  func probability(_ xCounts: [Int], _ yCounts: [Int]) -> Double {
    var total = 0.0
    for (environment, wins) in wins.enumerated() {
      let (these, those) = (x.strata[environment], y.strata[environment])
      var sum = 0.0
      for (row, a) in these.enumerated() where xCounts[a] > 0 {
        var won = 0.0
        for (column, b) in those.enumerated() { won += Double(yCounts[b]) * wins[row * those.count + column] }
        sum += Double(xCounts[a]) * won
      }
      total += sum / Double(these.count * those.count)
    }
    return total / Double(wins.count)
  }
}
