import Analysis
import Formats
import Settings
import Telemetry
import Tuning
import WebServer

/// A search on its run's page: how good the best settings are, how they were found, what matters.
struct SearchSection {
  private let overview: JSONValue
  private let id: String
  private let trials: [(json: JSONValue, trial: Trial)]

  private static let trialLimit = 5_000

  /// `overview`: as `rlrun search show --json` prints it.
  init(_ overview: JSONValue, of id: String) {
    (self.overview, self.id) = (overview, id)
    trials = (overview["trials"]?.list ?? []).prefix(Self.trialLimit).compactMap { json in
      guard case .integer(let number)? = json["trial"] else { return nil }
      var values: [String: HyperparameterValue] = [:]
      if case .object(let members)? = json["values"] {
        for member in members { values[member.name] = Self.setting(member.value) }
      }
      let score = json["score"]?.double
      let state: Trial.State =
        switch json["state"]?.text {
        case "finished"?, "best"?, "worse"?: score.map { .finished(score: $0) } ?? .running
        case "pruned"?: score.map { .pruned(step: 0, score: $0) } ?? .running
        case "failed"?: .failed
        default: .running
        }
      return (json, Trial(number, values, state))
    }
  }

  private static func setting(_ value: JSONValue) -> HyperparameterValue {
    switch value {
    case .integer(let number): .integer(number)
    case .number(let number): .number(number)
    case .flag(let flag): .flag(flag)
    case .text(let text): .text(text)
    case .list(let list):
      .integers(list.compactMap { if case .integer(let number) = $0 { number } else { nil } })
    case .null, .object: .none
    }
  }

  private var metric: String { overview["metric"]?.text ?? "score" }
  private var direction: ScoreDirection { overview["direction"]?.text == "minimize" ? .minimize : .maximize }

  var html: HTML {
    let again: HTML = overview["status"]?.text == "running" ? " data-again=\"3\"" : ""
    let done = trials.count { if case .running = $0.trial.state { false } else { true } }
    return """
      <section class="search"\(again)><h2>Search by \(metric), \(direction == .maximize ? "higher is better" : "lower is better")</h2>
      <p class="soft">\(done) of \(trials.count) trials have ended; \(overview["sampler"]?.text ?? "") sampler, \(overview["pruner"]?.text ?? "no") pruner.</p>
      \(verdicts)\(best)\(pictures)\(table)</section>
      """
  }

  /// Scores with their intervals.
  private var verdicts: HTML {
    let names = [
      ("searched", "Best trial, during the search"), ("confirmed", "Best settings, with new seeds"),
      ("start", "Settings at the start, with new seeds"), ("improvement", "Better by"),
    ]
    let rows: [HTML] = names.compactMap { key, label in
      guard let score = overview[key], let mean = score["mean"]?.double else { return nil }
      let interval = score["low"]?.double.flatMap { low in
        score["high"]?.double.map { "\(Shown.number(low)) to \(Shown.number($0))" }
      }
      let count = if case .integer(let count)? = score["count"] { String(count) } else { "" }
      return """
        <tr><th scope="row">\(label)</th><td class="n">\(Shown.number(mean))</td><td class="n">\(interval ?? "")</td><td class="n">\(count)</td></tr>

        """
    }
    if rows.isEmpty { return "" }
    return """
      <div class="scroll"><table class="narrow"><thead><tr><th scope="col">Score</th><th scope="col" class="n">Mean</th><th scope="col" class="n">95 % interval</th>
      <th scope="col" class="n">Runs</th></tr></thead><tbody>\(rows)</tbody></table></div>
      """
  }

  private var best: HTML {
    guard case .integer(let number)? = overview["best"], case .object(let members)? = overview["best_values"] else {
      return ""
    }
    let words = members.flatMap { ["--set", "\($0.name)=\(StartPage.plain($0.value))"] }.map(Commands.quoted)
    return """
      <p>The best settings are trial \(number)'s:</p><div class="command"><pre tabindex="0" aria-label="The best settings">\(words.joined(separator: " "))</pre>
      <button type="button" class="quiet" data-copy>Copy</button></div>
      """
  }

  private var pictures: HTML {
    let all = trials.map(\.trial)
    let names = Set(all.flatMap(\.values.keys)).sorted()
    guard let space = ValueSpace.of(names, all.map(\.values)) else { return "" }
    let pictures = SearchPictures(space: space, trials: all, direction: direction, metric: metric)
    if pictures.isEmpty { return "<p class=\"empty\">No trial has a score yet.</p>" }
    var drawings = [
      pictures.history(width: 900), pictures.parallelCoordinates(width: 900), pictures.slices(width: 900),
    ]
    if let importance = pictures.importance() { drawings.insert(importance, at: 1) }
    let drawn: [HTML] = drawings.map { "<div class=\"picture\">\(HTML(verbatim: SVGChart.element($0)))</div>" }
    return "\(drawn)"
  }

  private var table: HTML {
    let ranked = trials.sorted { left, right in
      switch (left.trial.score, right.trial.score) {
      case (let left?, let right?): direction.prefers(left, to: right)
      case (.some, nil): true
      default: false
      }
    }
    let names = Set(trials.flatMap(\.trial.values.keys)).sorted()
    let heads: [HTML] = names.map { "<th scope=\"col\" class=\"n\">\($0)</th>" }
    let rows: [HTML] = ranked.prefix(200).map { json, trial in
      let runs: [HTML] = (json["runs"]?.list ?? []).compactMap(\.text).map { "<a href=\"/runs/\($0)\">\($0)</a> " }
      let values: [HTML] = names.map { "<td class=\"n\">\(trial.values[$0]?.description ?? "")</td>" }
      return """
        <tr><th scope="row">\(trial.number)</th><td>\(json["state"]?.text ?? "")</td><td class="n">\(json["score"]?.double.map(Shown.number) ?? "")</td>\(values)<td>\(runs)</td></tr>

        """
    }
    return """
      <section><h2>Trials</h2><div class="scroll" tabindex="0" role="region" aria-label="Trials"><table><thead><tr><th scope="col">Trial</th><th scope="col">State</th>
      <th scope="col" class="n">Score</th>\(heads)<th scope="col">Runs</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
      """
  }
}

extension JSONValue {
  var double: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}
