import Foundation

/// What the rules find in the corpus, as a page.
struct DetectionPage {
  let kinds: [Kind]
  let runs: [Scored]
  let peers: [PeerFindings]

  private var heldOut: [Scored] { runs.filter(\.case.isHeldOut) }

  var text: String {
    let sabotaged = heldOut.filter { $0.case.kind != healthy.name }
    let sound = heldOut.filter { $0.case.kind == healthy.name }
    let identical = runs.filter { $0.live == $0.replayed }.count
    var lines = [
      "# What the debugger finds", "",
      "Made by `make debugger-corpus`: \(runs.count { $0.case.kind != healthy.name }) runs that were broken on purpose, in",
      "\(kinds.count { $0.name != healthy.name }) ways, and \(runs.count { $0.case.kind == healthy.name }) healthy ones, "
        + "watched by the default rules. Half of the runs",
      "served to choose thresholds; every figure here is of the other half, which was held out. Intervals are Wilson's, 95 %.",
      "", "| | held-out runs |", "| --- | --- |",
      "| broken runs with a finding | \(share(sabotaged, \.isFound).text) |",
      "| healthy runs with a finding: false alarms | \(share(sound, \.isFound).text) |",
      "| broken runs whose diagnosis names the sabotage first | \(share(sabotaged, isNamed).text) |",
      "| runs, of both halves, in whose log the rules find what they found live | \(identical) of \(runs.count) |",
      "", "## By kind", "",
      "| sabotage | what is done | found | named first | median delay in steps | rules that fired |",
      "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind in kinds where kind.name != healthy.name {
      let own = heldOut.filter { $0.case.kind == kind.name }
      let delays = own.compactMap(\.delay).sorted()
      lines.append(
        "| \(kind.name) | \(kind.description) | \(share(own, \.isFound).text) | \(share(own, isNamed).text) | "
          + "\(delays.isEmpty ? "–" : String(delays[delays.count / 2])) | \(rules(own)) |")
    }
    lines += [
      "", "## By rule", "", "| rule | broken runs it fired in | healthy runs it fired in |", "| --- | --- | --- |",
    ]
    for rule in Set(heldOut.flatMap { $0.replayed.map(\.rule) }).sorted() {
      let speaks = { (run: Scored) in run.replayed.contains { $0.rule == rule } }
      lines.append("| `\(rule)` | \(share(sabotaged, speaks).text) | \(share(sound, speaks).text) |")
    }
    if !peers.isEmpty { lines += peerTable(sabotaged, sound) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func peerTable(_ sabotaged: [Scored], _ sound: [Scored]) -> [String] {
    var lines = [
      "", "## Beside others", "",
      "Other debuggers with their default thresholds, given the `rollout/`, `train/` and `eval/` series of held-out runs of the",
      "first 17 kinds, as these were recorded when the corpus had no others. They were made for some of these faults only, and",
      "for agents: fits are left out here, for all.", "",
      "| | broken runs with a finding | healthy runs with a finding |", "| --- | --- | --- |",
    ]
    let trained = sabotaged.filter(wasGivenToPeers)
    let soundTrained = sound.filter(wasGivenToPeers)
    lines.append("| rlrun | \(share(trained, \.isFound).text) | \(share(soundTrained, \.isFound).text) |")
    for peer in peers {
      let finds = { (run: Scored) in peer.runs.contains(run.case.name) }
      lines.append("| \(peer.name) | \(share(trained, finds).text) | \(share(soundTrained, finds).text) |")
    }
    return lines
  }

  private func share(_ runs: [Scored], _ holds: (Scored) -> Bool) -> Share {
    Share(hits: runs.count(where: holds), count: runs.count)
  }

  private func wasGivenToPeers(_ run: Scored) -> Bool {
    let kind = kinds.first { $0.name == run.case.kind }
    return run.case.isTraining && run.case.number <= kind?.peerRuns ?? .max
  }

  private func isNamed(_ run: Scored) -> Bool {
    kinds.first { $0.name == run.case.kind }.map(run.namesFirst) ?? false
  }

  /// The rules that spoke in these runs, the most frequent first.
  private func rules(_ runs: [Scored]) -> String {
    var counts: [String: Int] = [:]
    for run in runs { for rule in Set(run.replayed.map(\.rule)) { counts[rule, default: 0] += 1 } }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}
