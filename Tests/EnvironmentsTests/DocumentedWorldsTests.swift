import Foundation
import RLCore
import Telemetry
import Testing

@testable import Environments
@testable import Formats

/// Docs/ENVIRONMENTS.md says what there is.
@Suite struct DocumentedWorldsTests {
  private let lines: [String]

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Docs/ENVIRONMENTS.md")
    lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
  }

  @Test func everyEnvironmentHasItsRow() throws {
    for entry in EnvironmentCatalogue.builtIn {
      let row = try #require(lines.first { $0.hasPrefix("| `\(entry.id)` |") }, "\(entry.id)")
      let cells = row.components(separatedBy: " | ").map { $0.trimmingCharacters(in: ["|", " "]) }
      let specification = entry.specification
      try #require(cells.count == 8, "\(row)")
      #expect(cells[3] == specification.timeLimit.map { "\($0)" } ?? "–", "\(entry.id)")
      let threshold = specification.rewardThreshold.map { shortest($0).replacing("-", with: "−") }
      #expect(cells[4] == threshold ?? "–", "\(entry.id)")
      if let rewards = entry.rewards { #expect(cells[5] == rewards) }
      let options = entry.options.map { "`\($0.name)`" }.joined(separator: ", ")
      #expect(cells[6] == (options.isEmpty ? "–" : options), "\(entry.id)")
      #expect(cells[7] == entry.source)
    }
  }

  @Test func everyWrapperAndEveryLawIsThere() {
    let text = lines.joined(separator: "\n")
    for option in EnvironmentCatalogue.wrapperOptions { #expect(text.contains("`\(option.name)="), "\(option.name)") }
    for law in EnvironmentLaw.allCases { #expect(lines.contains("| `\(law.name)` | \(law.rawValue) |"), "\(law)") }
  }
}
