import Formats
import Foundation
import Testing
import Tracker

@testable import Analysis
@testable import Studio
@testable import WebServer

@Suite struct `groups of runs in the table` {
  private let site: PageStore
  private let runs: [String]

  /// Two configurations of five seeds and one of a single run.
  init() throws {
    site = try PageStore()
    var runs: [String] = []
    for (rate, scores) in [(0.1, [1.0, 2, 3, 4, 5]), (0.5, [11, 12, 13, 14, 20])] {
      for (seed, score) in scores.enumerated() {
        runs.append(try site.record("r", seed: UInt64(seed), [score], settings: ["rate": rate, "depth": 2]))
      }
    }
    runs.append(try site.record("alone", seed: 9, [7], settings: ["rate": 0.3, "depth": 3]))
    self.runs = runs
  }

  private func table(_ query: String) throws -> String { try site.get("/rows?\(query)").text }

  private func count(_ text: String, _ part: String) -> Int { text.components(separatedBy: part).count - 1 }

  /// The labels of the groups, in their order.
  private func labels(_ query: String) throws -> [String] {
    try table(query).components(separatedBy: "<td title=\"").dropFirst().compactMap { cell in
      cell.contains("class=\"fold\"") ? cell.components(separatedBy: "\"")[0] : nil
    }
  }

  @Test func `a group is a configuration without its seed`() throws {
    let page = try site.get("/?group=configuration").text
    #expect(page.contains("3 groups of 11 runs") && count(page, "<tr class=\"group\"") == 3)
    #expect(page.contains("aria-expanded=\"false\"") && !page.contains("<tr data-run="))
    let all = Set(try labels("group=configuration"))
    #expect(all == ["depth=2 rate=0.1", "depth=2 rate=0.5", "depth=3 rate=0.3"])
    #expect(try labels("group=differences").sorted() == all.sorted())
  }

  @Test func `the mean and its interval are those of the runs' last values`() throws {
    let text = try table("group=configuration&sort=loss")
    let interval = try #require(
      SeedStatistics([1, 2, 3, 4, 5], seeds: 0..<5).interval(Bootstrap(seed: 0, resamples: 2_000), of: mean))
    #expect(interval.low < 3 && interval.high > 3)
    #expect(
      text.contains(
        ">3<span class=\"interval\">\(Shown.number(interval.low)) – \(Shown.number(interval.high))</span>"))
    #expect(text.contains("mean of 5 runs, std 1.5811, IQM 3, from 1 to 5, 95 % interval of the mean"))
    // One run has no interval.
    #expect(text.contains("mean of 1 run, IQM 7, from 7 to 7, no interval of fewer than 4 seeds\">7</td>"))
    #expect(text.contains("<span class=\"status finished\">5 finished</span>"))
  }

  @Test func `groups are sorted by their means, labels and numbers of runs`() throws {
    let (low, high, alone) = ("depth=2 rate=0.1", "depth=2 rate=0.5", "depth=3 rate=0.3")
    #expect(try labels("group=configuration&sort=loss") == [low, alone, high])
    #expect(try labels("group=configuration&sort=-loss") == [high, alone, low])
    #expect(try labels("group=configuration&sort=runs,-name") == [alone, high, low])
    #expect(try labels("group=configuration&sort=name") == [low, high, alone])
    #expect(try labels("group=params.depth&sort=-params.depth") == ["depth=3", "depth=2"])
  }

  @Test func `an open group shows its runs below it, in the table's order`() throws {
    let text = try table("group=configuration&sort=loss&open=\(runs[0])")
    #expect(count(text, "aria-expanded=\"true\"") == 1 && count(text, "<tr data-run=") == 5)
    let places = try runs.prefix(5).map { try #require(text.range(of: "<tr data-run=\"\($0)\"")).lowerBound }
    #expect(places == places.sorted())
    // Closed, all else is as it is.
    #expect(text.contains("href=\"/?sort=loss&amp;group=configuration\""))
    #expect(text.contains("seed 4</td>"))
    let page = try site.get("/?group=configuration&open=\(runs[0])").text
    #expect(page.contains("data-count=\"8\""))
  }

  @Test func `rows are cut anywhere, also within an open group`() throws {
    let view = RunView(WebForm(encoded: "group=configuration&sort=loss&open=\(runs[0])&open=\(runs[5])"))
    let rows = try view.rows(of: site.store.fields())
    let groups = GroupedRuns(rows, try #require(view.grouping), orders: view.sortOrders, open: view.open)
    func name(_ line: GroupedRuns.Line) -> String {
      switch line {
      case .group(let group): "group \(group.anchor)"
      case .run(let run): if case .text(let id)? = run["id"] { id } else { "" }
      }
    }
    let all = groups.lines(from: 0, count: 100).map(name)
    #expect(all.count == 13 && groups.count == 13 && Set(all).count == 13)
    for start in 0...13 {
      for count in 0...13 {
        #expect(groups.lines(from: start, count: count).map(name) == Array(all[start..<min(13, start + count)]))
      }
    }
  }

  @Test func `what is not finite is counted beside the mean`() throws {
    try site.record("r", seed: 7, [.nan], settings: ["rate": 0.1, "depth": 2])
    let text = try table("group=configuration&sort=loss")
    #expect(text.contains("1 × NaN</span>") && text.contains("mean of 5 runs"))
  }

  @Test func `grouped by fields, what a run has not is a value of its own`() throws {
    try site.record("bare", [1])
    #expect(Set(try labels("group=params.rate")) == ["rate=0.1", "rate=0.5", "rate=0.3", "rate=none"])
    #expect(try labels("group=agent") == ["program"])
    let text = try table("group=agent&column=params.rate")
    #expect(text.contains("3 values of 11 runs"))
  }

  @Test func `seeds that a program gives as a parameter are no difference`() throws {
    let other = try PageStore()
    for seed in 1...3 { try other.record("r", [1], settings: ["random_state": Double(seed), "c": 2]) }
    #expect(try other.get("/?group=differences").text.contains("1 group of 3 runs"))
    #expect(try other.get("/?group=params.random_state").text.contains("3 groups of 3 runs"))
  }

  @Test func `parameters that only other agents have are no part of a label`() throws {
    let one = RunFields([
      ("id", .text("a")), ("agent", .text("ppo")), ("params.clip", .number(0.2)), ("params.rate", .number(1)),
    ])
    let two = RunFields([
      ("id", .text("b")), ("agent", .text("ppo")), ("params.clip", .number(0.2)), ("params.rate", .number(2)),
    ])
    let other = RunFields([("id", .text("c")), ("agent", .text("dqn")), ("params.tau", .number(1))])
    let labels = try #require(RunGrouping(["differences"])).labels(of: [one, two, other])
    #expect(labels.names == ["agent", "params.rate"])
    #expect(labels.names(for: two) == ["agent", "params.rate"] && labels.names(for: other) == ["agent"])
  }

  @Test func `a budget that a parameter says is not said twice`() throws {
    func run(_ id: String, _ budget: Double, _ steps: Double?) -> RunFields {
      RunFields([("id", .text(id)), ("budget", .number(budget))] + (steps.map { [("params.n", .number($0))] } ?? []))
    }
    let grouping = try #require(RunGrouping(["configuration"]))
    #expect(grouping.labels(of: [run("a", 1, 1), run("b", 2, 2)]).names == ["params.n"])
    #expect(grouping.labels(of: [run("a", 1, 5), run("b", 2, 5)]).names == ["budget"])
  }

  @Test func `grouping is part of the address, of the filter's form and not of other pages`() throws {
    let page = try site.get("/?where=loss+%3E+0&group=params.rate,params.depth").text
    #expect(page.contains("<input type=\"hidden\" name=\"group\" value=\"params.rate\">"))
    #expect(page.contains("Grouped by 2 fields"))
    #expect(page.contains("href=\"/charts?where=loss%20%3E%200\""))
    let view = RunView(WebForm(encoded: "group=a&group=b&open=x&where=loss+%3E+0"))
    #expect(RunView(WebForm(encoded: String(view.address().dropFirst(2)))).address() == view.address())
  }
}
