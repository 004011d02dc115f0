import Datasets
import Formats
import Glibc

/// Rows that differ in one column, or in one of ten, identifiers left aside, and agree in so much else that chance would not
/// make a pair like them: the bits of the columns in which they agree exceed those of choosing a pair of rows by 15.
///
/// Columns are dealt into one group more than may differ, so that near duplicates agree in all of some group; only rows that
/// do are compared, and of many that do each with its neighbours.
package enum NearDuplicateCheck: DataCheck {
  package static let name = "near-duplicates"
  package static let summary = "rows that equal an earlier one but for its identifier and an edited field"

  private static let mostCells = 100_000_000
  private static let margin = 15.0

  package static func look(at data: CheckedTable) -> CheckOutcome {
    let columns = data.columns.filter { $0.column.hasValues && !IdentifierCheck.isIdentifier($0) }.prefix(200)
    let count = data.table.rowCount
    guard columns.count >= 3, count >= 2 else { return .issues([]) }
    guard columns.count * count <= mostCells else {
      return .skipped("\(grouped(count)) rows of \(columns.count) columns are too many; check a sample")
    }
    let search = Search(data, Array(columns))
    let pairs = search.pairs()
    if pairs.isEmpty { return .issues([]) }
    let rows = pairs.map(\.row)
    return .issues([
      DataIssue(
        self, column: nil, rows: rows,
        "\(rowsText(rows.count, "differs", "differ")) from another one in a field or an identifier only",
        evidence: pairs.prefix(20).map { pair in
          let edited = pair.edited.map { " but for \(quoted($0))" } ?? " but for identifiers"
          return "row \(pair.row) equals row \(pair.original)\(edited)"
        }, repairs: [DropRows(rows: rows)])
    ])
  }

  private struct Search {
    private let names: [String]
    /// By column and row.
    private let hashes: [[UInt64]]
    /// How much agreeing in a column tells.
    private let bits: [Double]
    private let isRepeated: [Bool]
    private let count: Int
    private let mayDiffer: Int

    init(_ data: CheckedTable, _ columns: [CheckedColumn]) {
      count = data.table.rowCount
      let count = count
      let hashes = columns.map { column in
        var hashes = [UInt64](repeating: 0, count: count)
        RowDuplicates.mix(column.column, into: &hashes)
        return hashes
      }
      let bits = hashes.map(Self.bits)
      // The most telling first, which are then dealt out evenly.
      let order = columns.indices.sorted { (bits[$1], $0) < (bits[$0], $1) }
      names = order.map { columns[$0].name }
      self.hashes = order.map { hashes[$0] }
      self.bits = order.map { bits[$0] }
      isRepeated = data.duplicates.first.enumerated().map { $0 != Int($1) }
      mayDiffer = max(1, columns.count / 10)
    }

    /// −log₂ of the probability that two rows agree, as a sample has it.
    private static func bits(_ hashes: [UInt64]) -> Double {
      let sample = stride(from: 0, to: hashes.count, by: max(1, hashes.count / 4_000)).map { hashes[$0] }
      var counts: [UInt64: Double] = [:]
      for hash in sample { counts[hash, default: 0] += 1 }
      let pairs = Double(sample.count) * Double(sample.count - 1)
      let agreeing = counts.values.reduce(0) { $0 + $1 * ($1 - 1) }
      return max(0, -log2(max(agreeing, 1) / max(pairs, 1)))
    }

    /// Each later row with the first one it is near.
    func pairs() -> [(row: Int, original: Int, edited: String?)] {
      var original = [Int](repeating: .max, count: count)
      var edited: [Int: Int] = [:]
      let needed = 2 * log2(Double(count)) + margin
      for band in 0...mayDiffer {
        var keys = [UInt64](repeating: 0, count: count)
        for column in stride(from: band, to: hashes.count, by: mayDiffer + 1) {
          for row in 0..<count { keys[row] = RowDuplicates.mixed(keys[row], hashes[column][row]) }
        }
        let order = (0..<count).filter { !isRepeated[$0] }.sorted { (keys[$0], $0) < (keys[$1], $1) }
        for (place, row) in order.enumerated() {
          for other in order[(place + 1)...].prefix(20) {
            if keys[other] != keys[row] { break }
            guard row < original[other], let column = difference(row, other, needed) else { continue }
            original[other] = row
            edited[other] = column
          }
        }
      }
      return (0..<count).filter { original[$0] != .max }.map { row in
        (row, original[row], edited[row].flatMap { $0 < 0 ? nil : names[$0] })
      }
    }

    /// The first column in which they differ, -1 where there is none; nil where they are no near duplicates.
    private func difference(_ a: Int, _ b: Int, _ needed: Double) -> Int? {
      var (first, differing, agreed) = (-1, 0, 0.0)
      for column in hashes.indices {
        if hashes[column][a] == hashes[column][b] {
          agreed += bits[column]
        } else {
          if first < 0 { first = column }
          differing += 1
          if differing > mayDiffer { return nil }
        }
      }
      return agreed >= needed ? first : nil
    }
  }
}
