import Formats
import Validation

extension AutopilotReport {
  /// For a terminal: the leaderboard, the answer, how good it is on the rows that were set aside, what to do next.
  package func text(width: Int? = nil) -> String {
    var parts: [String] = []
    if !leaderboard.isEmpty {
      let table = leaderboardTable.fitted(to: width).text
      parts.append(
        table + "\n"
          + ("* not distinguishable from the best by the folds; 'behind' is by how much it is worse than the first"
          + (hasFactors ? "; " + Self.factors : "") + ".").wrappedLines(to: width))
    }
    let facts = AutopilotAnswer(self).sentences.joined(separator: "\n")
    parts.append(facts.wrappedLines(to: width))
    parts.append("\(answer) predicts: \(answerBecause)".wrappedLines(to: width))
    if let test {
      var table = TextTable(["on \(counted(test.rows, "row")) set aside", "answer", test.baselineName])
      for score in test.scores {
        let words = ScoreWords(score.name)
        table.add([score.name, words.short(score.answer), words.figure(score.baseline)])
      }
      if let coverage = test.coverage {
        table.add([
          "coverage of \(ScoreWords.percent(test.coverageAsked)) \(classes.isEmpty ? "intervals" : "sets")",
          ScoreWords("accuracy").short(coverage), "–",
        ])
      }
      parts.append(table.fitted(to: width).text)
      if let rows = test.quantileRows {
        var table = TextTable(rows[0])
        for row in rows.dropFirst() { table.add(row) }
        parts.append(table.fitted(to: width).text)
      }
    }
    let steps = NextSteps(self).steps.prefix(3).enumerated().map { "\($0 + 1). \($1.action) \($1.reason)" }
    if !steps.isEmpty {
      parts.append("Next:\n" + steps.joined(separator: "\n").wrappedLines(to: width, hanging: 3))
    }
    return parts.joined(separator: "\n\n")
  }

  private var leaderboardTable: TextTable {
    let rows = leaderboardRows
    var table = TextTable(rows[0], dispensable: ["ms a row", "fit s", "weight", "model"])
    for row in rows.dropFirst() { table.add(row) }
    return table
  }

  /// The head, then the first ten candidates, and the answer and the simplest wherever they are.
  var leaderboardRows: [[String]] {
    let words = ScoreWords(plan.metric)
    let hasWeights = leaderboard.contains { $0.weight != 0 }
    let head = ["", "candidate", "model", plan.metric, "behind", "fit s", "ms a row"] + (hasWeights ? ["weight"] : [])
    var rows = [head]
    for (place, entry) in leaderboard.enumerated()
    where place < 10 || entry.name == answer || entry.name == simplest {
      rows.append(
        [entry.isAmongBest ? "*" : "", entry.name + remark(on: entry), entry.model, words.short(entry.score)]
          + [entry.behind.map(words.difference) ?? "–", seconds(entry.fitSeconds), rounded(entry.predictMilliseconds)]
          + (hasWeights ? [entry.weight != 0 ? ScoreWords.percent(entry.weight) : "–"] : []))
    }
    return rows
  }

  /// Whether the answer's weights are factors, and no shares.
  var hasFactors: Bool { answer.hasPrefix("stack") }
  static let factors = "'weight' is a model's factor in the stack, which may be negative or above 100 %"

  /// ` (answer)`
  func remark(on entry: Entry) -> String {
    switch (entry.name == answer, entry.name == simplest) {
    case (true, true): entry.run == nil ? " (answer)" : " (answer, simplest)"
    case (true, false): " (answer)"
    case (false, true): entry.run == nil ? "" : " (simplest)"
    case (false, false): ""
    }
  }

  func seconds(_ seconds: Double) -> String { rounded((seconds * 100).rounded() / 100) }
}

extension AutopilotReport.Test {
  /// The head, and a row for each quantile; nil where none are predicted.
  var quantileRows: [[String]]? {
    guard let quantiles else { return nil }
    let words = ScoreWords("accuracy")
    return [["quantile", "rows at it or below", "pinball loss", baselineName]]
      + quantiles.map { quantile in
        [
          shortest(quantile.share), words.short(quantile.coverage) + (quantile.isOff ? " (off)" : ""),
          ScoreWords("pinball_loss").short(quantile.pinballLoss), ScoreWords.number(quantile.baseline),
        ]
      }
  }
}

extension ScoreWords {
  /// Of two scores, not in percent: `0.012 [0.004, 0.02]`.
  func difference(_ estimate: Estimate) -> String {
    guard let low = estimate.low, let high = estimate.high else { return Self.number(estimate.value) }
    return "\(Self.number(estimate.value)) [\(Self.number(low)), \(Self.number(high))]"
  }
}
