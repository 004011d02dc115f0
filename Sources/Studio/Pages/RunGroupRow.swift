import Analysis
import Formats
import Tracker

/// The row of a group of runs: what they share, and of what is measured the mean and its interval.
struct RunGroupRow {
  let page: RunTablePage
  let groups: GroupedRuns
  let group: GroupedRuns.Group

  /// Enough draws for an interval of a few digits in each of a page's cells.
  private static let bootstrap = Bootstrap(seed: 0, resamples: 2_000)
  /// The most runs that a group's box picks.
  static let pickLimit = 500

  var html: HTML {
    let values = GroupValues(group, Set(page.columns))
    let cells: [HTML] = page.columns.map { cell($0, values) }
    return """
      <tr class="group" data-group="\(group.anchor)"><td class="pick">\(box)</td>\(cells)</tr>

      """
  }

  private var box: HTML {
    guard group.runs.count <= Self.pickLimit else { return "" }
    let ids = group.runs.compactMap { run in if case .text(let id)? = run["id"] { id } else { nil } }
    return """
      <input type="checkbox" data-runs="\(ids.joined(separator: " "))" aria-label="Choose the runs of \(label)">
      """
  }

  /// What tells it from other groups: `ppo gamma=0.9`.
  private var label: String {
    let run = group.runs[0]
    let names = groups.labels.names(for: run)
    var words = (names.isEmpty ? ["agent", "environment"] : names).compactMap { name -> String? in
      let isBare = name == "agent" || name == "environment"
      guard let value = run[name] else { return isBare ? nil : "\(Self.short(name))=none" }
      let text =
        switch value {
        case .text(let text): text
        case .number(let number): shortest(number)
        case .flag(let flag): flag ? "true" : "false"
        }
      if isBare { return text.isEmpty ? nil : text }
      return "\(Self.short(name))=\(text)"
    }
    if groups.isAmbiguous(group), case .text(let hash)? = run["hash"] { words.append(String(hash.prefix(6))) }
    return words.isEmpty ? "all" : words.joined(separator: " ")
  }

  private static func short(_ name: String) -> String {
    name.hasPrefix("params.") || name.hasPrefix("tags.") ? String(name.split(separator: ".", maxSplits: 1)[1]) : name
  }

  private var address: String {
    page.view.address {
      $0.open = group.isOpen ? $0.open.filter { $0 != group.anchor } : $0.open + [group.anchor]
    }
  }

  private func cell(_ name: String, _ values: GroupValues) -> HTML {
    switch name {
    case "name":
      return """
        <td title="\(label)"><a class="fold" role="button" aria-expanded="\(group.isOpen ? "true" : "false")" href="\(address)" \
        data-open="\(group.anchor)" data-size="\(group.runs.count)">\(label)</a></td>
        """
    case "runs": return "<td class=\"n\">\(Shown.grouped(group.runs.count))</td>"
    case "status": return "<td>\(states(values))</td>"
    case "started", "ended": return page.cell(name, values.summary(name), group.anchor)
    case _ where GroupValues.isMeasured(name): return measured(name, values)
    default:
      if let value = values.shared(name), name != "id" { return page.cell(name, value, group.anchor) }
      let all = values.all(name)
      if all.isEmpty { return "<td class=\"none\"></td>" }
      let different = Set(all).count
      let some = all.count < group.runs.count ? " of \(all.count) runs" : ""
      return "<td class=\"soft\">\(Shown.grouped(different)) value\(different == 1 ? "" : "s")\(some)</td>"
    }
  }

  /// How many runs are in which state, what needs a look first.
  private func states(_ values: GroupValues) -> [HTML] {
    var counts: [String: Int] = [:]
    for case .text(let state) in values.all("status") { counts[state, default: 0] += 1 }
    let order = ["failed", "crashed", "interrupted", "running", "open"]
    func rank(_ state: String) -> Int { order.firstIndex(of: state) ?? order.count }
    return counts.keys.sorted { (rank($0), $0) < (rank($1), $1) }.map { state in
      "<span class=\"status \(state)\">\(Shown.grouped(counts[state]!)) \(state)</span>"
    }
  }

  private func measured(_ name: String, _ values: GroupValues) -> HTML {
    let (finite, seeds, others) = values.numbers(name)
    // NaN and infinities have no mean; they are counted.
    let odd: HTML =
      others.isEmpty
      ? "" : " <span class=\"odd\">\(others.count) × \(others.allSatisfy(\.isNaN) ? "NaN" : "not finite")</span>"
    if finite.isEmpty { return others.isEmpty ? "<td class=\"none\"></td>" : "<td class=\"n\">\(odd)</td>" }
    let statistics = SeedStatistics(finite, seeds: seeds)
    let mean = name == "duration" ? Shown.duration(statistics.mean) : Shown.number(statistics.mean)
    guard GroupValues.isMetric(name) else { return "<td class=\"n\">\(mean)\(odd)</td>" }
    let interval = statistics.interval(Self.bootstrap, of: Formats.mean)
    let shown: HTML =
      interval.map { "<span class=\"interval\">\(Shown.number($0.low)) – \(Shown.number($0.high))</span>" } ?? ""
    var words = ["mean of \(finite.count) run\(finite.count == 1 ? "" : "s")"]
    if let std = statistics.std { words.append("std \(Shown.number(std))") }
    words.append("IQM \(Shown.number(statistics.iqm))")
    words.append("from \(Shown.number(finite.min()!)) to \(Shown.number(finite.max()!))")
    let fewest = Comparison.fewestSeedsOfInterval
    words.append(interval == nil ? "no interval of fewer than \(fewest) seeds" : "95 % interval of the mean")
    return "<td class=\"n\" title=\"\(words.joined(separator: ", "))\">\(mean)\(shown)\(odd)</td>"
  }
}
