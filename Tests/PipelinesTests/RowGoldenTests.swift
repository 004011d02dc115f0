import Datasets
import Foundation
import Testing

@testable import Pipelines

@Suite struct RowGoldenTests {
  struct File: Decodable {
    struct Case: Decodable {
      var step: [String: [String: StepValue]]
      var made: [String: RecordedTables.RecordedColumn]
    }
    var table: [String: RecordedTables.RecordedColumn]
    var shops: [String: RecordedTables.RecordedColumn]
    var cases: [Case]
  }

  @Test func `row steps make what pandas makes`() throws {
    let file = try RecordedTables.read(File.self, "rows.json")
    let table = RecordedTables.table(file.table)
    #expect(file.cases.count == 9)
    for golden in file.cases {
      let (name, parameters) = golden.step.first!
      let made = try Pipeline([try Pipeline.step(name, parameters, place: 0)]).prepare(table, seed: 1) {
        (name) throws(PipelineError) in
        #expect(name == "shops")
        return RecordedTables.table(file.shops)
      }.table
      #expect(Set(made.names) == Set(golden.made.keys), "\(name)")
      for (column, expected) in golden.made {
        let values = try made.column(column)
        #expect(values.count == expected.values.count, "\(name), \(column)")
        for (row, wanted) in expected.values.enumerated() where row < values.count {
          if case .number(let number)? = values.value(row), case .number(let wanted)? = wanted {
            #expect(abs(number - wanted) <= 1e-12 * max(1, abs(wanted)), "\(name), \(column), row \(row)")
          } else {
            #expect(values.value(row) == wanted, "\(name), \(column), row \(row)")
          }
        }
      }
    }
  }
}
