import ArgumentParser
import Formats
import Foundation
import Settings
import Telemetry
import Tracker

struct Tail: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail",
    abstract: "Print a run's last points, and follow new ones while it is written.",
    discussion: """
      Example:
        rlrun tail latest
        rlrun tail latest --metric rollout/ep_rew_mean --lines 100
        rlrun tail latest --no-follow

      A line is the step, the seconds of work since the run began, the metric and its value; system/* only where --metric
      asks for it. It ends when the run ends; Control-C ends it earlier. Any number of processes may follow a run; none of
      them keeps its writer waiting.
      """)

  @OptionGroup var selection: RunSelection

  @Option(
    help: ArgumentHelp(
      "Only this metric, or those that match, as 'train/*'; may be given several times.", valueName: "name"))
  var metric: [String] = []

  @Option(name: [.customShort("n"), .long], help: "How many of the existing points are printed.")
  var lines: Count = 10

  @Flag(inversion: .prefixedNo, help: "Follow while the run is written.")
  var follow = true

  func run() throws {
    let lines = try lines.checked(Count.intervals, "--lines")
    let store = try selection.open()
    let id = try selection.id(in: store, for: "tail")
    let record = try store.load(id)
    let follower = try RunFollower(id, in: store)
    let patterns = metric.map { NamePattern($0) }
    // By metric, so that patterns are tried once for each.
    var known: [Metric: Bool] = [:]
    func isWanted(_ metric: Metric) -> Bool {
      if let known = known[metric] { return known }
      let isWanted = patterns.isEmpty ? !metric.isOfSystem : patterns.contains { $0.matches(metric.name) }
      known[metric] = isWanted
      return isWanted
    }
    // The last points, in the order of recording from `next` on.
    var (ring, next) = ([RunFollower.Point](), 0)
    try follower.advance { point in
      guard isWanted(point.metric), lines > 0 else { return }
      if ring.count < lines {
        ring.append(point)
      } else {
        ring[next] = point
        next = (next + 1) % lines
      }
    }
    for pattern in patterns where follower.status != .running {
      if known.keys.contains(where: { pattern.matches($0.name) }) { continue }
      let guess = didYouMean(pattern.description, among: known.keys.map(\.name).sorted()) ?? ""
      throw UsageError("run \(id) has no metric '\(pattern)'\(guess)")
    }
    for i in ring.indices { show(ring[(next + i) % ring.count], of: record) }
    while follow, [.running, .open].contains(follower.status) {
      try StandardOutput.flush()
      usleep(100_000)
      try follower.advance { point in
        if isWanted(point.metric) { show(point, of: record) }
      }
    }
  }

  private func show(_ point: RunFollower.Point, of record: RunRecord) {
    let seconds = String(format: "%.3f", Double(record.activeMicroseconds(until: point.wallTime)) / 1e6)
    print("\(point.step)\t\(seconds)\t\(point.metric.name.printable)\t\(point.value)")
  }
}
