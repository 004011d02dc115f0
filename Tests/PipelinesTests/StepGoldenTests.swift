import Datasets
import Foundation
import Testing

@testable import Pipelines

/// What `Tests/Goldens/pipelines.py` recorded of one transformer of scikit-learn.
struct StepGolden: Decodable, Sendable, CustomTestStringConvertible {
  typealias Value = RecordedTables.RecordedColumn.Value

  var name: String
  var step: [String: [String: StepValue]]
  var columns: [String]
  var trainingColumns: [String: RecordedTables.RecordedColumn]
  var testColumns: [String: RecordedTables.RecordedColumn]
  var target: String?
  var train: [[Value?]]?
  var test: [[Value?]]?
  var names: [String]?
  var tolerance: Double

  var testDescription: String { name }

  private struct File: Decodable {
    var cases: [StepGolden]
  }
  static let all = (try? RecordedTables.read(File.self, "steps.json"))?.cases ?? []

  func pipeline() throws -> Pipeline {
    let (name, parameters) = step.first!
    return Pipeline([try Pipeline.step(name, parameters, place: 0)])
  }
}

@Suite struct StepGoldenTests {
  @Test func `the recorded cases are there`() {
    #expect(StepGolden.all.count > 80)
  }

  @Test(arguments: StepGolden.all)
  func `steps make what scikit-learn's transformers make`(_ golden: StepGolden) throws {
    let training = RecordedTables.table(
      golden.trainingColumns, order: golden.columns + (golden.target.map { [$0] } ?? []))
    let later = RecordedTables.table(golden.testColumns, order: golden.columns)
    let (fitted, output) = try golden.pipeline().fitTransform(training, target: golden.target, seed: 1)
    let made = golden.target.map { output.whole.dropping([$0]) } ?? output.whole
    if let names = golden.names { #expect(made.names == names) }
    if let expected = golden.train { compare(made, expected, golden.tolerance) }
    if let expected = golden.test {
      let reread = try FittedPipeline(json: try fitted.json())
      compare(try reread.transform(later).whole, expected, golden.tolerance)
      #expect(try reread.transform(later.rows([])).whole.rowCount == 0)
    }
  }

  private func compare(_ table: Table, _ expected: [[StepGolden.Value?]], _ tolerance: Double) {
    #expect(table.rowCount == expected.count)
    var worst = 0.0
    for (row, values) in expected.enumerated() {
      guard table.columns.count == values.count else {
        Issue.record("\(table.names) for \(values.count) columns")
        return
      }
      for (place, value) in values.enumerated() {
        let made = table.columns[place].value(row)
        if case .number(let number)? = made, case .number(let wanted)? = value {
          worst = max(worst, abs(number - wanted) / max(1, abs(wanted)))
        } else if made != value {
          Issue.record(
            "row \(row), \(table.names[place]): \(String(describing: made)), not \(String(describing: value))")
          return
        }
      }
    }
    #expect(worst <= tolerance)
  }
}
