import Foundation
import Testing

/// Models judged by rows, and rows compared with those that a model has learnt from.
@Suite struct JudgedModelTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(rows(200, from: 0), to: "houses.csv")
    try workplace.write(rows(60, from: 1_000), to: "newer.csv")
    let result = try workplace.rlrun(
      "fit", "houses.csv", "--target", "price", "--model", "ridge", "--folds", "4", "--experiment", "houses")
    try #require(result.status == 0, "\(result.errors)")
  }

  /// price = 2 size + 3 where there is a garden, and an error of ±0.5.
  private func rows(_ count: Int, from first: Int, scale: Double = 1, garden: String = "yes") -> String {
    var lines = ["size,garden,price"]
    for row in first..<first + count {
      let size = Double(row * 37 % 101) / 10
      let has = row % 3 == 0
      let error = row % 2 == 0 ? 0.5 : -0.5
      lines.append("\(size * scale),\(has ? garden : "no"),\(2 * size + (has ? 3 : 0) + error)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private struct Report: Decodable {
    struct Evaluation: Decodable {
      struct Score: Decodable {
        struct Value: Decodable {
          var value: Double
          var low: Double?
          var high: Double?
        }
        var name: String
        var value: Value
      }
      var rows: Int
      var scores: [Score]
      var coverage: Score.Value?
    }
    var run: String
    var evaluation: Evaluation
  }

  @Test func `a model is judged by other rows, with intervals`() throws {
    let result = try workplace.rlrun("evaluate", "latest", "--data", "newer.csv", "--interval", "0.9", "--json")
    #expect(result.status == 0, "\(result.errors)")
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    #expect(report.evaluation.rows == 60)
    let mse = try #require(report.evaluation.scores.first { $0.name == "mse" }).value
    // All errors are about 0.5.
    #expect(abs(mse.value - 0.25) < 0.05)
    let (low, high) = (try #require(mse.low), try #require(mse.high))
    #expect(low < mse.value && mse.value < high && high - low < 0.1)
    #expect((0.8...1).contains(try #require(report.evaluation.coverage).value))
    let page = try workplace.rlrun("evaluate", "--experiment", "houses", "--data", "newer.csv", "--interval", "0.9")
      .output
    let own = try workplace.rlrun("evaluate", "latest", "--data", "houses.csv")
    #expect(own.errors.contains("was fitted to rows of 'houses.csv'") && !result.errors.contains("was fitted to"))
    #expect(page.contains(", ridge, 60 rows of newer.csv") && page.contains("intervals for 90 % hold the truth of "))
  }

  @Test func `models that predict together are explained as one`() throws {
    try #require(
      workplace.rlrun("fit", "houses.csv", "--target", "price", "--model", "ridge", "--folds", "4", "--bag").status == 0
    )
    let result = try workplace.rlrun("explain", "latest", "newer.csv")
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    let (size, garden) = (lines.firstIndex { $0.contains("size") }, lines.firstIndex { $0.contains("garden") })
    #expect(try #require(size) < #require(garden), "\(result.output)")
    #expect(try workplace.rlrun("explain", "latest").output.contains("training rows of houses.csv"))
    let exported = try workplace.rlrun("export", "latest", "--format", "onnx", "-o", "model.onnx")
    #expect(exported.status == 0, "\(exported.errors)")
  }

  @Test(arguments: [
    (["evaluate", "latest", "--data", "none.csv"], "none.csv"),
    (["evaluate", "latest", "--interval", "0.9"], "--interval goes with --data"),
    (["evaluate", "latest", "--data", "newer.csv", "--interval", "2"], "a share of the rows between 0 and 1, not 2"),
    (["evaluate", "latest", "--data", "few.csv"], "'garden'"),
    (["data", "check", "few.csv", "--model", "latest"], "'garden'"),
    (["data", "check", "newer.csv", "--model", "latest", "--only", "missing"], "--only does not go with --model"),
    (["data", "check", "newer.csv", "--model", "nobody"], "nobody"),
  ])
  func `what makes no sense is a sentence`(arguments: [String], words: String) throws {
    try workplace.write("size,price\n1,2\n", to: "few.csv")
    let result = try workplace.run("rlrun", arguments)
    #expect(result.status != 0 && result.errors.contains(words), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count <= 2, "\(result.errors)")
  }

  @Test func `rows like those of the fit pass, others are named`() throws {
    let like = try workplace.rlrun("data", "check", "newer.csv", "--model", "latest")
    #expect(like.status == 0 && like.output.hasPrefix("No issues in 60 rows"), "\(like.output)\(like.errors)")
    try workplace.write(rows(60, from: 1_000, scale: 5, garden: "maybe"), to: "other.csv")
    let other = try workplace.rlrun("data", "check", "other.csv", "--model", "latest")
    #expect(other.status == 1)
    #expect(
      other.output.contains("20 rows have none of the allowed values")
        && other.output.contains("distributed otherwise than in 'the training rows'"),
      "\(other.output)")
  }
}
