import Foundation
import Testing

@testable import DataSources

/// Against a server, which is used only where RLRUN_POSTGRES has its address, such as
/// postgresql://postgres@127.0.0.1:5433/postgres. Its tables are not touched.
private let address = ProcessInfo.processInfo.environment["RLRUN_POSTGRES"]

@Suite(.enabled(if: address != nil, "RLRUN_POSTGRES has the address of a PostgreSQL server"))
struct PostgreSQLTests {
  private func location(_ query: String) -> String {
    let encoded = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
    return address! + (address!.contains("?") ? "&" : "?") + "query=" + encoded
  }

  @Test func `values have the types of their columns`() throws {
    let source = try SourceCatalogue.open(
      DataLocation(
        location(
          """
          SELECT 1::smallint AS a, 9223372036854775807 AS b, 0.1::float8 AS c, 1.5::real AS d, 12345678901234567890.5::numeric AS e,
          7::numeric AS f, true AS g, 'é'::text AS h, ''::text AS i, date '2024-01-31' AS j, timestamp '2024-01-31 12:30:00.5' AS k,
          timestamptz '2024-01-31 12:30:00+02' AS l, NULL::int AS m, 'NaN'::float8 AS n, 'infinity'::timestamp AS o, '\\x00'::bytea AS p,
          'infinity'::float8 AS q, date '0044-03-15 BC' AS r, '{"a": 1}'::jsonb AS s, ARRAY[1, 2] AS t, 1 AS a
          """)))
    #expect(source.columns.last == "a_2")
    let expected: [Cell] = [
      .integer(1), .integer(.max), .number(0.1), .number(1.5), .number(12345678901234567890.5), .integer(7),
      .flag(true), .text("é"),
      .missing, .date(seconds: 1_706_659_200), .date(seconds: 1_706_704_200.5), .date(seconds: 1_706_697_000), .missing,
      .missing,
      .text("infinity"), .missing, .missing, .text("0044-03-15 BC"), .text("{\"a\": 1}"), .text("{1,2}"), .integer(1),
    ]
    #expect(try rows(source) == [expected])
    #expect(source.remarks == ["the query", "column 'p': 1 value of bytes read as missing"])
  }

  @Test func `rows come one at a time, and none at all is no error`() throws {
    let source = try SourceCatalogue.open(DataLocation(location("SELECT generate_series(1, 100000) AS i")))
    var (row, sum): ([Cell], Int64) = ([], 0)
    while try source.next(&row) { if case .integer(let value) = row[0] { sum += value } }
    #expect(sum == 5_000_050_000)
    #expect(try !source.next(&row))
    let empty = try SourceCatalogue.open(DataLocation(location("SELECT 1 AS a WHERE false")))
    #expect(empty.columns == ["a"])
    #expect(try rows(empty).isEmpty)
  }

  @Test func `a query that would change something, fails or is several is refused`() throws {
    for (query, words) in [
      ("CREATE TABLE rlrun_never (a int)", "read-only"), ("SELECT 1; SELECT 2", "multiple commands"),
      ("SELEC 1", "syntax error"),
      ("SET timezone = 'UTC'", "must be a SELECT"),
      ("SELECT 1/(3 - i) FROM generate_series(1, 5) AS i", "after row 2 of the query: division by zero"),
    ] {
      #expect(failure(location(query))?.contains(words) == true, "\(failure(location(query)) ?? "nothing")")
    }
    let name = address! + (address!.contains("?") ? "&" : "?") + "table="
    #expect(failure(name + "rlrun_never")?.contains("there is no table 'rlrun_never'") == true)
  }

  @Test func `a connection that is lost is one sentence`() throws {
    let source = try SourceCatalogue.open(
      DataLocation(location("SELECT i, pg_backend_pid() FROM generate_series(1, 3000000) AS i")))
    var row: [Cell] = []
    #expect(try source.next(&row))
    guard case .integer(let backend) = row[1] else { return }
    #expect(try rows(location("SELECT pg_terminate_backend(\(backend))")) == [[.flag(true)]])
    let error = #expect(throws: DataSourceError.self) { while try source.next(&row) {} }
    #expect(error?.sentence.contains("the connection was lost") == true, "\(error?.sentence ?? "")")
  }
}
