import Datasets

/// How well a single feature predicts the target of rows that it was not learnt from.
///
/// The rows are halved, odd and even ones. Of each half is learnt what the target is at every value of the feature (numbers
/// in 64 bins of equal counts), and predicted what it is in the other half. For classes the score is the share of the errors
/// that knowing the feature avoids, beside always predicting the most frequent class (Goodman and Kruskal's λ, held out); for
/// numbers it is R², of numbers also by interpolation between the nearest values of the other half, whichever is better: bins of
/// few rows are too wide to show that a skewed target is the feature in another unit. A feature that is known only after the target
/// often scores near 1.
package struct FeatureScore: Codable, Hashable, Sendable {
  package let feature: String
  /// At most 1; 0 where the feature tells nothing, below 0 where it misleads.
  package let score: Double

  /// From here on the feature is said to leak.
  package static let limit = 0.85
}

enum TargetLeakage {
  private static let bins = 64
  /// With fewer rows there is nothing to say.
  private static let leastRows = 20
  private static let interpolatedRows = 10_000

  /// The best first; of the columns that are no ids. Empty where the target is neither classes nor numbers.
  static func scores(_ table: Table, target: String) -> [FeatureScore] {
    guard let place = table.names.firstIndex(of: target), let aim = Aim(table.columns[place]) else { return [] }
    let scores = table.names.indices.filter { $0 != place }.compactMap { index in
      [codes(table.columns[index]).flatMap { score(of: $0, aim) }, interpolationScore(of: table.columns[index], aim)]
        .compactMap { $0 }.max().map { FeatureScore(feature: table.names[index], score: $0) }
    }
    return scores.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(\.element)
  }

  private enum Aim {
    case classes([Int32], count: Int)
    case numbers([Double])

    init?(_ column: Column) {
      switch column {
      case .numbers(let values):
        let levels = Set(values.lazy.filter { !$0.isNaN }.prefix(100_000))
        guard levels.count > 10 || levels.contains(where: { $0 != $0.rounded() }) else {
          let codes = Dictionary(uniqueKeysWithValues: levels.sorted().enumerated().map { ($1, Int32($0)) })
          self = .classes(values.map { codes[$0] ?? -1 }, count: levels.count)
          return
        }
        self = .numbers(values)
      case .categories(let words): self = .classes(words.codes, count: words.levelCount)
      case .dates, .texts, .missing, .leftOut: return nil
      }
    }

    func isThere(_ row: Int) -> Bool {
      switch self {
      case .classes(let codes, _): codes[row] >= 0
      case .numbers(let values): values[row].isFinite
      }
    }
  }

  /// A bin for each row, those without a value in the last one.
  private static func codes(_ column: Column) -> (codes: [Int], count: Int)? {
    switch column {
    case .numbers(let values), .dates(let values):
      // A sample tells where the bins' edges are.
      let sample = stride(from: 0, to: values.count, by: max(1, values.count / 20_000))
      let sorted = sample.lazy.map { values[$0] }.filter { !$0.isNaN }.sorted()
      guard !sorted.isEmpty else { return nil }
      // A value with many rows is a bin of its own, as edges that repeat count once.
      var edges = (1..<bins).map { sorted[$0 * sorted.count / bins] }
      edges = edges.indices.filter { $0 == 0 || edges[$0] != edges[$0 - 1] }.map { edges[$0] }
      let codes = values.map { value -> Int in
        if value.isNaN { return edges.count + 1 }
        var (low, high) = (0, edges.count)
        while low < high {
          let middle = (low + high) / 2
          if edges[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low
      }
      return (codes, edges.count + 2)
    case .categories(let words), .texts(let words):
      return (words.codes.map { $0 < 0 ? words.levelCount : Int($0) }, words.levelCount + 1)
    case .missing, .leftOut: return nil
    }
  }

  private static func score(of feature: (codes: [Int], count: Int), _ aim: Aim) -> Double? {
    let rows = feature.codes.indices.filter { aim.isThere($0) }
    guard rows.count >= leastRows else { return nil }
    let halves = [rows.filter { $0 % 2 == 0 }, rows.filter { $0 % 2 == 1 }]
    guard !halves[0].isEmpty, !halves[1].isEmpty else { return nil }
    // What hardly repeats predicts nothing.
    guard feature.count <= max(100, rows.count / 2) else { return nil }
    switch aim {
    case .classes(let codes, let count):
      guard count <= 1_000, feature.count * count <= 1 << 24 else { return nil }
      let overall = mostFrequent(rows.map { Int(codes[$0]) }, count)
      var (errors, errorsWithout) = (0, 0)
      for half in 0...1 {
        var counts = [Int32](repeating: 0, count: feature.count * count)
        for row in halves[half] { counts[feature.codes[row] * count + Int(codes[row])] += 1 }
        let best = (0..<feature.count).map { code -> Int in
          let ofCode = counts[code * count..<(code + 1) * count]
          let most = ofCode.max() ?? 0
          return most == 0 ? overall : ofCode.firstIndex(of: most)! - code * count
        }
        for row in halves[1 - half] {
          errors += best[feature.codes[row]] == Int(codes[row]) ? 0 : 1
          errorsWithout += overall == Int(codes[row]) ? 0 : 1
        }
      }
      return errorsWithout == 0 ? nil : 1 - Double(errors) / Double(errorsWithout)
    case .numbers(let values):
      let mean = rows.reduce(0) { $0 + values[$1] } / Double(rows.count)
      var (errors, errorsWithout) = (0.0, 0.0)
      for half in 0...1 {
        var sums = [(sum: Double, count: Double)](repeating: (0, 0), count: feature.count)
        for row in halves[half] {
          sums[feature.codes[row]].sum += values[row]
          sums[feature.codes[row]].count += 1
        }
        for row in halves[1 - half] {
          let (sum, number) = sums[feature.codes[row]]
          let predicted = number > 0 ? sum / number : mean
          errors += (values[row] - predicted) * (values[row] - predicted)
          errorsWithout += (values[row] - mean) * (values[row] - mean)
        }
      }
      return errorsWithout > 0 && errors.isFinite ? 1 - errors / errorsWithout : nil
    }
  }

  /// R² of numbers by the straight lines between the values of the other half; nil for other columns and aims.
  private static func interpolationScore(of column: Column, _ aim: Aim) -> Double? {
    guard case .numbers(let values) = aim, case .numbers(let feature) = column else { return nil }
    let rows = values.indices.filter { values[$0].isFinite && feature[$0].isFinite }
    guard rows.count >= leastRows, rows.count == values.count(where: \.isFinite) else { return nil }
    // Of many rows the bins are narrow, so that a part of them is enough here.
    let looked = stride(from: 0, to: rows.count, by: max(1, rows.count / interpolatedRows)).map { rows[$0] }
    let halves = (0...1).map { half in stride(from: half, to: looked.count, by: 2).map { looked[$0] } }
    let mean = looked.reduce(0) { $0 + values[$1] } / Double(looked.count)
    var (errors, errorsWithout) = (0.0, 0.0)
    for half in 0...1 {
      guard let line = Interpolation(halves[half].map { (feature[$0], values[$0]) }) else { return nil }
      for row in halves[1 - half] {
        let error = values[row] - line.value(at: feature[row])
        errors += error * error
        errorsWithout += (values[row] - mean) * (values[row] - mean)
      }
    }
    return errorsWithout > 0 && errors.isFinite ? 1 - errors / errorsWithout : nil
  }

  private static func mostFrequent(_ codes: [Int], _ count: Int) -> Int {
    var counts = [Int](repeating: 0, count: count)
    for code in codes { counts[code] += 1 }
    return counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
  }
}

/// Straight lines from point to point, which go on beyond the first and the last.
private struct Interpolation {
  /// Ascending; of equal places the mean of the values.
  private var points: [(place: Double, value: Double)] = []

  /// nil for fewer than two places.
  init?(_ all: [(place: Double, value: Double)]) {
    let sorted = all.sorted { $0.place < $1.place }
    var start = 0
    while start < sorted.count {
      let place = sorted[start].place
      let end = sorted[start...].firstIndex { $0.place > place } ?? sorted.count
      let sum = sorted[start..<end].reduce(0) { $0 + $1.value }
      points.append((place, sum / Double(end - start)))
      start = end
    }
    if points.count < 2 { return nil }
  }

  func value(at place: Double) -> Double {
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].place <= place { low = middle + 1 } else { high = middle }
    }
    let next = min(max(low, 1), points.count - 1)
    let (a, b) = (points[next - 1], points[next])
    return a.value + (b.value - a.value) * ((place - a.place) / (b.place - a.place))
  }
}
