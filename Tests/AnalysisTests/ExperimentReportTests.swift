import Foundation
import Telemetry
import TestSupport
import Testing
import Tracker

@testable import Analysis

@Suite struct ExperimentReportTests {
  private func records(
    _ count: Int, points: Int, name: String = "a", metrics: [String] = ["loss"]
  ) throws -> [RunRecord] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID().uuidString)").path
    let store = try Store(path: folder, create: true)
    let here = Surroundings(
      programVersion: "1.2", gitCommit: "abc123", host: "h", cores: 1, blasCoreType: "Haswell", blasThreads: 1,
      kernelVariant: "avx2", commandLine: ["/usr/bin/rlrun", "train", name])
    for number in 0..<count {
      let run = try store.start(
        RunDescription(
          kind: "program", experiment: "e", name: name, subject: number % 2 == 0 ? "one" : "two", target: "world",
          seed: UInt64(number), hyperparameters: ["lr": .number(Double(number % 2)), "depth": .integer(3)],
          surroundings: here, start: 1_700_000_000_000_000))
      for metric in metrics {
        for step in 0..<points { run.record(Metric(metric), Double(number) + 1 / Double(step + 1), step: step) }
      }
      if number == 0 {
        run.record(Finding(rule: "Rule", severity: .warning, step: 1, evidence: name, meaning: name, advice: name))
      }
      try run.finish(status: .finished)
    }
    return try store.runs()
  }

  @Test func `a report has scores, curves, findings, settings, runs and how to do them again`() throws {
    let records = try records(8, points: 20)
    let page = ExperimentReport(of: records, title: "Poles", date: "today").html
    for heading in ["Scores", "Curves", "Findings", "Settings", "Runs", "How to reproduce"] {
      #expect(page.contains("<h2>\(heading)</h2>"), "\(heading)")
    }
    #expect(page.contains("8 runs in 2 groups; made today by rlrun"))
    #expect(page.contains("<svg ") && page.contains("@media print"))
    #expect(page.contains("<td>depth</td><td>3</td>"))
    for record in records { #expect(page.contains("rlrun reproduce \(record.id)")) }
    // The program's name without its place, once.
    #expect(
      page.components(separatedBy: "\nrlrun train a").count
        + page.components(separatedBy: "<pre><code>rlrun train a").count == 3)
    #expect(page.contains("abc123") && page.contains("Haswell"))
  }

  @Test func `no text of a run becomes a part of the page`() throws {
    let attack = "<script>alert(1)</script>\"'&"
    let page = ExperimentReport(
      of: try records(2, points: 3, name: attack, metrics: [attack]), title: attack, date: attack
    ).html
    #expect(!page.contains("<script"))
    #expect(page.contains("&lt;script&gt;"))
  }

  @Test func `twenty runs with many long curves take less than two megabytes`() throws {
    let names = (0..<12).map { "train/m\($0)" }
    let page = ExperimentReport(
      of: try records(20, points: 3_000, metrics: names), title: "many", date: "today"
    ).html
    #expect(page.utf8.count < 2_000_000)
    #expect(page.components(separatedBy: "<svg ").count - 1 == 8)
  }

  @Test func `runs without scores and points make a page that says so`() throws {
    let page = ExperimentReport(of: try records(1, points: 0), title: "none", date: "today", charts: ["x"]).html
    #expect(page.contains("No run has a score called"))
    #expect(page.contains("No run has points of x."))
  }
}
