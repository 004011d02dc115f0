import Analysis
import Tracker

/// A policy of each group at play, side by side: that of the run in the middle of its group's scores.
struct ComparedFilms {
  let comparison: Comparison
  let records: [RunRecord]
  /// Films at once: each is an episode that is played, and a picture that moves.
  static let limit = 6

  /// A run of each group, the best groups first.
  var runs: [(label: String, record: RunRecord, score: Double)] {
    let byID = Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
    return comparison.groups.compactMap { group in
      let ranked = zip(group.runs, group.scores).sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        .compactMap { run, score in byID[run].map { ($0, score) } }
        .filter { RunPage.canPlay($0.0) }
      guard !ranked.isEmpty else { return nil }
      let middle = ranked[(ranked.count - 1) / 2]
      return (group.label, middle.0, middle.1)
    }
  }

  var html: HTML {
    let all = runs
    if all.isEmpty { return "" }
    let figures: [HTML] = all.prefix(Self.limit).map { label, record, score in
      """
      <figure data-film="/runs/\(record.id)/film"><figcaption>\(label) <span class="soft"><a href="/runs/\(record.id)">\(record.id)</a>, \(Shown.number(score))</span></figcaption>
      <div class="frame"><p class="soft">Not played yet.</p></div></figure>

      """
    }
    let more: HTML =
      all.count > Self.limit ? "<p class=\"soft\">Of \(all.count) groups the best \(Self.limit).</p>" : ""
    return """
      <section><details class="film" id="films"><summary>Films of the policies</summary>
      <p class="soft">Of each group the run in the middle of its scores plays an episode from its last checkpoint.</p>\(more)<div class="films">\(figures)</div></details></section>

      """
  }
}
