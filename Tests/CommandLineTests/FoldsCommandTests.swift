import Foundation
import Testing

/// Folds, intervals, calibration and costs on the command line.
@Suite struct FoldsCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    var lines = ["size,place,price,kind"]
    for row in 0..<80 {
      let isRed = row % 2 == 0
      // Every twelfth label is wrong.
      let kind = isRed != (row % 12 == 5) ? "red" : "blue"
      lines.append(
        "\((isRed ? 1 : 3) + Double(row * 37 % 80) / 70),\(row % 3 == 0 ? "field" : "wood"),\(row).5,\(kind)")
    }
    try workplace.write(lines.joined(separator: "\n") + "\n", to: "flowers.csv")
  }

  private func fit(_ arguments: String...) throws -> Output {
    try workplace.run("rlrun", ["fit", "flowers.csv", "--target", "kind", "--drop", "price"] + arguments)
  }

  @Test func `a fit with folds prints intervals, show prints them again, and compare pairs the folds`() throws {
    let first = try fit("--model", "naive_bayes", "--folds", "4", "--repeats", "2")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("80 training rows, 4 × 2 folds, 2 features"))
    #expect(first.output.contains("score "))
    #expect(first.output.contains("folds [95 %]"))
    let score = try #require(first.output.split(separator: "\n").first { $0.hasPrefix("accuracy ") })
    #expect(score.contains(/accuracy +0\.\d{4} +0\.\d{4} \[0\.\d{4}, [01]\.\d{4}\]/), "\(score)")
    #expect(try workplace.rlrun("show", "latest").output.contains(score))
    #expect(try workplace.rlrun("runs").output.contains("final/validation/accuracy"))
    let details = try workplace.rlrun("show", "latest", "--json").output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(details.utf8)) as? [String: Any])
    let accuracy = try #require((object["folds"] as? [String: Any])?["accuracy"] as? [String: Double])
    #expect(accuracy["folds"] == 8 && accuracy["low"]! < accuracy["mean"]! && accuracy["mean"]! < accuracy["high"]!)
    #expect(try workplace.rlrun("reproduce", "latest").output.contains("is identical when run again"))
    let second = try fit("--model", "decision_tree", "--folds", "4", "--repeats", "2", "--set", "max_depth=2")
    #expect(second.status == 0, "\(second.errors)")
    let compared = try workplace.rlrun("compare", "--experiment", "default").output
    #expect(compared.contains("from the best [95 %]") && compared.contains("Nadeau and Bengio 2003"))
    #expect(compared.contains("  best\n") && !compared.contains("Fewer than 5 seeds"))
    let json = try workplace.rlrun("compare", "--experiment", "default", "--json").output
    #expect(json.contains("\"verdict\"") && json.contains("\"difference_low\""))
    _ = try fit("--model", "logistic", "--folds", "5")
    let mixed = try workplace.rlrun("compare", "--experiment", "default").output
    #expect(mixed.contains("are not compared") && mixed.contains("different evaluations, folds"))
  }

  @Test func `predictions have intervals and sets, and labels by what mistakes cost`() throws {
    let result = try fit("--model", "logistic", "--folds", "5", "--calibrate", "platt", "--cost", "fp=1,fn=10")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("held-out rows  as fitted  calibrated") && result.output.contains("threshold "))
    let predicted = try workplace.rlrun("predict", "latest", "flowers.csv", "--interval", "0.9")
    #expect(predicted.output.hasPrefix("predicted_kind,probability_blue,probability_red,set_kind\n"))
    for (arguments, problem) in [
      (["--interval", "0"], "an interval covers a share of the rows between 0 and 1, not 0.0"),
      (["--interval", "nan"], "an interval covers a share of the rows between 0 and 1, not nan"),
      (["--interval", "1"], "an interval covers a share of the rows between 0 and 1, not 1.0"),
      (["--interval", "0.99"], "an interval for a share of 0.99 needs 99 validation rows, and the model has 80"),
    ] {
      let refused = try workplace.run("rlrun", ["predict", "latest", "flowers.csv"] + arguments)
      #expect(refused.status == 2 && refused.errors.contains(problem), "\(refused.errors)")
    }
    let prices = try workplace.run(
      "rlrun", ["fit", "flowers.csv", "--target", "price", "--model", "ridge", "--folds", "4", "--drop", "kind"])
    #expect(prices.status == 0 && prices.output.contains("r2 "), "\(prices.errors)")
    let bounds = try workplace.rlrun("predict", "latest", "flowers.csv", "--interval", "0.8")
    #expect(bounds.output.hasPrefix("predicted_price,lower_price,upper_price\n"))
  }

  @Test func `doubtful labels become a plan that data clean follows`() throws {
    #expect(try workplace.rlrun("data", "add", "flowers", "flowers.csv").status == 0)
    let result = try workplace.run(
      "rlrun",
      ["fit", "data:flowers", "--target", "kind", "--drop", "price", "--model", "naive_bayes", "--folds", "5"])
    #expect(result.status == 0 && result.output.contains("labels are doubtful: rlrun artifact"), "\(result.errors)")
    let issues = try workplace.rlrun("artifact", "latest", "label-issues.csv").output.split(separator: "\n")
    #expect(issues.first == "row,given,suggested,probability_given,probability_suggested,margin")
    // Rows 6, 18, … in the numbers of the artifact, which count from 1.
    let rows = Set(issues.dropFirst().map { Int($0.prefix { $0 != "," })! })
    #expect(rows.isSubset(of: [6, 18, 30, 42, 54, 66, 78]) && rows.count >= 5)
    #expect(try workplace.rlrun("artifact", "latest", "label-issues.yaml", "-o", "plan.yaml").status == 0)
    let cleaned = try workplace.rlrun("data", "clean", "flowers", "--plan", "plan.yaml")
    #expect(cleaned.status == 0, "\(cleaned.errors)")
    let left = try workplace.rlrun("data", "export", "flowers@2").output
    #expect(left.split(separator: "\n").count == 81 - rows.count)
    for row in rows { #expect(!left.contains(",\(row - 1).5,")) }
  }

  @Test func `what folds, calibration and costs cannot do is said in a sentence`() throws {
    for (arguments, problem) in [
      (["--folds", "1"], "--folds takes a whole number ≥ 2, not 1"),
      (["--folds", "81"], "81 folds need as many rows with a target, and there are 80"),
      (["--folds", "5", "--validation", "0.2"], "specify folds or a share of the rows for validation, not both"),
      (["--repeats", "2"], "repeats are of folds: say how many folds"),
      (["--folds", "5", "--repeats", "2", "--time", "price"], "folds by time are the same in every repeat"),
      (["--folds", "5", "--group", "place"], "5 folds need as many groups, and the column 'place' has 2"),
      (["--folds", "5", "--stop-loss", "0.1"], "a fit with folds has a model at its end only"),
      (["--folds", "5", "--max-time", "1h"], "a fit with folds has a model at its end only"),
      (["--calibrate", "platt", "--validation", "0"], "calibration needs rows that the model is not fitted to"),
      (["--cost", "fp=1"], "costs are written as fp=1,fn=10, and 'fp=1' lacks one of fp and fn"),
      (["--cost", "fp=1,fn=2", "--positive", "green"], "there is no class 'green'"),
    ] {
      let result = try workplace.run(
        "rlrun", ["fit", "flowers.csv", "--target", "kind", "--model", "logistic"] + arguments)
      #expect(result.status == 2 && result.errors.contains(problem), "\(arguments): \(result.errors)")
      #expect(result.output == "")
    }
    let regression = try workplace.rlrun(
      "fit", "flowers.csv", "--target", "price", "--model", "ridge", "--calibrate", "isotonic")
    #expect(
      regression.status == 2 && regression.errors.contains("probabilities are calibrated, and a regression has none"))
    let clusters = try workplace.rlrun("fit", "flowers.csv", "--model", "kmeans", "--folds", "3")
    #expect(
      clusters.status == 2 && clusters.errors.contains("predicts no column, so that folds have nothing to test it by"))
    let rewound = try workplace.rlrun(
      "fit", "flowers.csv", "--target", "kind", "--model", "mlp", "--folds", "3", "--on", "error=rewind")
    #expect(rewound.status == 2 && rewound.errors.contains("a fit with folds has a model at its end only"))
    #expect(try !workplace.rlrun("runs").output.contains("flowers.csv"))
  }
}
