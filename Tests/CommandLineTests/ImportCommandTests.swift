import Foundation
import Testing

/// `import` of other trackers' stores.
@Suite struct ImportCommandTests {
  private let recorded = Workplace.package.appendingPathComponent("Tests/Goldens/recorded").path

  @Test func `a store of MLflow is recognised, imported once, and counted`() throws {
    let workplace = try Workplace()
    let path = recorded + "/mlflow/mlruns"
    let first = try workplace.rlrun("import", path)
    #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
    let told = first.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(told.hasSuffix("MLflow's folder: 7 runs imported (16 points, 4 artifacts), 2 registered models"))
    let again = try workplace.rlrun("import", path).output.split(whereSeparator: \.isWhitespace)
    #expect(again.joined(separator: " ").hasSuffix("0 runs imported (0 points, 0 artifacts), 7 there already"))
    let listed = try workplace.rlrun(
      "runs", "--where", "name = 'parent'", "--columns", "status,params.lr,back", "--csv")
    #expect(listed.output.split(separator: "\n").dropFirst() == ["finished,0.001,3.5"])
  }

  @Test func `runs of Weights & Biases go where they are told to, and say what was left out`() throws {
    let workplace = try Workplace()
    let result = try workplace.rlrun("import", recorded + "/wandb", "--experiment", "mine")
    #expect(result.status == 0)
    #expect(result.errors.contains("1 value of the kind image-file, left out."))
    let listed = try workplace.rlrun("runs", "--experiment", "mine", "--columns", "id,status", "--csv").output
    #expect(listed.split(separator: "\n").dropFirst().sorted() == ["failed-1,failed", "first-1,finished"])
  }

  @Test func `what is damaged, foreign or not there is said in a sentence, and makes no store`() throws {
    let workplace = try Workplace()
    try Data(":W&B".utf8 + [0xE1, 0xBE, 0]).write(to: URL(filePath: workplace.path("run-a.wandb")))
    try Data("SQLite format 3\0rubbish".utf8).write(to: URL(filePath: workplace.path("mlflow.db")))
    let cases: [(arguments: [String], sentence: String, status: Int32)] = [
      (["nowhere"], "could not read nowhere: No such file or directory", 2),
      ([recorded + "/sources/shop.db"], "this is a database of SQLite, but not MLflow's", 1),
      (["mlflow.db"], "mlflow.db: it cannot be read as a database: SQLite says: file is not a database", 1),
      (["--format", "mlflow", recorded + "/wandb"], "there is no experiment of MLflow's in it, nor an mlflow.db", 1),
      (["--format", "wandb", recorded + "/mlflow"], "there is no .wandb file in it", 1),
    ]
    for (arguments, sentence, status) in cases {
      let result = try workplace.run("rlrun", ["import"] + arguments)
      #expect(result.status == status && result.errors.contains(sentence), "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: workplace.path("runs")))
    }
    let empty = try workplace.rlrun("import", "run-a.wandb")
    #expect(empty.status == 1 && empty.errors.contains("no record in it says of which run it is"))
    #expect(try workplace.rlrun("runs", "--csv").output.split(separator: "\n").count == 1)
  }
}
