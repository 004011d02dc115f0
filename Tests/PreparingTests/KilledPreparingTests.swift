import DataQuality
import DataVersions
import Files
import Formats
import Foundation
import Pipelines
import TestSupport
import Testing

@testable import Preparing

/// What makes a version dies at each of its changes to the disk in turn: what was there stays whole, and doing it again completes it.
@Suite struct KilledPreparingTests {
  private static let orders =
    "order_id,day,amount,city\n"
    + (0..<200).map {
      "o\($0),2024-01-\(10 + $0 % 20),\($0 % 7 == 0 ? "" : "\(Double($0) / 4)"),\(["Bonn", "Köln"][$0 % 2])\n"
    }
    .joined()

  enum Work: String, CaseIterable, Sendable {
    case add, clean, prepare

    var dataSet: String { self == .prepare ? "made" : "orders" }

    func run(_ place: AdditionPlace) throws {
      switch self {
      case .add:
        try place.add("orders", place.file("more.csv", KilledPreparingTests.orders + "o200,2024-01-01,1,Bonn\n"))
      case .clean:
        let yaml = "repairs:\n- impute: {column: amount, by: median}\n"
        _ = try DataCleaning(of: first(place), by: CleaningPlan(yaml: yaml), yaml: yaml).run(in: place.repository)
      case .prepare:
        let yaml = "steps:\n- impute: {columns: [amount], strategy: median}\n- standard: {columns: [amount]}\n"
        _ = try DataPreparation(of: first(place), by: Pipeline(yaml: yaml), yaml: yaml, as: "made").run(
          in: place.repository)
      }
    }

    private func first(_ place: AdditionPlace) throws -> DataVersion {
      try place.repository.dataSet("orders").version(.number(1))
    }
  }

  private func begun() throws -> AdditionPlace {
    let place = AdditionPlace()
    try place.add("orders", place.file("orders.csv", Self.orders))
    return place
  }

  @Test(arguments: Work.allCases) func `a version is there whole or not at all, whenever its maker dies`(_ work: Work)
    throws
  {
    let undisturbed = try begun()
    try work.run(undisturbed)
    let wanted = try undisturbed.repository.dataSet(work.dataSet).latest()
    let first = try undisturbed.repository.dataSet("orders").version(.number(1))
    var deaths = 0
    while true {
      let place = try begun()
      let disk = DyingDisk(after: deaths)
      let result = Result { try SystemCalls.$substitute.withValue(disk.calls) { try work.run(place) } }
      for name in try place.repository.names() {
        let dataSet = try place.repository.dataSet(name)
        #expect(try dataSet.problems() == [], "\(work) after \(deaths) changes")
        let last = try dataSet.latest()
        #expect([first.sha256, wanted.sha256].contains(last.sha256), "\(work) after \(deaths) changes")
        #expect(try last.table(in: place.repository).rowCount == last.rows)
      }
      try work.run(place)
      let again = try place.repository.dataSet(work.dataSet).latest()
      #expect(again.sha256 == wanted.sha256 && again.number == wanted.number, "\(work) after \(deaths) changes")
      #expect(try remains(place) == [], "\(work) after \(deaths) changes")
      if !disk.hasDied {
        try result.get()
        break
      }
      deaths += 1
      try #require(deaths < 500)
    }
    // Folders, the part and the manifest: each is several changes.
    #expect(deaths >= 6)
  }

  private func remains(_ place: AdditionPlace) throws -> [String] {
    try place.repository.names().flatMap { name in
      let dataSet = try place.repository.dataSet(name)
      let used = Set(try dataSet.versions().flatMap { $0.parts.map { $0.sha256 + ".parquet" } })
      let folder = "\(place.repository.path)/\(name)"
      let parts = try Folder.names(in: folder + "/parts", includingHidden: true).filter { !used.contains($0) }
      return try parts
        + ["", "/versions"].flatMap {
          try Folder.names(in: folder + $0, includingHidden: true).filter { $0.hasPrefix(".") }
        }
    }
  }

  @Test func `a temporary file whose owner is no more goes with the next one`() throws {
    let left = NSTemporaryDirectory() + "/rlrun-rows-\(UUID().uuidString)"
    try Data("rows".utf8).write(to: URL(fileURLWithPath: left))
    let first = try TemporaryFile()
    let second = try TemporaryFile()
    #expect(!Folder.holds(left) && Folder.holds(first.path) && Folder.holds(second.path))
  }
}
