import Datasets
import Formats
import Validation

/// How a model treats the groups of a column.
package enum GroupScores {
  private static let fewestRows = 10, mostGroups = 12

  /// The groups by size, at most twelve, of at least ten rows each.
  ///
  /// - Parameters:
  ///   - rows: of the column, counted from 0; the others have one element for each.
  ///   - predicted: 1 for a row that is predicted as the positive class and 0 for another, or the predicted number.
  ///   - observed: the same of the truth.
  ///   - score: of rows by their places in `rows`; nil where it is not defined.
  package static func of(
    _ column: Column, rows: [Int], predicted: [Double], observed: [Double], estimate: RowEstimate = RowEstimate(),
    score: ([Int]) -> Double?
  ) -> [AutopilotReport.Group] {
    precondition(rows.count == predicted.count && rows.count == observed.count, "the rows differ in number")
    let parts = ColumnParts("", column, rows: rows).parts.filter { $0.places.count >= fewestRows }
    let largest = parts.indices.sorted { (-parts[$0].places.count, $0) < (-parts[$1].places.count, $1) }
    return largest.prefix(mostGroups).compactMap { index in
      let places = parts[index].places
      guard let own = estimate.score(rows: places.count, { drawn in score(drawn.map { places[$0] }) }) else {
        return nil
      }
      return AutopilotReport.Group(
        value: parts[index].value, rows: places.count, score: own, predicted: mean(places.map { predicted[$0] }),
        observed: mean(places.map { observed[$0] }))
    }
  }
}
