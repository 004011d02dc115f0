import Formats
import Telemetry
import Testing
import Tracker

@testable import Studio
@testable import WebServer

@Suite struct `charts over several runs` {
  @Test func `seeds of a configuration are one line, their mean, and single runs on demand`() throws {
    let site = try PageStore()
    try site.record("a", seed: 1, [1, 2], settings: ["lr": 0.1])
    try site.record("b", seed: 2, [3, 6], settings: ["lr": 0.1])
    try site.record("c", seed: 1, [10, 20], settings: ["lr": 0.2])
    let lines = try #require(try site.json("/charts/lines?experiment=e&metric=loss")?["loss"]?.list)
    #expect(lines.count == 2)
    #expect(lines[0]["means"]?.list == [.number(2), .number(4)])
    #expect(lines[0]["lows"]?.list == [.number(1), .number(2)])
    #expect(lines[0]["xs"]?.list == [.integer(1), .integer(2)])
    #expect(lines[1]["means"]?.list == [.number(10), .number(20)])
    let single = try #require(try site.json("/charts/lines?experiment=e&metric=loss&single=1")?["loss"]?.list)
    #expect(Set(single.map { $0["group"] }) == [.integer(0), .integer(1)])
    #expect(
      Set(single.map { $0["means"]?.list })
        == [[.number(1), .number(2)], [.number(3), .number(6)], [.number(10), .number(20)]])
    // A choice by name, and by condition.
    let chosen = try #require(
      try site.json("/charts/lines?metric=loss&" + WebForm([("where", "params.lr > 0.15")]).encoded)?["loss"]?.list)
    #expect(chosen.count == 1)
  }

  @Test func `of many single runs only the lines are drawn, and no value breaks the page`() throws {
    let site = try PageStore()
    for number in 0...SelectedRuns.bandLimit {
      if number > 0 { try site.record("r", experiment: "few", seed: UInt64(number), [1e-300, 1e300, 0.1]) }
      try site.record("r", experiment: "many", seed: UInt64(number), [1])
    }
    func lines(_ experiment: String) throws -> [JSONValue] {
      try #require(try site.json("/charts/lines?experiment=\(experiment)&metric=loss&single=1")?["loss"]?.list)
    }
    let (few, many) = (try lines("few"), try lines("many"))
    #expect(few.count == SelectedRuns.bandLimit && few.allSatisfy { $0["highs"] != nil })
    #expect(few[0]["means"]?.list == [.number(1e-300), .number(1e300), .number(0.1)])
    #expect(many.count == SelectedRuns.bandLimit + 1 && many.allSatisfy { $0["highs"] == nil && $0["means"] != nil })
  }

  @Test func `a million points are as few as pixels, and their range is kept`() throws {
    let site = try PageStore()
    var values = (0..<20_000).map { Double($0 % 7) }
    values[12_345] = 1_000
    let id = try site.record("long", values)
    let lines = try #require(
      try site.json("/charts/lines?run=\(id)&metric=loss&single=1&pixels=100")?["loss"]?.list)
    let highs = try #require(lines[0]["highs"]?.list)
    #expect(highs.count <= 200)
    #expect(highs.contains(.number(1_000)))
    #expect(lines[0]["lows"]?.list?.contains(.number(0)) == true)
  }

  @Test func `NaN and infinities break the line and are marked`() throws {
    let site = try PageStore()
    let id = try site.record("odd", [1, .nan, 3, .infinity, 5, -.infinity])
    for single in ["", "&single=1"] {
      let line = try #require(try site.json("/charts/lines?run=\(id)&metric=loss\(single)")?["loss"]?.list?.first)
      #expect(line["means"]?.list == [.number(1), .null, .number(3), .null, .number(5), .null])
      #expect(line["odd"] == .integer(3))
      let marks = try #require(line["marks"]?.list).compactMap { $0.list }
      #expect(marks == [[.number(2), .text("NaN")], [.number(4), .text("Inf")], [.number(6), .text("−Inf")]])
    }
  }

  @Test func `time goes from the beginning of a run, and smoothing is of each run`() throws {
    let site = try PageStore()
    let id = try site.record("a", [0, 1, 1, 1])
    let smooth = try #require(
      try site.json("/charts/lines?run=\(id)&metric=loss&single=1&smooth=0.5")?["loss"]?.list?.first)
    // Seven digits are enough for a screen.
    #expect(smooth["means"]?.list?[1] == .number(0.6666667))
    let time = try #require(try site.json("/charts/lines?run=\(id)&metric=loss&x=time")?["loss"]?.list?.first)
    #expect(time["xs"]?.list?.isEmpty == false)
    // Nonsense is as if it were not there.
    #expect(try site.get("/charts/lines?run=\(id)&metric=loss&smooth=7&pixels=-1").status == 200)
    #expect(try site.json("/charts/lines?run=\(id)&metric=none")?["none"]?.list == [])
  }

  @Test func `a chart is kept as SVG, PNG and CSV`() throws {
    let site = try PageStore()
    try site.record("a", seed: 1, [1, 2])
    try site.record("b", seed: 2, [3, 4])
    func file(_ format: String) throws -> (text: String, headers: [String: String]) {
      let answer = try site.get("/charts/file?experiment=e&metric=loss&format=" + format)
      return (answer.text, answer.headers)
    }
    #expect(try file("svg").text.hasPrefix("<svg "))
    #expect(try file("svg").headers["Content-Disposition"] == "attachment; filename=\"loss.svg\"")
    #expect(try file("png").text.dropFirst().hasPrefix("PNG"))
    #expect(
      try file("csv").text == """
        group,step,mean,low,high
        program,1,2,1,3
        program,2,3,2,4

        """)
    #expect(throws: WebError.self) { try file("exe") }
    #expect(throws: WebError.self) { try site.get("/charts/file?experiment=e&metric=none&format=svg") }
    let name = try site.get("/charts/file?experiment=e&format=csv&single=1&" + WebForm([("metric", "loss")]).encoded)
    #expect(name.text.hasPrefix("group,run,step,value,least,most\n"))
  }

  @Test func `a run that was deleted, or is none, is left out`() throws {
    let site = try PageStore()
    let id = try site.record("a", [1])
    try site.record("b", [2])
    try site.store.delete(id)
    #expect(try site.get("/charts?run=\(id)&run=nosuchrun").text.contains("0 runs"))
    #expect(try site.get("/charts?experiment=e").text.contains("1 run,"))
    #expect(throws: WebError.self) { try site.get("/charts?where=nonsense") }
  }

  @Test func `two columns are dots that lead to their runs, several are parallel axes`() throws {
    let site = try PageStore()
    let a = try site.record("a", [1], settings: ["lr": 0.1])
    let b = try site.record("b", [2], settings: ["lr": 0.2])
    try site.record("c", [.nan], settings: ["lr": 0.3])
    let page = try site.get("/scatter?x=params.lr&y=loss").text
    #expect(page.matches(of: /<circle class="dot/).count == 2)
    #expect(page.contains("/runs/\(a)") && page.contains("/runs/\(b)"))
    #expect(page.contains("1 of 3 runs have no place"))
    #expect(try site.get("/scatter?x=status&y=name").status == 200)
    #expect(try site.get("/scatter?x=none&y=none&colour=none").status == 200)
    #expect(try site.get("/parallel?axis=params.lr&y=loss").text.contains("2 runs"))
    #expect(try site.get("/parallel?axis=none&y=none").text.contains("It takes two runs"))
  }
}
