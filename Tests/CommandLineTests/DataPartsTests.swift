import DataQuality
import DataSources
import Foundation
import Pipelines
import Testing

/// Every source, step, repair, expectation and split by the command that a user types; Docs/DATA.md lists them.
@Suite struct DataPartsTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    let rows = (0..<12).map { row in
      let day = "2024-0\(row / 6 + 1)-0\(row % 6 + 1)"
      return
        "\(day),\(["north", "south", "east"][row % 3]),\(10 + row),\(row * row % 7),\(["a red house", "the green one"][row % 2]),\(["a-1", "b-20"][row % 2]),\(row < 4 ? "\(row + 1)" : "")\n"
    }
    try place.write("day,shop,price,size,note,code,gap\n" + rows.joined(), to: "sales.csv")
    try place.write("shop,city\nnorth,Kiel\nsouth,Ulm\n", to: "shops.csv")
  }

  @discardableResult
  private func run(_ command: String...) throws -> Output { try run(command) }

  private func run(_ command: [String]) throws -> Output {
    let output = try place.run("rlrun", command)
    #expect(output.status == 0, "\(command): \(output.errors)")
    return output
  }

  private func lines(of reference: String) throws -> [String] {
    try run("data", "export", reference).output.split(separator: "\n").map(String.init)
  }

  // MARK: Sources

  /// What `data add` takes, of the files that the programs people use wrote, and how many rows there are.
  static let sources: [(format: String, source: String, options: [String], rows: Int)] = [
    ("csv", "sources/table.csv.gz", [], 40_000), ("csv", "sources/table.csv.zst", [], 40_000),
    ("xlsx", "sources/orders.xlsx", [], 6),
    ("xlsx", "sources/orders.xlsx", ["--sheet", "Orders", "--range", "A1:B8"], 6),
    ("docx", "sources/report.docx", [], 5), ("json", "sources/objects.json", [], 4),
    ("json", "sources/objects.jsonl.gz", [], 4),
    ("text", "sources/prose.txt", [], 5), ("text", "sources/prose.txt", ["--text-unit", "file"], 1),
    ("image", "sources/images", [], 29), ("sqlite", "sources/shop.db", ["--table", "orders"], 3),
    ("sqlite", "sources/shop.db", ["--query", "SELECT 1 AS one"], 1), ("json", "sources/parts", [], 3),
    ("parquet", "parquet/flags_1.parquet", [], 130),
  ]

  @Test(arguments: sources)
  func `a source becomes a version`(format: String, source: String, options: [String], rows: Int) throws {
    let path = Workplace.package.appendingPathComponent("Tests/Goldens/recorded/\(source)").path
    let added = try run(["data", "add", "d", path] + options)
    #expect(added.output.hasPrefix("Added data:d@1: \(rows) row"))
    // A cell may have several lines.
    #expect(try lines(of: "d").count > rows)
    try run("data", "verify", "d")
  }

  // MARK: Steps

  /// A step, its parameters, the columns and the first row that come of it, where that row is the same on all machines, and how
  /// many rows there are.
  static let steps: [(name: String, parameters: String, columns: String, first: String, rows: Int)] = [
    ("drop", "{columns: [note, code]}", "day,shop,price,size,gap", "2024-01-01,north,10,0,1", 12),
    (
      "impute", "{columns: [gap], add_indicator: true}", "day,shop,price,size,note,code,gap,gap.missing",
      "2024-01-01,north,10,0,a red house,a-1,1,0", 12
    ),
    (
      "standard", "{columns: [price]}", "day,shop,price,size,note,code,gap",
      "2024-01-01,north,-1.5932550136313832,0,a red house,a-1,1", 12
    ),
    (
      "min_max", "{columns: [price]}", "day,shop,price,size,note,code,gap", "2024-01-01,north,0,0,a red house,a-1,1", 12
    ),
    (
      "robust", "{columns: [price]}", "day,shop,price,size,note,code,gap", "2024-01-01,north,-1,0,a red house,a-1,1", 12
    ),
    (
      "quantile", "{columns: [price], n_quantiles: 5}", "day,shop,price,size,note,code,gap",
      "2024-01-01,north,0,0,a red house,a-1,1", 12
    ),
    ("power", "{columns: [price]}", "day,shop,price,size,note,code,gap", "", 12),
    (
      "log", "{columns: [price]}", "day,shop,price,size,note,code,gap",
      "2024-01-01,north,2.3978952727983707,0,a red house,a-1,1", 12
    ),
    (
      "bins", "{columns: [price], n_bins: 3, encode: ordinal}", "day,shop,price,size,note,code,gap",
      "2024-01-01,north,0,0,a red house,a-1,1", 12
    ),
    (
      "polynomial", "{columns: [price, size], include_bias: false}",
      "day,shop,note,code,gap,price,size,price^2,price size,size^2", "2024-01-01,north,a red house,a-1,1,10,0,100,0,0",
      12
    ),
    (
      "select", "{columns: [price, size], threshold: 5}", "day,shop,price,note,code,gap",
      "2024-01-01,north,10,a red house,a-1,1", 12
    ),
    ("pca", "{columns: [price, size], n_components: 1}", "day,shop,note,code,gap,component_1", "", 12),
    (
      "rare", "{columns: [shop], min_frequency: 5}", "day,shop,price,size,note,code,gap",
      "2024-01-01,rare,10,0,a red house,a-1,1", 12
    ),
    (
      "one_hot", "{columns: [shop]}", "day,shop=east,shop=north,shop=south,price,size,note,code,gap",
      "2024-01-01,0,1,0,10,0,a red house,a-1,1", 12
    ),
    ("ordinal", "{columns: [shop]}", "day,shop,price,size,note,code,gap", "2024-01-01,1,10,0,a red house,a-1,1", 12),
    (
      "frequency", "{columns: [shop]}", "day,shop,price,size,note,code,gap",
      "2024-01-01,0.3333333333333333,10,0,a red house,a-1,1", 12
    ),
    (
      "hash", "{columns: [shop], n_features: 4}", "day,price,size,note,code,gap,hash_0,hash_1,hash_2,hash_3",
      "2024-01-01,10,0,a red house,a-1,1,-1,0,0,0", 12
    ),
    (
      "date_parts", "{columns: [day], parts: [month, weekday]}", "day.month,day.weekday,shop,price,size,note,code,gap",
      "1,0,north,10,0,a red house,a-1,1", 12
    ),
    (
      "count_words", "{columns: [note]}",
      "day,shop,price,size,code,gap,note=green,note=house,note=one,note=red,note=the",
      "2024-01-01,north,10,0,a-1,1,0,1,0,1,0", 12
    ),
    (
      "tfidf", "{columns: [note]}", "day,shop,price,size,code,gap,note=green,note=house,note=one,note=red,note=the",
      "2024-01-01,north,10,0,a-1,1,0,0.7071067811865476,0,0.7071067811865476,0", 12
    ),
    (
      "combine", "{column: total, expression: price * size}", "day,shop,price,size,note,code,gap,total",
      "2024-01-01,north,10,0,a red house,a-1,1,0", 12
    ),
    (
      "split_column", "{column: code, separator: \"-\", into: [letter, number]}",
      "day,shop,price,size,note,letter,number,gap", "2024-01-01,north,10,0,a red house,a,1,1", 12
    ),
    (
      "filter", "{expression: size > 3}", "day,shop,price,size,note,code,gap", "2024-01-03,east,12,4,a red house,a-1,3",
      3
    ),
    ("sample", "{n: 5}", "day,shop,price,size,note,code,gap", "", 5),
    (
      "deduplicate", "{columns: [shop]}", "day,shop,price,size,note,code,gap",
      "2024-01-01,north,10,0,a red house,a-1,1", 3
    ),
    (
      "join", "{table: shops.csv, on: [shop], how: inner}", "day,shop,price,size,note,code,gap,city",
      "2024-01-01,north,10,0,a red house,a-1,1,Kiel", 8
    ),
    ("group", "{by: [shop], aggregates: [mean_price = mean(price)]}", "shop,mean_price", "east,16.5", 3),
    (
      "sort", "{by: [price], ascending: false}", "day,shop,price,size,note,code,gap",
      "2024-02-06,east,21,2,the green one,b-20,", 12
    ),
    (
      "lags", "{columns: [price], order: [day]}", "day,shop,price,size,note,code,gap,price.lag1",
      "2024-01-01,north,10,0,a red house,a-1,1,", 12
    ),
  ]

  @Test(arguments: steps)
  func `a step prepares a data set`(
    name: String, parameters: String, columns: String, first: String, rows: Int
  ) throws {
    try place.write("steps:\n- \(name): \(parameters)\n", to: "p.yaml")
    try run("data", "add", "sales", "sales.csv")
    try run("data", "prepare", "sales", "--pipeline", "p.yaml", "-o", "made")
    let lines = try lines(of: "made")
    #expect(lines.count == rows + 1)
    #expect(lines.first == columns)
    #expect(first.isEmpty || lines.dropFirst().first == first)
  }

  @Test func `the step of images makes numbers of files that a data set keeps`() throws {
    let photos = Workplace.package.appendingPathComponent("Examples/Data/photos").path
    try place.write(
      "steps:\n- drop: {columns: [\"*\"], except: [image]}\n- image: {columns: [image], width: 2, height: 1, mode: rgb}\n",
      to: "p.yaml")
    try run("data", "add", "photos", photos, "--pixels")
    try run("data", "prepare", "photos", "--pipeline", "p.yaml", "-o", "made")
    #expect(try lines(of: "made").first == "image.0,image.1,image.2,image.3,image.4,image.5")
  }

  // MARK: Repairs

  static let repairs: [(name: String, fields: String, before: String, after: String)] = [
    ("redecode", "{column: a}", "a\nKÃ¶ln\nUlm\n", "a\nKöln\nUlm\n"),
    ("set-missing", "{column: a, values: [\"-999\"]}", "a,b\n-999,1\n2,2\n", "a,b\n,1\n2,2\n"),
    ("replace", "{column: a, values: {x: z}}", "a\nx\ny\n", "a\nz\ny\n"),
    ("replace-words", "{column: a, words: {teh: the}}", "a\nteh end\nin teh car\n", "a\nthe end\nin the car\n"),
    ("merge-categories", "{column: a, into: {Ulm: [ulm, ULM]}}", "a\nUlm\nulm\nULM\n", "a\nUlm\nUlm\nUlm\n"),
    ("parse-numbers", "{column: a, decimal: comma}", "a\n\"1,5\"\n\"1.000,25\"\n", "a\n1.5\n1000.25\n"),
    ("parse-dates", "{column: a, order: dmy}", "a\n31.1.2024\n2024-02-01\n", "a\n2024-01-31\n2024-02-01\n"),
    ("parse-units", "{column: a, to: g}", "a\n1 kg\n5 g\n", "a\n1000\n5\n"),
    ("drop-rows", "{missing: a}", "a,b\n1,1\n,2\n3,3\n", "a,b\n1,1\n3,3\n"),
    ("deduplicate", "{}", "a,b\n1,1\n1,1\n2,1\n", "a,b\n1,1\n2,1\n"),
    ("clip", "{column: a, least: 0, most: 2}", "a\n-1\n1\n3\n", "a\n0\n1\n2\n"),
    ("impute", "{column: a, by: median}", "a,b\n1,1\n,2\n3,3\n", "a,b\n1,1\n2,2\n3,3\n"),
    ("drop-columns", "{columns: [b]}", "a,b\n1,2\n", "a\n1\n"),
  ]

  @Test(arguments: repairs)
  func `a repair cleans a data set`(name: String, fields: String, before: String, after: String) throws {
    try place.write(before, to: "t.csv")
    try place.write("repairs:\n- \(name): \(fields)\n", to: "plan.yaml")
    // Of numbers are bounds and medians, of texts how they are written.
    _ = try run(["data", "add", "t", "t.csv"] + (["clip", "impute"].contains(name) ? [] : ["--as-written"]))
    try run("data", "clean", "t", "--plan", "plan.yaml")
    #expect(try lines(of: "t").joined(separator: "\n") + "\n" == after)
    #expect(try lines(of: "t@1").joined(separator: "\n") + "\n" == before)
  }

  // MARK: Expectations

  static let expectations: [(name: String, holds: String, fails: String)] = [
    ("kind", "{column: price, is: number}", "{column: shop, is: number}"),
    ("range", "{column: price, least: 10, most: 21}", "{column: price, most: 20}"),
    ("pattern", "{column: code, matches: \"[ab]-[0-9]+\"}", "{column: code, matches: \"a-.*\"}"),
    ("unique", "{columns: [day, shop]}", "{columns: [shop]}"),
    ("allowed", "{column: shop, values: [north, south, east]}", "{column: shop, values: [north, south]}"),
    ("reference", "{column: city, table: shops, key: city}", "{column: shop, table: shops, key: shop}"),
    ("missing-share", "{column: note, most: 0}", "{column: gap, most: 0.5}"),
    ("row-count", "{least: 12, most: 12}", "{least: 13}"),
    ("fresh", "{column: day, days: 3, at: 2024-02-08}", "{column: day, days: 3, at: 2024-03-08}"),
    ("statistic", "{column: price, of: mean, least: 15, most: 16}", "{column: price, of: median, most: 15}"),
    (
      "drift", "{column: price, table: sales, key: price, test: ks}",
      "{column: size, table: sales, key: price, test: ks}"
    ),
  ]

  @Test(arguments: expectations)
  func `an expectation holds rows back or lets them in`(name: String, holds: String, fails: String) throws {
    try run("data", "add", "shops", "shops.csv")
    try run("data", "add", "sales", "sales.csv")
    let rows = try String(contentsOfFile: place.path("sales.csv"), encoding: .utf8).split(separator: "\n")
    try place.write(
      rows.enumerated().map { $1 + ($0 == 0 ? ",city\n" : ",Ulm\n") }.joined(), to: "new.csv")
    try place.write("expectations:\n- \(name): \(holds)\n", to: "holds.yaml")
    try run("data", "add", "new", "new.csv", "--expect", "holds.yaml")
    try place.write("expectations:\n- \(name): \(fails)\n", to: "fails.yaml")
    let refused = try place.rlrun("data", "add", "other", "new.csv", "--expect", "fails.yaml")
    #expect(refused.status == 1 && refused.errors.hasPrefix("rlrun: "), "\(refused)")
    #expect(try !run("data", "list").output.contains("other"))
  }

  // MARK: Splits

  @Test(arguments: [
    ([], "by seed, each class in proportion"), (["--group", "shop"], "by seed, groups together"),
    (["--time", "day"], "by time"),
    (["--validation-data", "sales.csv"], "validation-data"), (["--validation", "0"], "none"),
  ])
  func `a split is recorded`(options: [String], split: String) throws {
    _ = try run(["fit", "sales.csv", "--target", "code", "--model", "naive_bayes"] + options)
    #expect(try run("show", "latest").output.contains(split))
  }

  @Test func `a split without classes is by seed alone`() throws {
    try run("fit", "sales.csv", "--target", "price", "--model", "linear")
    #expect(try run("show", "latest").output.contains("by seed"))
  }

  // MARK: Nothing is left out

  @Test func `every part of this library is tried here and listed`() throws {
    #expect(Set(Self.steps.map(\.name)) == Set(PipelineSteps.builtIn.map { $0.name }).subtracting(["image", "target"]))
    #expect(Set(Self.repairs.map(\.name)) == Set(Repairs.all.map { $0.name }))
    #expect(Set(Self.expectations.map(\.name)) == Set(ExpectationKinds.all.map { $0.name }))
    #expect(
      Set(Self.sources.map(\.format))
        == Set(SourceCatalogue.all.map { $0.name }).subtracting(["postgresql"]).union(["csv", "parquet"]))
    let page = try String(contentsOf: Workplace.package.appendingPathComponent("Docs/DATA.md"), encoding: .utf8)
    let table = try #require(page.components(separatedBy: "## Every part, its command and its tests").last)
    func names(_ start: String) -> Set<String> {
      let rows = table.split(separator: "\n").filter { $0.hasPrefix("| \(start)") }
      // What stands between backticks in the first cell.
      var found: Set<String> = []
      for row in rows {
        let pieces = row.split(separator: "|")[0].split(separator: "`", omittingEmptySubsequences: false)
        for (place, piece) in pieces.enumerated() where place % 2 == 1 { found.insert(String(piece)) }
      }
      return found
    }
    #expect(names("source") == Set(Self.sources.map(\.format)).union(["postgresql"]))
    #expect(names("step") == Set(PipelineSteps.builtIn.map { $0.name }))
    #expect(names("repair") == Set(Repairs.all.map { $0.name }))
    #expect(names("expectation") == Set(ExpectationKinds.all.map { $0.name }))
  }
}
