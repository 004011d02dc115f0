import DataVersions
import Datasets
import Formats
import Pipelines
import Testing

@testable import Preparing

@Suite struct DataPreparationTests {
  let place = AdditionPlace()

  private func prepare(_ yaml: String, _ source: DataVersion, target: String? = nil) throws -> DataVersion {
    try DataPreparation(of: source, by: Pipeline(yaml: yaml), yaml: yaml, as: "made", target: target).run(
      in: place.repository
    ).version
  }

  private func orders() throws -> DataVersion {
    let rows = (1...40).map { "o\($0),c\($0 % 3),\($0 % 5 == 0 ? "" : "\($0)")\n" }.joined()
    return try place.add("orders", place.file("orders.csv", "order_id,customer_id,amount\n" + rows)).version
  }

  @Test func `rows keep their ids and names where a pipeline filters and scales`() throws {
    let source = try orders()
    let made = try prepare("steps:\n- filter: {expression: amount > 10}\n- min_max: {columns: [amount]}\n", source)
    let table = try made.table(reading: ["order_id"], in: place.repository)
    #expect(table.lines == (11...39).filter { $0 % 5 != 0 })
    #expect(table.columns[0].text(at: 0) == "o11" && made.kinds["order_id"] == .id)
    #expect(try table.column("amount").text(at: 0) == "0" && table.column("amount").text(at: table.rowCount - 1) == "1")
    #expect(made.parents == [.init(source)] && made.steps.map(\.name) == ["prepare"])
    #expect(
      try prepare("steps:\n- filter: {expression: amount > 10}\n- min_max: {columns: [amount]}\n", source) == made)
  }

  @Test func `a join finds its partner among the data sets, which become parents`() throws {
    let source = try orders()
    let customers = try place.add(
      "customers", place.file("customers.csv", "customer_id,city\nc0,Bonn\nc1,Köln\nc2,Bonn\n")
    ).version
    let made = try prepare("steps:\n- join: {table: \"data:customers\", on: [customer_id]}\n", source)
    let table = try made.table(in: place.repository)
    #expect(try table.column("city").text(at: 0) == "Köln" && table.rowCount == 40)
    #expect(made.parents == [.init(source), .init(customers)])
    #expect(made.parents.count == 2 && table.lines == Array(1...40))
  }

  @Test func `rows of a group are new ones`() throws {
    let made = try prepare(
      "steps:\n- group: {by: [customer_id], aggregates: [\"mean = mean(amount)\"]}\n", try orders())
    let table = try made.table(in: place.repository)
    #expect(table.rowCount == 3 && table.lines == [1, 2, 3])
  }

  @Test func `a pipeline that does not fit is one sentence, and nothing is made`() throws {
    let source = try orders()
    for yaml in ["steps:\n- min_max: {columns: [amuont]}\n", "steps:\n- join: {table: nowhere, on: [customer_id]}\n"] {
      let error = #expect(throws: PipelineError.self) { try prepare(yaml, source) }
      #expect(error?.sentence.contains("\n") == false)
    }
    #expect(try place.repository.names() == ["orders"])
  }
}
