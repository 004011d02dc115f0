import DataVersions
import Files
import Foundation
import TestSupport
import Testing
import Tracker

@testable import Workflows

/// Workflows whose disk takes nothing more at some moment, and that are run again.
@Suite struct KilledWorkflowTests {
  private static let yaml = """
    workflow: w
    steps:
      raw:      {add: customers.csv}
      tidy:     {clean: raw, plan: plan.yaml}
      features: {prepare: tidy, pipeline: features.yaml}
      table:    {export: features, output: features.csv}

    """

  @Test(arguments: [0, 2, 5, 9, 13, 16, 20, 24, 28, 30, 33, 35])
  func `a workflow that dies is completed by the next run, with the same bytes`(_ changes: Int) throws {
    let undisturbed = try WorkflowPlace.ofWhole()
    try undisturbed.run(Self.yaml)
    let place = try WorkflowPlace.ofWhole()
    let disk = DyingDisk(after: changes)
    let error = #expect(throws: StepFailure.self) {
      try SystemCalls.$substitute.withValue(disk.calls) { try place.run(Self.yaml) }
    }
    #expect(disk.hasDied && error != nil)
    let names = try place.repository.names()
    for name in names { #expect(try place.repository.dataSet(name).problems() == []) }
    // What is recorded as made is there.
    for state in try place.plan(Self.yaml).values {
      guard case .current(let outputs) = state else { continue }
      for case .version(let version) in outputs { #expect(names.contains(version.name)) }
    }
    try place.run(Self.yaml)
    #expect(try place.run(Self.yaml) == [])
    for name in try undisturbed.repository.names() {
      #expect(try place.version(name).sha256 == undisturbed.version(name).sha256)
      #expect(try place.version(name).number == 1)
    }
    let file = "/features.csv"
    #expect(
      FileManager.default.contents(atPath: place.folder + file)
        == FileManager.default.contents(atPath: undisturbed.folder + file))
  }
}
