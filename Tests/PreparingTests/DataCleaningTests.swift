import DataQuality
import DataVersions
import Datasets
import Testing

@testable import Preparing

/// Rows that were stored as written, checked, cleaned and understood.
@Suite struct DataCleaningTests {
  let place = AdditionPlace()

  private let orders =
    "order_id,country,amount\n"
    + (0..<60).map { "o\($0),\(["United States", "Germany"][$0 % 2]),\($0).5\n" }.joined()
    + "o60,Untied States,\"7,5\"\no61,Germany,-\no61,Germany,-\n"

  private func added() throws -> DataVersion {
    var addition = DataAddition(to: "orders", from: try place.file("orders.csv", orders))
    addition.asWritten = true
    return try #require(try addition.run(in: place.repository)).version
  }

  @Test func `rows as written keep every field`() throws {
    let version = try added()
    #expect(version.isAsWritten && Set(version.columns.map(\.kind)) == [.text])
    let table = try version.table(in: place.repository)
    #expect(try table.column("amount").text(at: 60) == "7,5" && table.column("amount").text(at: 61) == "-")
  }

  @Test func `what is suggested makes numbers of numbers, and rows keep their ids`() throws {
    let version = try added()
    let report = try DataCheckReport(version.table(in: place.repository))
    let found = Set(report.issues.map(\.check))
    #expect(found.isSuperset(of: ["categories", "spelled-missing", "number-formats", "duplicates"]), "\(found)")
    let plan = CleaningPlan(suggestedFor: report.issues)
    let yaml = try plan.yaml()
    let cleaned = try DataCleaning(of: version, by: CleaningPlan(yaml: yaml), yaml: yaml).run(in: place.repository)
    #expect(cleaned.changes.count == plan.repairs.count && cleaned.version.number == 2)
    #expect(cleaned.version.kinds == ["order_id": .id, "country": .category, "amount": .number])
    let table = try cleaned.version.table(reading: ["order_id"], in: place.repository)
    #expect(table.lines == Array(1...62))
    #expect(try table.column("country").text(at: 60) == "United States" && table.column("amount").text(at: 60) == "7.5")
    #expect(cleaned.version.parents == [.init(version)])
    #expect(try !DataCleaning(of: version, by: plan, yaml: yaml).run(in: place.repository).isNew)
    // The version before stays.
    #expect(try version.table(in: place.repository).rowCount == 63)
  }

  @Test func `a plan that does not fit is one sentence, and nothing is made`() throws {
    let version = try added()
    let yaml = "repairs:\n  - clip: {column: amuont, least: 0}\n"
    #expect(throws: DataQualityError.self) {
      try DataCleaning(of: version, by: CleaningPlan(yaml: yaml), yaml: yaml).run(in: place.repository)
    }
    #expect(try place.repository.dataSet("orders").latest() == version)
  }

  @Test func `rows that break an expectation are not added`() throws {
    try place.add("cities", place.file("cities.csv", "city\n" + (0..<9).map { "c\($0)\n" }.joined()))
    let yaml = """
      expectations:
        - range: {column: x, least: 0}
        - reference: {column: city, table: cities, key: city}
      """
    func add(_ text: String) throws -> DataAddition.Report? {
      var addition = DataAddition(to: "d", from: try place.file("d.csv", text))
      addition.expectations = try Expectations(yaml: yaml)
      return try addition.run(in: place.repository)
    }
    let error = #expect(throws: DataProblem.self) { try add("x,city\n1,c1\n-2,c2\n3,c99\n") }
    #expect(error?.description.contains("(row 2)") == true && error?.description.contains("and 1 more") == true)
    #expect(try place.repository.names() == ["cities"])
    // More different values than are shown.
    let many = #expect(throws: DataProblem.self) {
      try add("x,city\n" + (1...50).map { "-\($0),c1\n" }.joined())
    }
    #expect(many?.description.contains("(rows 1, 2, 3") == true)
    #expect(try add("x,city\n1,c1\n2,c2\n")?.isNew == true)
  }
}
