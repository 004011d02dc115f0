import Datasets
import Foundation

@testable import Pipelines

/// A pipeline that has every step of this library that a model can have, and a table for it.
enum EveryStep {
  static let yaml = """
    steps:
      - drop: {columns: [unwanted]}
      - impute: {columns: [gaps], strategy: median, add_indicator: true}
      - standard: {columns: [x1]}
      - min_max: {columns: [x2]}
      - robust: {columns: [x3]}
      - quantile: {columns: [x4], n_quantiles: 5, output_distribution: normal}
      - power: {columns: [x5]}
      - log: {columns: [x6]}
      - bins: {columns: [x7], n_bins: 3, encode: ordinal}
      - polynomial: {columns: ["p*"], include_bias: false}
      - select: {columns: [s1, s2, s3], max_correlation: 0.99}
      - pca: {columns: [q1, q2, q3], n_components: 2}
      - rare: {columns: [c1], min_frequency: 2}
      - one_hot: {columns: [c1], handle_unknown: ignore}
      - ordinal: {columns: [c2]}
      - target: {columns: [c3]}
      - frequency: {columns: [c4]}
      - hash: {columns: [c5], n_features: 8}
      - date_parts: {columns: [when], parts: [month, weekday], cyclic: true}
      - count_words: {columns: [t1]}
      - tfidf: {columns: [t2], ngram_range: [1, 2]}
      - combine: {column: area, expression: "x1 * (x2 + 1)"}
      - split_column: {column: code, separator: "-", into: [letter, number]}
    """

  /// 12 rows and the target `y`.
  static var table: Table {
    func numbers(_ scale: Double, _ offset: Double) -> Column {
      .numbers(
        (0..<12).map { (row: Int) -> Double in
          let (square, rest) = (Double(row * row % 7), Double(row % 3))
          return scale * square + offset * rest + Double(row) / 8
        })
    }
    func words(_ words: [String]) -> Column {
      .categories(Words(levels: words, codes: (0..<12).map { Int32($0 * $0 % 5 % words.count) }))
    }
    var gaps = (0..<12).map { Double($0 % 5) }
    (gaps[3], gaps[8]) = (.nan, .nan)
    var columns: [(name: String, column: Column)] = [("unwanted", numbers(1, 1)), ("gaps", .numbers(gaps))]
    for place in 1...7 { columns.append(("x\(place)", numbers(Double(place), 0.5))) }
    for place in 1...2 { columns.append(("p\(place)", numbers(0.5, Double(place)))) }
    for place in 1...3 { columns.append(("s\(place)", numbers(2, place == 3 ? 2 : 1))) }
    for place in 1...3 { columns.append(("q\(place)", numbers(Double(4 - place), Double(place * place)))) }
    for place in 1...5 { columns.append(("c\(place)", words(["red", "green", "blue"]))) }
    columns.append(("when", .dates((0..<12).map { 1e9 + 3e6 * Double($0) })))
    columns.append(("t1", words(["a red house", "the green house", "no colour"])))
    columns.append(("t2", words(["a red house", "the green house", "no colour at all"])))
    columns.append(("code", words(["a-1", "b-20", "c"])))
    columns.append(("y", .numbers((0..<12).map { Double($0 % 4) })))
    return Table(columns)
  }
}
