import Datasets
import Foundation

/// How much two columns go together, over the rows that have both values.
package struct Correlation: Codable, Hashable, Sendable {
  package enum Measure: String, Codable, CaseIterable, Sendable {
    /// Linear, of two columns of numbers, from -1 to 1.
    case pearson
    /// Pearson's of the ranks, equal values having their mean rank.
    case spearman
    /// Of two columns of categories, from 0 to 1: √(χ² / n / (min(r, c) − 1)).
    case cramersV
    /// Of categories and numbers, from 0 to 1: √(sum of squares between the categories / all of it).
    case correlationRatio
  }

  package let first: String
  package let second: String
  package let measure: Measure
  /// NaN where one of the columns is constant.
  package let value: Double
  package let rows: Int
}

/// The measures themselves.
enum Association {
  /// NaN where one of them is constant. Both of equal length and without NaN.
  static func pearson(_ x: [Double], _ y: [Double]) -> Double {
    let count = Double(x.count)
    guard x.count > 1 else { return .nan }
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for index in x.indices {
      let (a, b) = (x[index] - meanX, y[index] - meanY)
      xx += a * a
      yy += b * b
      xy += a * b
    }
    return xx > 0 && yy > 0 ? max(-1, min(1, xy / (xx.squareRoot() * yy.squareRoot()))) : .nan
  }

  /// The mean ranks, counted from 1, of the values at these places, which are in ascending order of their values.
  static func ranks(_ values: [Double], order: [Int]) -> [Double] {
    var ranks = [Double](repeating: .nan, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  /// Of codes, of which none is negative.
  static func cramersV(_ x: [Int32], _ y: [Int32]) -> Double {
    let (x, rows) = dense(x)
    let (y, columns) = dense(y)
    guard min(rows, columns) > 1, rows * columns <= 1 << 24 else { return .nan }
    var (counts, ofRow, ofColumn) = (
      [Double](repeating: 0, count: rows * columns), [Double](repeating: 0, count: rows),
      [Double](repeating: 0, count: columns)
    )
    for index in x.indices {
      counts[x[index] * columns + y[index]] += 1
      ofRow[x[index]] += 1
      ofColumn[y[index]] += 1
    }
    let all = Double(x.count)
    var square = 0.0
    for row in 0..<rows {
      for column in 0..<columns {
        let expected = ofRow[row] * ofColumn[column] / all
        let distance = counts[row * columns + column] - expected
        square += distance * distance / expected
      }
    }
    return min(1, (square / all / Double(min(rows, columns) - 1)).squareRoot())
  }

  /// Of codes, none negative, and numbers without NaN.
  static func correlationRatio(_ codes: [Int32], _ values: [Double]) -> Double {
    let (codes, groups) = dense(codes)
    guard values.count > 1 else { return .nan }
    let mean = values.reduce(0, +) / Double(values.count)
    var (sums, counts, all) = ([Double](repeating: 0, count: groups), [Double](repeating: 0, count: groups), 0.0)
    for (code, value) in zip(codes, values) {
      sums[code] += value - mean
      counts[code] += 1
      all += (value - mean) * (value - mean)
    }
    let between = zip(sums, counts).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
    return all > 0 ? min(1, (between / all).squareRoot()) : .nan
  }

  /// The codes that occur, as 0, 1, 2 and so on.
  private static func dense(_ codes: [Int32]) -> (codes: [Int], count: Int) {
    var places = [Int](repeating: -1, count: Int(codes.max() ?? -1) + 1)
    var count = 0
    let dense = codes.map { code -> Int in
      if places[Int(code)] < 0 {
        places[Int(code)] = count
        count += 1
      }
      return places[Int(code)]
    }
    return (dense, count)
  }
}
