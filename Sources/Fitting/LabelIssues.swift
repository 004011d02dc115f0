import Formats
import Validation

extension HeldOutRows {
  /// The rows whose label the probabilities contradict with confidence; nil where there are no classes, and where the model
  /// knows no more of the labels than how frequent each is (`shares`, of the training rows).
  func labelIssues(shares: [Double]) -> [LabelIssue]? {
    guard case .classes(let probabilities, let labels) = kind else { return nil }
    return LabelIssue.all(probabilities, labels: labels, shares: shares)
  }
}

extension [LabelIssue] {
  /// A plan for `rlrun data clean` that drops the rows, whose numbers are counted from 1.
  func plan(rows: [Int]) -> String {
    let numbers = map { rows[$0.row] - 1 }.sorted().map(String.init).joined(separator: ", ")
    return """
      # Rows whose labels are doubtful, counted from 0: take out those whose labels are right.
      repairs:
        - drop-rows: {rows: [\(numbers)]}

      """
  }

  /// CSV: the most doubtful label first. `rows`: the numbers of the rows that the issues are about.
  func csv(rows: [Int], classes: [String]) -> String {
    CSVWriter.text { writer in
      writer.row(["row", "given", "suggested", "probability_given", "probability_suggested", "margin"])
      for issue in self {
        writer.field(rows[issue.row])
        for label in [issue.given, issue.suggested] { writer.field(classes[label]) }
        for value in [issue.selfConfidence, issue.confidence, issue.margin] { writer.field(value) }
        writer.endRow()
      }
    }
  }
}
