import Foundation
import Testing

/// Fits and predictions on the command line.
@Suite struct FitCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    var lines = ["size,place,note,kind,price"]
    for row in 0..<60 {
      let size = row == 7 ? "" : "\(row % 2 == 0 ? 1 + Double(row) / 100 : 3 + Double(row) / 100)"
      let note = row == 9 ? "\"two\nlines\"" : "n\(row)"
      lines.append(
        "\(size),\(row % 2 == 0 ? "field" : "wood"),\(note),\(row % 2 == 0 ? "red" : "blue"),\(row % 2).\(row)")
    }
    try workplace.write(lines.joined(separator: "\n") + "\n", to: "flowers.csv")
  }

  @Test func `a classification prints its scores and confusions, and show prints them again`() throws {
    let result = try workplace.rlrun(
      "fit", "flowers.csv", "--target", "kind", "--model", "logistic", "--drop", "price", "--tag", "stage=one")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains(
        "\n\nlogistic for flowers.csv:kind, classification into 2 classes: 48 training rows, 12 validation rows, 3 features"
      ))
    #expect(result.output.contains("accuracy           1.0000      1.0000\n"))
    #expect(result.output.contains("class  → blue  → red\nblue        6      0\nred         0      6\n"))
    #expect(result.output.contains("Next: rlrun predict "))
    #expect(result.errors == "rlrun: no feature is made of 'note': texts that hardly repeat, or no value at all\n")
    let shown = try workplace.rlrun("show", "latest").output
    #expect(shown.contains("class  → blue  → red\n") && shown.contains("stage  one") && shown.contains("data-sha256"))
    #expect(!shown.contains("n_envs"))
    #expect(try workplace.rlrun("runs").output.contains("final/validation/accuracy"))
    #expect(try workplace.rlrun("verify").status == 0)
    #expect(try workplace.rlrun("reproduce", "latest").output.contains("is identical when run again"))
    #expect(try workplace.rlrun("resume", "latest").output.contains("is finished."))
  }

  @Test func `several seeds are compared, plotted, exported and told apart`() throws {
    let arguments = ["fit", "flowers.csv", "--target", "price", "--model", "mlp", "--set", "epochs=30"]
    let result = try workplace.run("rlrun", arguments + ["--seeds", "1-3", "--experiment", "prices"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("Next: rlrun compare --experiment prices"))
    try workplace.run(
      "rlrun", arguments + ["--seed", "1", "--set", "hidden_layer_sizes=[8]", "--experiment", "prices"])
    let compared = try workplace.rlrun("compare", "--experiment", "prices").output
    #expect(compared.contains("hidden_layer_sizes"))
    #expect(compared.contains("Scores are the last final/validation/r2 of each run"))
    #expect(!compared.contains("stands in"))
    let plotted = try workplace.rlrun("plot", "--experiment", "prices")
    #expect(plotted.status == 0 && plotted.output.contains("validation/loss"))
    let csv = try workplace.rlrun("export", "--experiment", "prices").output
    #expect(csv.contains(",final/validation/r2,30,"))
    let latest = try workplace.rlrun("show", "latest").errors.split(separator: " ").last?.prefix { $0 != "\n" }
    let ids = try workplace.rlrun("runs", "--csv").output.split(separator: "\n").dropFirst().map {
      $0.prefix { $0 != "," }
    }
    #expect(ids.count == 4)
    let other = try #require(ids.first { $0 != latest })
    let diff = try workplace.rlrun("diff", String(other), "latest").output
    #expect(diff.contains("hidden_layer_sizes  [100]"), "\(diff)")
  }

  @Test func `predictions are joined to the same rows in the same order`() throws {
    try workplace.rlrun("fit", "flowers.csv", "--target", "kind", "--model", "logistic", "--drop", "price")
    let joined = try workplace.rlrun("predict", "latest", "flowers.csv", "--join", "-o", "out.csv")
    #expect(joined.status == 0 && joined.errors.contains("rlrun: wrote 60 rows to out.csv\n"))
    let text = try String(contentsOf: workplace.folder.appendingPathComponent("out.csv"), encoding: .utf8)
    let data = try String(contentsOf: workplace.folder.appendingPathComponent("flowers.csv"), encoding: .utf8)
    let (rows, originals) = (text.split(separator: "\n"), data.split(separator: "\n"))
    #expect(rows.count == originals.count && rows[0].hasSuffix(",predicted_kind,probability_blue,probability_red"))
    #expect(zip(rows, originals).allSatisfy { $0.hasPrefix($1) })
    let alone = try workplace.rlrun("predict", "latest", "flowers.csv")
    #expect(alone.output.split(separator: "\n").count == 61)
    try workplace.write("size,place\n1.2,moon\n,\n", to: "new.csv")
    let odd = try workplace.rlrun("predict", "latest", "new.csv")
    #expect(odd.status == 0 && odd.output.split(separator: "\n").count == 3)
    #expect(odd.errors.contains("1 value of 'place' was not there when the model was fitted"))
    let checkpoints = workplace.folder.appendingPathComponent("runs/default")
    let files = try #require(FileManager.default.enumerator(atPath: checkpoints.path)).compactMap { $0 as? String }
    let file = try #require(files.first { $0.hasSuffix(".safetensors") })
    try FileManager.default.copyItem(
      at: checkpoints.appendingPathComponent(file), to: workplace.folder.appendingPathComponent("m.safetensors"))
    #expect(try workplace.rlrun("predict", "m.safetensors", "flowers.csv").output == alone.output)
  }

  @Test(arguments: [
    (["--model", "mlp"], 2, "the model 'mlp' predicts a column: name it with --target COLUMN"),
    (["--model", "pca", "--target", "kind"], 2, "leave --target out, or write --drop kind"),
    (["--model", "mlp", "--target", "kine"], 2, "has no column 'kine'; did you mean 'kind'?"),
    (
      ["--model", "ridge", "--target", "kind"], 2,
      "holds words, no numbers to predict (line 2: 'red'): for classes take logistic, sgd, "
        + "naive_bayes, knn, gbdt, random_forest, extra_trees, decision_tree or mlp"
    ),
    (["--model", "mlp", "--target", "kind", "--task", "regression"], 2, "holds words, no numbers to predict"),
    (["--model", "ridge", "--target", "price", "--task", "classification"], 2, "does not support classification"),
    (["--model", "mlp", "--target", "kind", "--set", "epoch=3"], 2, "did you mean 'epochs'?"),
    (["--model", "mlp", "--target", "kind", "--validation", "1.5"], 2, "from 0 to below 1, not 1.5"),
    (["--model", "mlp", "--target", "kind", "--validation-data", "no.csv"], 2, "'no.csv' cannot be read"),
    (["--model", "mlp", "--target", "kind", "--drop", "colour"], 2, "has no column 'colour'"),
    (["--model", "mlp", "--target", "kind", "--delimiter", "ab"], 2, "--delimiter takes one ASCII character"),
    (["--model", "mlp", "--target", "kind", "--seed", "1", "--seeds", "1-2"], 2, "use --seed or --seeds, not both"),
    (["--model", "kmeans", "--set", "n_clusters=99"], 2, "99 clusters need as many training rows, and there are 60"),
    (["--model", "tree", "--target", "kind"], 2, "The value 'tree' is invalid for '--model"),
    (
      ["--model", "linear", "--target", "price", "--drop", "size", "--drop", "place", "--drop", "kind"], 1,
      "No column of the data makes a feature"
    ),
  ])
  func `what cannot be fitted is one sentence and no run`(options: [String], status: Int, sentence: String) throws {
    let result = try workplace.run("rlrun", ["fit", "flowers.csv"] + options)
    #expect(result.status == Int32(status))
    #expect(result.errors.contains(sentence), "\(result.errors)")
    #expect(result.output.isEmpty)
    if result.errors.hasPrefix("rlrun: ") { #expect(result.errors.filter { $0 == "\n" }.count == 1) }
    #expect(!FileManager.default.fileExists(atPath: workplace.folder.appendingPathComponent("runs/default").path))
  }

  @Test func `what cannot be predicted is one sentence`() throws {
    try workplace.rlrun("fit", "flowers.csv", "--target", "kind", "--model", "logistic", "--drop", "price")
    func complaint(_ arguments: String...) throws -> String {
      let result = try workplace.run("rlrun", ["predict"] + arguments)
      #expect(result.status != 0 && result.output.isEmpty)
      return result.errors
    }
    try workplace.write("size,plce\n1,field\n", to: "new.csv")
    #expect(try complaint("latest", "new.csv").hasSuffix("'new.csv' has no column 'place'; did you mean 'plce'?\n"))
    try workplace.write("size,place\n1,field\nbig,wood\n", to: "new.csv")
    #expect(try complaint("latest", "new.csv", "-o", "out.csv").contains("Line 3: 'big' in the column 'size' is not a"))
    #expect(!FileManager.default.fileExists(atPath: workplace.folder.appendingPathComponent("out.csv").path))
    #expect(try complaint("latest", "none.csv").contains("'none.csv' cannot be read"))
    #expect(try complaint("zzz", "new.csv").contains("there is no run zzz"))
    #expect(try complaint("none.safetensors", "new.csv").contains("the checkpoint 'none.safetensors' cannot be read"))
    let played = try workplace.rlrun("evaluate", "latest")
    #expect(played.status == 2 && played.errors.contains("plays no episodes"))
    try workplace.write("size,place,kind\n1,field,red\n2,field,blue\n", to: "flowers.csv")
    let rerun = try workplace.rlrun("reproduce", "latest")
    #expect(rerun.status == 2 && rerun.errors.contains("have changed since the run was started"))
  }

  @Test func `Ctrl-C ends a fit as interrupted, to be resumed`() throws {
    let (process, output, errors) = try workplace.start(
      "rlrun",
      [
        "fit", "flowers.csv", "--target", "kind", "--model", "mlp", "--set", "epochs=100000000", "--set",
        "patience=100000000",
      ])
    let folder = workplace.folder.appendingPathComponent("runs/default")
    for _ in 0..<6_000 {
      let ids = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      let sizes = ids.compactMap { id in
        try? FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent("\(id)/log.rlog").path)[.size]
          as? Int
      }
      if sizes.contains(where: { $0 > 10_000 }) { break }
      usleep(10_000)
    }
    process.interrupt()
    let result = Workplace.finish(process, output, errors)
    #expect(result.status == 130, "\(result.errors)")
    #expect(result.output.contains("interrupted") && result.output.contains("rlrun resume"))
    #expect(try workplace.rlrun("verify").status == 0)
    let extended = try workplace.rlrun("resume", "latest", "--steps", "3")
    #expect(extended.status == 2 && extended.errors.contains("--steps extends runs whose budget is a hyperparameter"))
  }

  @Test func `models and their hyperparameters are listed`() throws {
    let all = try workplace.rlrun("models").output
    for model in ["linear", "ridge", "logistic", "mlp", "kmeans", "pca"] { #expect(all.contains("\n\(model) ")) }
    #expect(try workplace.rlrun("models", "mlp").output.contains("\nhidden_layer_sizes"))
    let unknown = try workplace.rlrun("models", "rigde")
    #expect(unknown.status == 2 && unknown.errors == "rlrun: there is no model 'rigde'; did you mean 'ridge'?\n")
  }

  @Test func `boosted trees go out as LightGBM's text, which predicts the same`() throws {
    try workplace.rlrun(
      "fit", "flowers.csv", "--target", "price", "--model", "gbdt", "--drop", "note", "--set", "n_estimators=20")
    let written = try workplace.rlrun("export", "latest", "--format", "lightgbm", "-o", "model.txt")
    #expect(written.status == 0 && written.errors.contains("to model.txt\n"), "\(written.errors)")
    let (own, read) = (
      try workplace.rlrun("predict", "latest", "flowers.csv").output,
      try workplace.rlrun("predict", "model.txt", "flowers.csv")
    )
    #expect(read.status == 0 && read.output.hasPrefix("predicted_target\n"), "\(read.errors)")
    func numbers(_ text: String) -> [Double] { text.split(separator: "\n").dropFirst().compactMap { Double($0) } }
    #expect(numbers(own).count == 60 && numbers(own).count == numbers(read.output).count)
    for (a, b) in zip(numbers(own), numbers(read.output)) { #expect(abs(a - b) <= 1e-6 * max(1, abs(a))) }
    let missing = try workplace.rlrun("predict", "model.txt", "other.csv")
    #expect(missing.status == 2 && missing.errors.split(separator: "\n").count == 1)
    try workplace.write("size,kind,price\n1,red,1\n", to: "fewer.csv")
    let fewer = try workplace.rlrun("predict", "model.txt", "fewer.csv")
    #expect(fewer.status == 2 && fewer.errors.contains("has no column 'place'"), "\(fewer.errors)")
    try workplace.rlrun("fit", "flowers.csv", "--target", "kind", "--model", "logistic")
    let other = try workplace.rlrun("export", "latest", "--format", "lightgbm")
    #expect(other.status == 2 && other.errors.contains("the model is 'logistic': export one of gbdt"))
    try workplace.write("tree\nversion=v4\n", to: "broken.txt")
    let broken = try workplace.rlrun("predict", "broken.txt", "flowers.csv")
    #expect(broken.status == 1 && broken.errors.contains("num_tree_per_iteration"), "\(broken.errors)")
  }

  @Test func `what orders the rows of queries is judged by its gain`() throws {
    var lines = ["query,a,b,relevance"]
    for row in 0..<240 {
      let (a, b) = (row * 7 % 11, row * 5 % 13)
      lines.append("q\(row / 12),\(a),\(b),\(a + b > 14 ? 2 : a > 5 ? 1 : 0)")
    }
    try workplace.write(lines.joined(separator: "\n") + "\n", to: "rank.csv")
    let arguments = [
      "fit", "rank.csv", "--target", "relevance", "--task", "regression", "--model", "gbdt", "--set",
      "objective=lambdarank", "--set", "n_estimators=20", "--set", "min_data_in_leaf=5",
    ]
    let without = try workplace.run("rlrun", arguments)
    #expect(without.status != 0 && without.errors.contains("--group"), "\(without.errors)")
    let fit = try workplace.run("rlrun", arguments + ["--group", "query"])
    #expect(fit.status == 0 && fit.output.contains("\nndcg"), "\(fit.errors)")
    #expect(!fit.output.contains("r2"))
    let gain = try workplace.rlrun("export", "latest").output.split(separator: "\n")
      .first { $0.contains(",final/validation/ndcg,") }?.split(separator: ",").compactMap { Double($0) }.last
    #expect(try #require(gain) > 0.9)
    let interval = try workplace.rlrun("predict", "latest", "rank.csv", "--interval", "0.5")
    #expect(interval.status == 2 && interval.errors.contains("so that it has no intervals"), "\(interval.errors)")
    let folds = try workplace.run("rlrun", arguments + ["--group", "query", "--folds", "3"])
    #expect(folds.status == 0 && folds.output.contains("\nndcg"), "\(folds.errors)")
  }
}
