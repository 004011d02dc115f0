import DataVersions
import Datasets
import Foundation
import Testing

@testable import Studio
@testable import WebServer

@Suite struct `pages of data sets` {
  private let attack = "<script>alert(1)</script>"

  private func site(rows: Int = 250) throws -> PageStore {
    let site = try PageStore()
    let repository = DataRepository(store: site.store.path)
    let words = (0..<rows).map { $0 == 7 ? attack : "word\($0 % 5)" }
    let text = "n,word\n" + words.enumerated().map { "\($0),\($1)\n" }.joined()
    let table = try Table(csvBytes: Array(text.utf8))
    let writer = try DataSetWriter("things", in: repository)
    try writer.append(table, remarks: ["word": [attack]])
    _ = try writer.commit(DataVersionOrigin(sources: [], note: attack))
    return site
  }

  @Test func `data sets are listed, and rows paged and filtered`() throws {
    let site = try site()
    #expect(try site.get("/data").text.contains("/data/things"))
    let first = try site.get("/data/things").text
    #expect(first.contains("Rows 1 to 100 of 250"))
    let last = try site.get("/data/things/rows?from=200").text
    #expect(last.contains("Rows 201 to 250 of 250"))
    let found = try site.get("/data/things/rows?text=WORD3&in=word").text
    #expect(found.contains("Rows 1 to 50 of 50"))
    #expect(try site.get("/data/things/rows?text=nothing").text.contains("No row matches"))
    #expect(try site.get("/data/things/rows?from=99999999999999999999&in=none").status == 200)
    for show in ["columns", "profile", "checks", "origin", "rows", "nonsense"] {
      let page = try site.get("/data/things?show=\(show)").text
      #expect(!page.contains("<script>alert"), "\(show)")
    }
    #expect(first.contains("&lt;script&gt;"))
  }

  @Test func `what is no data set or version is not found`() throws {
    let site = try site(rows: 3)
    for address in ["/data/none", "/data/things?version=9", "/data/things?version=x", "/data/things/rows?version=-1"] {
      #expect(throws: WebError.self) { try site.get(address) }
    }
    #expect(throws: WebError.self) { try site.get("/data/..%2fthings") }
  }

  @Test func `a plan is what was chosen, and nothing else`() throws {
    let site = try site(rows: 3)
    #expect(throws: WebError(400, "choose at least one repair")) { try site.post("/data/things/clean", "") }
    #expect(throws: WebError(400, "this is no repair")) { try site.post("/data/things/clean", "repair=%5B1%5D") }
    #expect(throws: WebError(400, "this is no repair")) {
      try site.post("/data/things/clean", WebForm([("repair", "a: b\nrepairs: []")]).encoded)
    }
  }
}

@Suite struct `artifacts to look at` {
  @Test func `pages and images come in a sandbox, text and tables as part of a page`() throws {
    let site = try PageStore()
    let id = try site.record("a", [1])
    let writer = try site.store.append(to: id)
    let files = [
      ("page.html", "<script>alert(1)</script>"), ("text.txt", "<b>bold</b>"), ("t.csv", "a,b\n\"x,1\",<i>\n"),
      ("pic.svg", "<svg/>"), ("bytes.bin", "\u{0}\u{1}"),
    ]
    for (name, text) in files { try writer.saveArtifact(Array(text.utf8), name: name) }
    try writer.finish(status: .finished)
    let page = try site.get("/runs/\(id)/show/page.html").text
    #expect(page.contains("<iframe class=\"page\" sandbox ") && !page.contains("<script>alert"))
    let view = try site.get("/runs/\(id)/view/page.html")
    #expect(view.headers["Content-Security-Policy"]?.hasPrefix("sandbox; default-src 'none'") == true)
    #expect(view.headers["Content-Security-Policy"]?.contains("script") == false)
    #expect(try site.get("/runs/\(id)/show/text.txt").text.contains("&lt;b&gt;bold"))
    let table = try site.get("/runs/\(id)/show/t.csv").text
    #expect(table.contains("<td>x,1</td><td>&lt;i&gt;</td>"))
    #expect(try site.get("/runs/\(id)/view/pic.svg").headers["Content-Security-Policy"]?.hasPrefix("sandbox") == true)
    #expect(try site.get("/runs/\(id)/show/bytes.bin").text.contains("This is no text"))
    for name in ["none", "text.txt"] { #expect(throws: WebError.self) { try site.get("/runs/\(id)/view/\(name)") } }
  }
}
