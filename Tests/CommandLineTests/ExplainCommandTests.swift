import Foundation
import FoundationXML
import Testing

/// Explanations on the command line.
@Suite struct ExplainCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    var lines = ["size,place,idle,day,kind,price"]
    for row in 0..<90 {
      let (size, isWood) = (Double(row * 7 % 90) / 10, row % 3 == 0)
      let kind = size + (isWood ? 2 : 0) > 5 ? "red" : "blue"
      lines.append(
        "\(row == 7 ? "" : "\(size)"),\(isWood ? "wood" : "field"),\(row * 13 % 17),2024-0\(1 + row % 9)-11,\(kind),"
          + "\(10 * size + (isWood ? 40 : 0))")
    }
    try workplace.write(lines.joined(separator: "\n") + "\n", to: "flowers.csv")
  }

  private func fit(_ model: String, _ target: String = "kind", _ more: String...) throws {
    let drop = target == "kind" ? "price" : "kind"
    let result = try workplace.run(
      "rlrun", ["fit", "flowers.csv", "--target", target, "--model", model, "--drop", drop] + more)
    try #require(result.status == 0, "\(result.errors)")
  }

  private struct Report: Decodable {
    struct Column: Decodable {
      var column: String
      var meanShap: Double
      var lost: Double?
      var gainShare: Double?
    }
    struct Part: Decodable {
      var column: String
      var value: String
      var adds: Double
      var standardError: Double?
    }
    struct Row: Decodable {
      var row: Int
      var expected: Double
      var total: Double
      var columns: [Part]
    }
    var rows: Int
    var method: String
    var unit: String
    var columns: [Column]
    var explainedRows: [Row]
  }

  private func report(_ arguments: String...) throws -> Report {
    let result = try workplace.run("rlrun", ["explain", "latest", "--json"] + arguments)
    try #require(result.status == 0, "\(result.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Report.self, from: Data(result.output.utf8))
  }

  @Test func `trees rank their columns, and show ranks them by gain`() throws {
    try fit("gbdt", "kind", "--set", "min_data_in_leaf=3")
    let result = try workplace.rlrun("explain", "latest")
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasSuffix("on 18 validation rows of flowers.csv"))
    #expect(lines[2].contains("log_loss lost") && lines[2].contains("splits"))
    #expect(lines[3].hasPrefix("size ") && lines[3].contains("████████████████████"))
    #expect(result.output.contains("in log odds of 'red'; exact by the trees"))
    let own = try report()
    #expect(own.method == "tree" && own.unit == "score" && own.rows == 18)
    #expect(Set(own.columns.map(\.column)) == ["size", "place", "idle", "day"] && own.columns[0].column == "size")
    #expect(abs(own.columns.reduce(0) { $0 + ($1.gainShare ?? 0) } - 1) < 1e-9 && own.columns[0].lost! > 0)
    let shown = try workplace.rlrun("show", "latest").output
    #expect(shown.contains("Columns by their share of the trees' gain\n  column"))
  }

  @Test(arguments: ["gbdt", "random_forest", "logistic", "mlp"]) func `what columns add makes a row's output`(
    _ model: String
  ) throws {
    try fit(model)
    let own = try report("flowers.csv", "--rows", "8,3")
    #expect(own.rows == 90 && own.explainedRows.map(\.row) == [8, 3])
    let predicted = try workplace.rlrun("predict", "latest", "flowers.csv").output.split(separator: "\n").dropFirst()
    for row in own.explainedRows {
      #expect(abs(row.columns.reduce(row.expected) { $0 + $1.adds } - row.total) < 1e-9)
      let fields = Array(predicted)[row.row - 1].split(separator: ",")
      let output = own.unit == "score" ? 1 / (1 + exp(-row.total)) : row.total
      #expect(abs(output - (Double(fields[2]) ?? 0)) < 1e-3)
      #expect((row.columns[0].standardError != nil) == (model == "mlp"))
    }
    #expect(own.explainedRows[1].columns[1].value == "field" && own.explainedRows[1].columns[3].value == "2024-03-11")
    if model == "gbdt" || model == "random_forest" { #expect(own.explainedRows[0].columns[0].value == "missing") }
  }

  @Test func `methods, columns and pictures are as asked`() throws {
    try fit("random_forest", "price", "--set", "n_estimators=5")
    #expect(try report("--method", "interventional", "--rows", "1").method == "interventional")
    #expect(try report("--method", "sampled", "--rows", "1").explainedRows[0].columns[0].standardError != nil)
    let dependence = try workplace.rlrun("explain", "latest", "--column", "place")
    #expect(dependence.output.contains("price where all rows had this 'place', in the mean of the rows\nplace   mean"))
    let files = try workplace.rlrun("explain", "latest", "--svg", "a.svg", "--html", "a.html")
    #expect(files.status == 0 && files.errors.hasSuffix("rlrun: wrote a.svg\nrlrun: wrote a.html\n"))
    let page = try String(contentsOf: workplace.folder.appending(path: "a.html"), encoding: .utf8)
    for heading in ["Which columns matter", "What they add to each row", "Predictions over a column", "Some rows"] {
      #expect(page.contains("<h2>\(heading)"))
    }
    #expect(!page.contains("<script") && !page.contains("<link"))
    for arguments in [["--rows", "2"], ["--column", "size"], ["--tree", "--number", "5"]] {
      let drawn = try workplace.run("rlrun", ["explain", "latest", "--svg", "b.svg"] + arguments)
      #expect(drawn.status == 0, "\(drawn.errors)")
      #expect(XMLParser(data: try Data(contentsOf: workplace.folder.appending(path: "b.svg"))).parse())
    }
  }

  @Test func `a tree is written with its questions`() throws {
    try fit("decision_tree", "kind", "--set", "max_depth=2", "--set", "min_samples_leaf=2")
    let tree = try workplace.rlrun("explain", "latest", "--tree").output
    #expect(
      tree.contains("size ≤ ") && tree.contains("├ yes: ") && tree.contains("└ no:  ") && tree.contains("72 rows"))
    let json = try workplace.rlrun("explain", "latest", "--tree", "--json").output
    #expect(json.contains("\"question\" : \"size ≤ "))
  }

  @Test func `what cannot be explained is said in a sentence`() throws {
    try fit("logistic")
    for (arguments, sentence) in [
      (["--column", "sise"], "the model has no column 'sise'; did you mean 'size'?"),
      (["--rows", "19"], "there is no row 19: rows are counted from 1 to 18"),
      (["--rows", "a"], "--rows takes numbers of rows, as 1,5,9, not 'a'"),
      (["--method", "tree"], "--method tree does not fit 'logistic': use linear or sampled"),
      (["--metric", "r2"], "the rows have no score 'r2'"), (["--depth", "2"], "--number and --depth go with --tree"),
      (["--repeats", "1"], "--repeats takes a whole number ≥ 2, not 1"),
    ] {
      let result = try workplace.run("rlrun", ["explain", "latest"] + arguments)
      #expect(result.status == 2 && result.errors.contains("rlrun: \(sentence)"), "\(result.errors)")
    }
    let tree = try workplace.rlrun("explain", "latest", "--tree")
    #expect(tree.status == 2 && tree.errors.contains("fitted 'logistic', which has no trees: leave out --tree\n"))
    try workplace.write("size,place\n1,wood\n", to: "few.csv")
    let few = try workplace.rlrun("explain", "latest", "few.csv")
    #expect(few.status != 0 && few.errors.contains("'few.csv' has no column 'idle'"))
    try FileManager.default.removeItem(at: workplace.folder.appending(path: "flowers.csv"))
    let gone = try workplace.rlrun("explain", "latest")
    #expect(
      gone.status != 0 && gone.errors.contains("was fitted to are gone")
        && gone.errors.contains("name a file with rows"))
    try workplace.rlrun("train", "CartPole-v1", "--steps", "64", "--set", "n_steps=32")
    #expect(try workplace.rlrun("explain", "latest").errors.contains("which predicts no rows"))
  }

  @Test func `a column that a pipeline makes is explained with the columns that it is made of`() throws {
    try workplace.write(
      "steps:\n- combine: {column: mixed, expression: \"coalesce(size, 0) * 2 + idle\"}\n- standard: {columns: [size]}\n",
      to: "prepare.yaml")
    let result = try workplace.rlrun(
      "fit", "flowers.csv", "--target", "price", "--model", "gbdt", "--drop", "kind", "--pipeline", "prepare.yaml",
      "--set", "n_estimators=5", "--set", "min_data_in_leaf=5")
    try #require(result.status == 0, "\(result.errors)")
    for data in [[], ["flowers.csv"]] {
      let explained = try workplace.run("rlrun", ["explain", "latest"] + data)
      #expect(explained.status == 0, "\(explained.errors)")
      #expect(explained.output.contains("made by the pipeline: mixed of size, idle."), "\(explained.output)")
    }
    #expect(try workplace.rlrun("explain", "latest", "--json").output.contains("\"made_of\""))
  }
}
