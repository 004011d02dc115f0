import Datasets
import Foundation
import Randomness

extension FeatureColumns {
  /// Up to so many rows.
  func first(_ most: Int) -> FeatureColumns {
    FeatureColumns(
      rows: min(most, rows),
      columns: columns.map { column in
        switch column {
        case .numbers(let numbers): .numbers(Array(numbers.prefix(most)))
        case .codes(let codes, let levels): .codes(Array(codes.prefix(most)), levels: levels)
        }
      })
  }
}

/// Rows that every contender learns from: standard normal columns, the second half of them |x|^1.5, and a class by a
/// nonlinear score and logistic noise. The last columns may be categories with effects of their own.
struct ModelRows {
  static let validationRows = 50_000

  let training: FeatureColumns
  let labels: [Int]
  let validation: FeatureColumns
  let validationLabels: [Int]

  init(rows: Int, columns: Int, categories: Int) {
    let all = rows + Self.validationRows
    var generator = CounterGenerator(SeedSequence(7).child(named: "models"))
    let (numbers, half) = (columns - categories, (columns - categories) / 2)
    var x = (0..<numbers).map { column in
      (0..<all).map { _ in
        let z = Double(generator.normal())
        return column < half ? z : pow(abs(z), 1.5)
      }
    }
    // Many levels, of which the first are the most frequent.
    let levels = 60
    var codes = [[Int32]](repeating: [], count: categories)
    for column in 0..<categories {
      codes[column] = (0..<all).map { _ in
        let u = generator.uniformDouble()
        return Int32(u * u * Double(levels))
      }
    }
    let effects = (0..<levels).map { _ in Double(generator.normal()) }
    var labels: [Int] = []
    for row in 0..<all {
      var score = sin(2 * x[0][row]) + x[1][row] * x[2][row] + 0.5 * x[3][row] * x[3][row] - abs(x[4][row])
      score += 0.7 * log1p(x[half][row]) * x[5][row] + 0.4 * x[half + 1][row]
      for (column, own) in codes.enumerated() { score += effects[(Int(own[row]) + 7 * column) % levels] }
      let u = generator.uniformDouble()
      labels.append(score + log((u + 1e-12) / (1 - u + 1e-12)) > 0.2 ? 1 : 0)
    }
    func part(_ range: Range<Int>) -> FeatureColumns {
      FeatureColumns(
        rows: range.count,
        columns: x.map { .numbers(Array($0[range])) } + codes.map { .codes(Array($0[range]), levels: levels) })
    }
    (training, validation) = (part(0..<rows), part(rows..<all))
    (self.labels, validationLabels) = (Array(labels[..<rows]), Array(labels[rows...]))
    x = []
  }

  /// What `write` or a script has put into a folder.
  init(from folder: URL) throws {
    func part(_ name: String) throws -> (FeatureColumns, [Int]) {
      let labels = try Data(contentsOf: folder.appendingPathComponent("\(name).u8")).map(Int.init)
      let bytes = try Data(contentsOf: folder.appendingPathComponent("\(name).f64"))
      let numbers = bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
      guard !labels.isEmpty, numbers.count % labels.count == 0 else {
        throw BenchmarkError("the rows in \(folder.path) are no whole columns")
      }
      let columns = stride(from: 0, to: numbers.count, by: labels.count).map { start in
        FeatureColumns.Values.numbers(Array(numbers[start..<start + labels.count]))
      }
      return (FeatureColumns(rows: labels.count, columns: columns), labels)
    }
    (training, labels) = try part("training")
    (validation, validationLabels) = try part("validation")
  }

  /// Columns of doubles one after the other, as NumPy reads them, into a folder.
  func write(to folder: URL) throws {
    for (part, columns, labels) in [("training", training, labels), ("validation", validation, validationLabels)] {
      var bytes = Data()
      for column in columns.columns {
        let numbers: [Double] =
          switch column {
          case .numbers(let numbers): numbers
          case .codes(let codes, _): codes.map { Double($0) }
          }
        numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
      }
      try bytes.write(to: folder.appendingPathComponent("\(part).f64"))
      try Data(labels.map { UInt8($0) }).write(to: folder.appendingPathComponent("\(part).u8"))
    }
  }
}
