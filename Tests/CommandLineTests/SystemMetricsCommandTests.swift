import Foundation
import Telemetry
import TestSupport
import Testing
import Tracker

/// Where the machine's metrics are shown, and where not.
@Suite struct SystemMetricsCommandTests {
  private let workplace: Workplace
  private let run: String

  init() throws {
    workplace = try Workplace()
    let store = try Store(path: workplace.folder.appendingPathComponent("runs").path, create: true)
    let writer = try store.start(exampleDescription())
    writer.record("train/loss", 0.5, step: 10)
    writer.record("system/process_threads", 7, step: 10)
    try writer.finish(status: .finished)
    run = writer.id
  }

  @Test func `show has them in a section of their own`() throws {
    let page = try workplace.rlrun("show", run, "--wide").output
    let metrics = try #require(page.range(of: "\nMetrics\n"))
    let system = try #require(page.range(of: "\nSystem\n"))
    #expect(metrics.lowerBound < system.lowerBound)
    #expect(page[metrics.upperBound..<system.lowerBound].contains("train/loss"))
    #expect(!page[..<system.lowerBound].contains("system/process_threads"))
    #expect(page[system.upperBound...].contains("system/process_threads"))
    let json = try workplace.rlrun("show", run, "--json").output
    let details = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect((details["metrics"] as? [String: Any])?.keys.sorted() == ["train/loss"])
    #expect((details["system"] as? [String: Any])?.keys.sorted() == ["system/process_threads"])
  }

  @Test func `lists, exports and tails have them when they are asked for`() throws {
    #expect(try !workplace.rlrun("export", run).output.contains("system/"))
    #expect(try !workplace.rlrun("export", run, "--layout", "wide").output.contains("system/"))
    #expect(try workplace.rlrun("export", run, "--system").output.contains("system/process_threads"))
    #expect(try !workplace.rlrun("runs", "--csv").output.contains("system/"))
    #expect(try !workplace.rlrun("runs", "--json").output.contains("system/"))
    let asked = try workplace.rlrun(
      "runs", "--columns", "id,system/process_threads", "--where", "system/process_threads > 6")
    #expect(asked.output.contains(run) && asked.output.contains("7"), "\(asked)")
    #expect(try workplace.rlrun("tail", run, "--no-follow").output.split(separator: "\n").count == 1)
    #expect(try workplace.rlrun("tail", run, "--no-follow", "--metric", "system/*").output.contains("process_threads"))
  }

  @Test func `a training has the option, and takes it`() throws {
    let train = ["train", "CartPole-v1", "--steps", "256", "--eval-freq", "0", "--set", "n_steps=32"]
    let result = try workplace.run("rlrun", train + ["--no-system-metrics"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try !workplace.rlrun("show", "latest").output.contains("\nSystem\n"))
  }
}
