import DataVersions
import Files
import Foundation
import Testing

@testable import Datasets
@testable import Preparing

/// Against a server, which is used only where RLRUN_POSTGRES has its address; `scripts/with-postgresql` starts one.
private let server = ProcessInfo.processInfo.environment["RLRUN_POSTGRES"]

@Suite(.enabled(if: server != nil, "RLRUN_POSTGRES has the address of a PostgreSQL server"))
struct PostgreSQLAdditionTests {
  let place = AdditionPlace()

  private func add(_ query: String, parameters: String = "") throws -> DataVersion {
    let encoded = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
    let address = server! + (server!.contains("?") ? "&" : "?") + parameters + "query=" + encoded
    return try #require(try DataAddition(to: "s", from: address).run(in: place.repository)).version
  }

  @Test func `the rows of a query become a version, and the password stays out of its manifest`() throws {
    let version = try add(
      """
      SELECT i AS n, i::text || '_' AS word, date '2024-01-01' + i AS day, i % 2 = 0 AS even, NULLIF(i, 2)::float8 AS x
      FROM generate_series(1, 3) AS i
      """, parameters: "password=hush&")
    #expect(version.rows == 3 && version.kinds["n"] == .number && version.kinds["day"] == .date)
    let table = try version.table(reading: ["word"], in: place.repository)
    #expect((0..<3).map { table.columns[1].text(at: $0) } == ["1_", "2_", "3_"])
    #expect(table.columns[4].text(at: 1) == nil && table.columns[3].text(at: 1) == "true")
    let manifest = place.folder.appendingPathComponent("runs/.data/s/versions/000001.json")
    let text = try String(contentsOf: manifest, encoding: .utf8)
    #expect(text.contains("generate") && !text.contains("hush"))
  }

  @Test func `a server that goes away in the middle leaves no version`() throws {
    #expect(throws: (any Error).self) {
      try add(
        "SELECT i, CASE WHEN i = 50000 THEN pg_terminate_backend(pg_backend_pid()) END FROM generate_series(1, 100000) AS i"
      )
    }
    #expect(try place.repository.names() == [])
  }
}
