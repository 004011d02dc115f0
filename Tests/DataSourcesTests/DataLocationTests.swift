import Files
import Glibc
import TestSupport
import Testing

@testable import DataSources

@Suite struct DataLocationTests {
  @Test func `a password is in no message`() throws {
    for (address, redacted) in [
      ("postgresql://u:secret@host/db?table=a", "postgresql://u:***@host/db?table=a"),
      ("postgres://u:s:e@cret@host:5/db", "postgres://u:***@host:5/db"),
      ("postgresql://host/db?password=secret&table=a", "postgresql://host/db?password=***&table=a"),
      ("postgresql://host/db?PASS%77ORD=secret", "postgresql://host/db?PASS%77ORD=***"),
      ("postgresql://u@host/db", "postgresql://u@host/db"),
    ] {
      #expect(try DataLocation(address).redacted == redacted)
    }
    #expect(failure("postgresql:/u:secret@h/d")?.contains("has an address: postgresql://") == true)
    #expect(failure("postgresql://u:sec%zz@h/d?table=a")?.contains("sec") == false)
    #expect(failure("mysql://u:secret@host/db") == "'mysql://u:***@host/db': there is no source 'mysql:'")
    #expect(failure("postgresq://u:secret@h/d")?.contains("did you mean 'postgresql'?") == true)
    let ended = failure("postgresql://u:secret@127.0.0.1:1/db?table=a") ?? ""
    #expect(ended.hasPrefix("'postgresql://u:***@127.0.0.1:1/db?table=a'") && !ended.contains("secret"), "\(ended)")
  }

  @Test func `parameters are decoded, and those that cannot be are refused`() throws {
    let location = try DataLocation("sqlite:a%20b.db?query=SELECT%20a%26b%3D1%25+x&x=1")
    #expect(location.kind == .address(scheme: "sqlite") && location.path == "a%20b.db")
    #expect(location.parameters == ["query": "SELECT a&b=1%+x", "x": "1"])
    for text in ["sqlite:a?query", "sqlite:a?query=%", "sqlite:a?query=%zz", "sqlite:a?query=%00", "sqlite:a?q=%ff"] {
      #expect(failure(text)?.contains("not well-formed") == true)
    }
  }

  @Test func `what is not there is said with what is near`() throws {
    let folder = RecordedSources.folder.path
    #expect(
      failure(folder + "/orders.xlxs") == "'\(folder)/orders.xlxs': there is no such file; did you mean 'orders.xlsx'?")
    #expect(failure("") == "the name of the file is empty")
    #expect(failure("a\0b")?.contains("there is no such file") == true)
    #expect(
      failure(folder + "/orders.xlsx", SourceOptions(sheet: "Order"))?.hasSuffix(
        "there is no sheet 'Order'; did you mean 'Orders'?") == true)
    #expect(
      failure(folder + "/orders.xlsx", SourceOptions(sheet: "Empty"))?.hasSuffix("sheet 'Empty' is empty") == true)
    #expect(
      failure(folder + "/orders.xlsx", SourceOptions(sheet: "9"))?.contains("'Orders', 'Other things', 'Empty'") == true
    )
    #expect(
      failure(folder + "/orders.xlsx", SourceOptions(range: "F1:A2"))?.hasSuffix("write it as A1:F200 or B:D") == true)
    #expect(
      failure(folder + "/report.docx", SourceOptions(table: "3"))?.hasSuffix("there is no table 3: the document has 2")
        == true)
    #expect(failure(folder + "/shop.db", SourceOptions(table: "order"))?.hasSuffix("did you mean 'orders'?") == true)
    #expect(failure(folder + "/shop.db")?.contains("its tables are odd \"name\", orders, paid_orders") == true)
    #expect(failure("sqlite:\(folder)/shp.db?table=a")?.contains("did you mean 'shop.db'?") == true)
    #expect(failure(folder)?.contains("files of several formats") == true)
    #expect(failure(folder + "/prose.txt", SourceOptions(format: "txet"))?.contains("did you mean 'text'?") == true)
    #expect(
      failure(folder + "/prose.txt", SourceOptions(sheet: "a"))?.hasSuffix("text has no option 'sheet', only xlsx")
        == true)
  }

  @Test func `a query reads and changes nothing`() throws {
    let address = "sqlite:" + RecordedSources.path("shop.db") + "?query="
    for (query, words) in [
      ("DELETE%20FROM%20orders", "it must be a SELECT"), ("SELECT%201;SELECT%202", "several statements"),
      ("%20", "the query is empty"),
      ("SELECT%20nope", "no such column"), ("ATTACH%20%27x%27%20AS%20y", "it must be a SELECT"),
      ("SELEC%201", "syntax error"),
      ("SELECT%20load_extension(%27x%27)", "not authorized"),
    ] {
      #expect(failure(address + query)?.contains(words) == true, "\(failure(address + query) ?? "nothing")")
    }
    #expect(try rows(address + "SELECT%201%20AS%20a,%202%20AS%20a%3B%20") == [[.integer(1), .integer(2)]])
    #expect(failure(address + "SELECT%201&table=orders")?.contains("one table or one query") == true)
  }

  @Test func `names of columns are distinct and none is empty`() {
    #expect(
      distinctNames(["a", "", "a", "a_2", "column2", "a"]).names == ["a", "column2_2", "a_3", "a_2", "column2", "a_4"])
    #expect(distinctNames(["file", "x"], taken: ["file"]).names == ["file_2", "x"])
    let many = distinctNames(Array(repeating: "same", count: 10_000)).names
    #expect(Set(many).count == 10_000)
  }

  @Test func `files of a folder that cannot be read are skipped where that is asked for`() throws {
    let folder = TemporaryFolder()
    _ = try Folder.make(folder.path, system: SystemCalls())
    for (name, text) in [
      ("a.jsonl", "{\"x\": 1}\n"), ("b.jsonl", "{\"x\"\n"), ("c.jsonl", "{\"x\": 3}\n"), ("README", "r"),
    ] {
      try writeBytes(Array(text.utf8), folder.path + "/" + name)
    }
    // Links that lead back up are followed once.
    #expect(symlink(".", folder.path + "/up") == 0)
    #expect(failure(folder.path)?.contains("b.jsonl', line 2: it is cut off") == true)
    let source = try SourceCatalogue.open(DataLocation(folder.path), options: SourceOptions(onError: .skip))
    #expect(try rows(source) == [[.text("a.jsonl"), .integer(1)], [.text("c.jsonl"), .integer(3)]])
    #expect(source.remarks.count == 3 && source.remarks[1] == "1 file of other formats passed over")
  }
}
