import Analysis
import ArgumentParser
import Formats
import Foundation
import Telemetry
import Tracker

struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Show where the time of a run went.",
    discussion: """
      Example:
        rlrun profile latest

      Seconds and shares of stepping the environment, choosing actions, updates, logging, evaluations and checkpoints, and
      the iterations that took much longer than the others. 'waiting' is part of the phases: the training's thread did not
      run, as it waited for a processor or the disk.
      """)

  @OptionGroup var selection: RunSelection

  @Flag(help: "Print JSON; of several runs a list.")
  var json = false

  /// Outliers that are printed, of those that JSON has all of.
  private static let shown = 10

  func run() throws {
    let records = try selection.records()
    var profiles: [(record: RunRecord, profile: RunProfile)] = []
    for record in records {
      if let profile = RunProfile(record) {
        profiles.append((record, profile))
        continue
      }
      let sentence = "run \(record.id) has no times of phases: only trainings of agents and fits of mlp record them"
      if records.count == 1 { throw UsageError(sentence) }
      complain(sentence)
    }
    if json {
      return selection.isOneRun ? try printJSON(profiles[0].profile) : try printJSON(profiles.map(\.profile))
    }
    for (place, one) in profiles.enumerated() {
      if place > 0 { print("") }
      show(one.profile, of: one.record)
    }
  }

  private func show(_ profile: RunProfile, of record: RunRecord) {
    let rate = profile.seconds > 0 ? Double(profile.steps) / profile.seconds : 0
    let unit = record.unit.rawValue
    printPage(
      "Run \(profile.run): \(figure(profile.seconds)) s, \(profile.iterations) iterations, \(profile.steps) \(unit), "
        + "\(figure(rate)) \(unit) a second")
    var table = TextTable(
      ["phase", "seconds", "share", "median ms", "95 % ms", "longest ms", "iterations"],
      dispensable: ["iterations", "longest ms", "95 % ms"])
    for phase in profile.phases {
      table.add([
        phase.name, figure(phase.seconds), "\(figure(100 * phase.share)) %", figure(1e3 * phase.median),
        figure(1e3 * phase.percentile95), figure(1e3 * phase.longest), "\(phase.count)",
      ])
    }
    print(table.fitted(to: pageWidth).text(noting: "--json has them"))
    if let waiting = profile.waiting, profile.seconds > 0 {
      printPage("Waiting, in these phases: \(figure(waiting)) s, \(figure(100 * waiting / profile.seconds)) %.")
    }
    for outlier in profile.outliers.prefix(Self.shown) {
      printPage(
        "\(outlier.isStall ? "Stalled" : "Slow"): the iteration to step \(outlier.step) took "
          + "\(figure(1e3 * outlier.seconds)) ms, usually \(figure(1e3 * outlier.usual)); most of it in \(outlier.phase)."
      )
    }
    if profile.outliers.count > Self.shown {
      print("\(profile.outliers.count - Self.shown) more slow iterations; --json lists all.")
    }
  }

  /// Three digits that matter.
  private func figure(_ value: Double) -> String {
    if value >= 100 { return String(format: "%.0f", value) }
    return value >= 10 ? String(format: "%.1f", value) : String(format: value >= 1 ? "%.2f" : "%.3f", value)
  }
}
