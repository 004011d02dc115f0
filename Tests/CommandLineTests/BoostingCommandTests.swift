import Foundation
import Testing

/// Boosted trees on the command line: fits that go on from others, fits that are killed, rankings on other data.
@Suite struct BoostingCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(Self.flowers(0..<120), to: "flowers.csv")
  }

  private static func flowers(_ rows: Range<Int>, places: [String] = ["field", "wood", "hill"]) -> String {
    let lines = rows.map { row -> String in
      let (size, place) = (Double(row * 37 % 101) / 20, places[row * 7 % places.count])
      let price = size * size + (place == "wood" ? 6 : 0) + Double(row * 13 % 7) / 5
      return "\(size),\(place),\(price),\(price > 9 ? "dear" : "cheap")"
    }
    return (["size,place,price,kind"] + lines).joined(separator: "\n") + "\n"
  }

  private func fit(_ data: String, _ rounds: Int, _ more: String...) throws -> Output {
    try workplace.run(
      "rlrun",
      [
        "fit", data, "--target", "kind", "--drop", "price", "--model", "gbdt", "--set", "n_estimators=\(rounds)",
        "--set",
        "min_data_in_leaf=5", "--seed", "4",
      ] + more)
  }

  private func predictions(_ data: String) throws -> String {
    let result = try workplace.rlrun("predict", "latest", data)
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  @Test func `30 rounds and 20 more from them predict as 50 at once, and are reproduced and explained`() throws {
    #expect(try fit("flowers.csv", 50).status == 0)
    let whole = try predictions("flowers.csv")
    #expect(try fit("flowers.csv", 30, "--name", "first").status == 0)
    #expect(try predictions("flowers.csv") != whole)
    let continued = try fit("flowers.csv", 20, "--from", "latest")
    #expect(continued.status == 0, "\(continued.errors)")
    #expect(try predictions("flowers.csv") == whole)
    let shown = try workplace.rlrun("show", "latest").output
    #expect(shown.contains(/from +[0-9a-z]+:last/), "\(shown)")
    #expect(try workplace.rlrun("reproduce", "latest").output.contains("is identical when run again"))
    #expect(try workplace.rlrun("resume", "latest").output.contains("is finished."))
    #expect(try workplace.rlrun("explain", "latest").status == 0)
  }

  @Test func `other rows, with a place that is new and columns in another order, are gone on with`() throws {
    #expect(try fit("flowers.csv", 30).status == 0)
    let rows = Self.flowers(200..<260, places: ["wood", "attic", "moor"]).split(separator: "\n").map { line in
      line.split(separator: ",").reversed().joined(separator: ",")
    }
    try workplace.write(rows.joined(separator: "\n") + "\n", to: "more.csv")
    let continued = try fit("more.csv", 10, "--from", "latest")
    #expect(continued.status == 0, "\(continued.errors)")
    // The places of both are known.
    try workplace.write("size,place\n1,field\n4,attic\n", to: "new.csv")
    let result = try workplace.rlrun("predict", "latest", "new.csv")
    #expect(result.status == 0 && !result.errors.contains("was not there"), "\(result.errors)")
  }

  @Test func `what cannot be gone on with is refused in a sentence, and no run is left`() throws {
    #expect(try fit("flowers.csv", 5).status == 0)
    let runs = try workplace.rlrun("runs", "--csv").output
    let refused: [([String], String)] = [
      (["--folds", "3"], "rows that a fold tests may have trained the earlier model"),
      (["--from", "nobody"], "nobody"),
    ]
    try workplace.write(
      Self.flowers(0..<60).replacing("size,place", with: "width,place"), to: "renamed.csv")
    try workplace.write(Self.flowers(0..<60).replacing("cheap", with: "free"), to: "classes.csv")
    for (arguments, sentence) in refused {
      let from = arguments[0] == "--from" ? [] : ["--from", "latest"]
      let result = try workplace.run(
        "rlrun",
        ["fit", "flowers.csv", "--target", "kind", "--drop", "price", "--model", "gbdt"] + arguments + from)
      #expect(result.status == 2 && result.errors.contains(sentence), "\(result.errors)")
    }
    let renamed = try fit("renamed.csv", 5, "--from", "latest")
    #expect(renamed.status != 0 && renamed.errors.contains("has no column 'width'"), "\(renamed.errors)")
    let classes = try fit("classes.csv", 5, "--from", "latest")
    #expect(classes.status != 0 && classes.errors.contains("2 classes ('cheap', 'dear')"), "\(classes.errors)")
    let fewer = try fit("flowers.csv", 5, "--from", "latest", "--drop", "size")
    #expect(fewer.status != 0 && fewer.errors.contains("size"), "\(fewer.errors)")
    let other = try workplace.rlrun(
      "fit", "flowers.csv", "--target", "kind", "--drop", "price", "--model", "logistic", "--from", "latest")
    #expect(other.status == 2 && other.errors.contains("--from is for gbdt"), "\(other.errors)")
    #expect(try workplace.rlrun("runs", "--csv").output == runs)
  }

  @Test func `a forest that keeps targets predicts quantiles, and another model says that it knows none`() throws {
    let fitted = try workplace.rlrun(
      "fit", "flowers.csv", "--target", "price", "--drop", "kind", "--model", "random_forest", "--set",
      "quantiles=true",
      "--set", "n_estimators=20", "--set", "monotonic_cst=[1,0]")
    #expect(fitted.status == 0, "\(fitted.errors)")
    let result = try workplace.rlrun("predict", "latest", "flowers.csv", "--quantiles", "0.05,0.5,0.95")
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    #expect(lines[0] == "predicted_price,quantile_0.05_price,quantile_0.5_price,quantile_0.95_price")
    let rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(rows.count == 120 && rows.allSatisfy { $0.count == 4 && $0[1] <= $0[2] && $0[2] <= $0[3] })
    #expect(rows.contains { $0[1] < $0[3] })
    #expect(try workplace.rlrun("predict", "latest", "flowers.csv", "--quantiles", "1.5").status == 2)
    #expect(try workplace.rlrun("predict", "latest", "flowers.csv", "--quantiles", "a").status == 2)
    #expect(try fit("flowers.csv", 3).status == 0)
    let other = try workplace.rlrun("predict", "latest", "flowers.csv", "--quantiles", "0.5")
    #expect(other.status == 2 && other.errors.contains("knows no quantiles"), "\(other.errors)")
  }

  /// With folds the fold at hand is killed.
  @Test(arguments: [[], ["--folds", "3"], ["--set", "bagging_freq=1", "--set", "bagging_fraction=0.7"]])
  func `kill -9 in the middle of boosting, and resume gives the same model byte for byte`(more: [String]) throws {
    var rounds = 200
    // A fit that is over before it can be killed is one of too few rounds for this machine.
    while true {
      let arguments = [
        "fit", "flowers.csv", "--target", "price", "--drop", "kind", "--model", "gbdt", "--set",
        "n_estimators=\(rounds)",
        "--set", "min_data_in_leaf=3", "--save-freq", "7",
      ]
      let (process, output, errors) = try workplace.start("rlrun", arguments + more + ["--store", "cut\(rounds)"])
      try waitForCheckpoint("cut\(rounds)", of: process)
      kill(process.processIdentifier, SIGKILL)
      let killed = Workplace.finish(process, output, errors)
      guard killed.status == SIGKILL, process.terminationReason == .uncaughtSignal else {
        try #require(rounds < 100_000, "\(killed.errors)")
        rounds *= 4
        continue
      }
      #expect(try workplace.run("rlrun", arguments + more + ["--store", "whole"]).status == 0)
      break
    }
    let shown = try workplace.rlrun("show", "latest", "--store", "cut\(rounds)", "--json").output
    #expect(shown.contains("\"status\" : \"crashed\""))
    let resumed = try workplace.rlrun("resume", "latest", "--store", "cut\(rounds)")
    #expect(resumed.status == 0, "\(resumed.errors)")
    let (whole, cut) = (try model("whole"), try model("cut\(rounds)"))
    #expect(whole.count > 10_000 && whole == cut)
    #expect(try workplace.rlrun("verify", "--store", "cut\(rounds)").status == 0)
  }

  private func checkpoints(_ store: String) -> [URL] {
    let folder = workplace.folder.appendingPathComponent("\(store)/default")
    let runs = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return runs.flatMap { run -> [URL] in
      let own = folder.appendingPathComponent("\(run)/checkpoints")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: own.path)) ?? []
      return names.filter { $0.hasSuffix(".safetensors") }.map { own.appendingPathComponent($0) }
    }
  }

  private func waitForCheckpoint(_ store: String, of process: Process) throws {
    while process.isRunning, checkpoints(store).isEmpty { usleep(1_000) }
  }

  /// The bytes of the newest checkpoint's tensors: trees, scores of held-out rows.
  private func model(_ store: String) throws -> Data {
    let newest = try #require(checkpoints(store).max { $0.lastPathComponent < $1.lastPathComponent })
    let bytes = try Data(contentsOf: newest)
    let header = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    return bytes.dropFirst(8 + header)
  }
}
