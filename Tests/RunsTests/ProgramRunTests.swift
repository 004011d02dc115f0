import Foundation
import Telemetry
import Testing
import Tracker

@Suite struct ProgramRunTests {
  @Test func aProgramOfOnesOwnIsARunLikeAnyOther() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try Store(path: folder, create: true)
    func run(seed: UInt64, rate: Double) throws -> RunRecord {
      let run = try store.start(
        experiment: "mine", name: "by hand", parameters: ["learning_rate": .number(rate)], seed: seed,
        tags: ["team": "blue"])
      for step in 1...20 { run.record("train/loss", rate / Double(step), step: step) }
      try run.finish(status: .finished)
      return try store.load(run.id)
    }
    let (first, second, other) = (
      try run(seed: 1, rate: 0.5), try run(seed: 2, rate: 0.5), try run(seed: 1, rate: .infinity)
    )
    #expect(first.series("train/loss")?.values == (1...20).map { 0.5 / Double($0) })
    #expect(first.status == .finished && first.tags == ["team": "blue"] && first.description.name == "by hand")
    #expect(first.description.configurationHash == second.description.configurationHash)
    #expect(first.description.configurationHash != other.description.configurationHash)
    let listed = try store.fields()
    #expect(try listed.filter(RunFilter("params.learning_rate = 0.5 and train/loss < 0.1").matches).count == 2)
  }
}
