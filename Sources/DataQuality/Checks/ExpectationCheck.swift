/// Reports what `Expectations` find, if there are any.
package enum ExpectationCheck: DataCheck {
  package static let name = "expectations"
  package static let summary = "values that break an expectation of the user's"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    guard let expectations = data.options.expectations else { return .issues([]) }
    return .issues(
      expectations.failures(in: data).map { failure in
        let canBeMissing =
          failure.expectation == RangeExpectation.name && !failure.rows.isEmpty && failure.rows.count <= 10_000
        return DataIssue(
          self, column: failure.column, rows: failure.rows, of: failure.rowCount, failure.sentence,
          evidence: failure.evidence,
          repairs: canBeMissing && failure.column != nil
            ? [SetMissing(column: failure.column!, rows: failure.rows)] : [])
      })
  }
}
