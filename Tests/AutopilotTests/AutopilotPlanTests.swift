import Datasets
import Fitting
import Formats
import Search
import TestSupport
import Testing

@testable import Autopilot

@Suite struct `The plan of an autopilot` {
  private let folder = TemporaryFolder()

  private func sentence(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return (error as? any UserFacingError)?.sentence ?? "\(error)"
    }
  }

  @Test func `says which columns are left out, and why`() throws {
    let data = try ExampleTable.classes(rows: 300, leak: true, in: folder)
    let plan = try AutopilotPlan(of: data, AutopilotRequest(target: "y"))
    #expect(plan.task == .classification)
    #expect(plan.metric == "log_loss")
    #expect(plan.leftOut.map(\.column) == ["id", "constant", "verdict"])
    #expect(plan.leftOut[1].reason == "has the same value in every row")
    #expect(plan.leftOut[2].reason.contains("predicts 'y' nearly alone"))
    #expect(plan.test == 0.2)
    #expect(plan.models.contains("gbdt"))
  }

  @Test func `keeps what is to be kept, and drops what is to be dropped`() throws {
    let data = try ExampleTable.classes(rows: 300, leak: true, in: folder)
    var request = AutopilotRequest(target: "y")
    (request.kept, request.dropped) = (["verdict"], ["junk"])
    let plan = try AutopilotPlan(of: data, request)
    #expect(plan.leftOut.map(\.column) == ["id", "junk", "constant"])
  }

  @Test func `numbers are a regression, and small tables set nothing aside`() throws {
    let data = try ExampleTable.numbers(rows: 60, in: folder)
    let plan = try AutopilotPlan(of: data, AutopilotRequest(target: "y"))
    #expect(plan.task == .regression)
    #expect(plan.metric == "rmse")
    #expect(plan.test == 0)
    #expect(plan.notes.contains { $0.contains("60 rows are too few to set some aside") })
  }

  @Test func `a target in another unit is a leak, however skewed, and a noisy relation is none`() throws {
    // Bins of few rows alone would not show it.
    let lines = (0..<200).map { row in
      let size = row * 37 % 200
      let y = Double(size * size * size) / 1_000
      return "\(1.19 * y + 0.01 * Double(row % 7)),\(Double(size) + Double(row * 61 % 90)),\(y)"
    }
    let data = try ExampleTable.file(["invoice,size,y"] + lines, "invoices.csv", in: folder)
    #expect(try AutopilotPlan(of: data, AutopilotRequest(target: "y")).leftOut.map(\.column) == ["invoice"])
  }

  @Test func `where boosted trees would take the time of all others, they are tried last`() throws {
    let names = (0..<60).map { "x\($0)" }.joined(separator: ",")
    let lines = (0..<600).map { row in
      (0..<60).map { "\((row * ($0 + 3)) % 101)." + "5" }.joined(separator: ",") + ",k\(row % 10)"
    }
    let data = try ExampleTable.file([names + ",y"] + lines, "wide.csv", in: folder)
    var request = AutopilotRequest(target: "y")
    // A hundred rounds of ten trees in five folds of 480 rows.
    func models(within seconds: Double) throws -> [String] {
      request.seconds = seconds
      let search = try AutopilotPlan(of: data, request).search(data, seed: 1)
      #expect(search.trialSeconds == search.maximumSeconds! / 2)
      return search.portfolio.compactMap { values in
        if case .text(let name)? = values[TrialTemplate.alternative] { name } else { nil }
      }
    }
    let hurried = try models(within: 2)
    #expect(hurried.prefix(2) == ["logistic", "logistic"] && hurried.last == "gbdt")
    #expect(try models(within: 600).prefix(2) == ["gbdt", "logistic"])
  }

  @Test func `rows in the order of a date are split by it`() throws {
    let lines = (0..<200).map {
      "2024-\(pad($0 / 28 % 12 + 1))-\(pad($0 % 28 + 1)),\($0 % 7),\(Double($0) * 0.5 + Double($0 % 7))"
    }
    let data = try ExampleTable.file(["day,week,y"] + lines, "days.csv", in: folder)
    let plan = try AutopilotPlan(of: data, AutopilotRequest(target: "y"))
    #expect(plan.time == "day")
    var grouped = AutopilotRequest(target: "y")
    (grouped.group, grouped.kept) = ("week", ["day"])
    #expect(try AutopilotPlan(of: data, grouped).time == nil)
  }

  private func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  @Test func `is the same after it was written and read`() throws {
    let data = try ExampleTable.classes(rows: 300, in: folder)
    var request = AutopilotRequest(target: "y")
    (request.cost, request.seconds) = ("fp=1,fn=10", 30)
    let plan = try AutopilotPlan(of: data, request)
    #expect(try AutopilotPlan(yaml: plan.yaml(), source: "plan.yaml") == plan)
  }

  @Test func `a plan that is wrong is refused in a sentence`() throws {
    let data = try ExampleTable.classes(rows: 300, in: folder)
    let yaml = try AutopilotPlan(of: data, AutopilotRequest(target: "y")).yaml()
    func read(_ old: String, _ new: String) -> String {
      sentence { _ = try AutopilotPlan(yaml: yaml.replacing(old, with: new), source: "p.yaml") }
    }
    #expect(read("trials: 40", "trails: 40") == "p.yaml: a plan has no 'trails'; did you mean 'trials'?")
    #expect(read("notes:", "only: []\nnotes:") == "p.yaml: 'only' names no candidate: leave it out to try many")
    #expect(read("folds: 5", "folds: 1") == "p.yaml: 'folds' is 2 or more, not 1")
    #expect(read("trials: 40", "trials: many") == "p.yaml: 'trials' has a value that is not understood")
    #expect(read("metric: log_loss", "metric: rmse").hasPrefix("a classification is judged by log_loss, roc_auc"))
  }

  @Test func `tables that have no answer are refused in a sentence`() throws {
    func plan(_ lines: [String], _ change: (inout AutopilotRequest) -> Void = { _ in }) -> String {
      sentence {
        let data = try ExampleTable.file(lines, "odd.csv", in: folder)
        var request = AutopilotRequest(target: "y")
        change(&request)
        _ = try AutopilotPlan(of: data, request)
      }
    }
    let few = ["x,y"] + (0..<8).map { "\($0),\($0 % 2)" }
    #expect(
      plan(few) == "8 rows have a value of 'y', and at least 10 are needed to learn from some and judge by others")
    let missing = ["x,y"] + (0..<30).map { "\($0)," }
    #expect(plan(missing).contains("has no value in any row"))
    let one = ["x,y"] + (0..<30).map { "\($0),a" }
    #expect(plan(one).contains("has the one class 'a' only"))
    let classes = ["x,y"] + (0..<30).map { "\($0 % 5),k\($0)" }
    #expect(plan(classes) { $0.task = .classification }.contains("has 30 classes in 30 rows, too many to learn any"))
    let alone = ["x,y"] + (0..<30).map { "7,\($0 % 2 == 0 ? "a" : "b")" }
    #expect(plan(alone) == "no column is left to predict 'y' from: 'x' has the same value in every row")
    let fine = ["x,z,y"] + (0..<30).map { "\($0 % 11),\($0 % 7),\($0 % 2 == 0 ? "a" : "b")" }
    #expect(plan(fine) { $0.positive = "c" } == "'y' has no class 'c': name one of 'a', 'b'")
    #expect(plan(fine) { $0.metric = "rmse" }.hasPrefix("a classification is judged by"))
    #expect(plan(fine) { $0.models = ["ridge"] }.hasPrefix("the model 'ridge' does not support classification"))
    #expect(plan(fine) { $0.time = "zz" }.contains("has no column 'zz'"))
    #expect(plan(fine) { $0.cost = "fp=1" }.contains("lacks one of fp and fn"))
  }
}
