import Formats

extension AutopilotPlan {
  /// What was understood of a table, and what is about to be done, for a terminal: a line each.
  package func text(width: Int? = nil) -> String {
    let longest = facts.map(\.name.count).max() ?? 0
    let lines = facts.map { fact in
      fact.name + String(repeating: " ", count: longest + 2 - fact.name.count) + fact.words
    }
    let wrapped = lines.map { $0.wrappedLines(to: width, hanging: longest + 2) }
    let noted = notes.map { "- \($0)".wrappedLines(to: width, hanging: 2) }
    return (wrapped + (noted.isEmpty ? [] : ["", "Noticed:"] + noted)).joined(separator: "\n")
  }

  /// What is asked, how it is judged, what is left out, what is tried.
  var facts: [(name: String, words: String)] {
    var facts = [
      ("question", question),
      ("judged by", "\(metric): \(ScoreWords(metric).meaning) (chosen because \(ScoreWords(metric).reason))"),
      ("split", split),
    ]
    if let cost {
      facts.append(("cost", "\(cost)" + (positive.map { ", where '\($0)' is positive" } ?? "")))
    }
    if !leftOut.isEmpty {
      facts.append(("left out", leftOut.map { "'\($0.column)': \($0.reason)" }.joined(separator: "; ")))
    }
    facts.append(("models", models.joined(separator: ", ")))
    facts.append(("budget", budget))
    if let maximumPredictMilliseconds {
      facts.append(("limit", "\(rounded(maximumPredictMilliseconds)) ms to predict a row"))
    }
    if let fairness { facts.append(("fairness", "groups of '\(fairness)' are compared in the end")) }
    return facts
  }

  private var question: String {
    switch task {
    case .classification: "which class '\(target)' is"
    case .regression: "which number '\(target)' is"
    case .quantile:
      "below which numbers '\(target)' lies in \((quantiles ?? []).map { ScoreWords.percent($0) }.listed("and")) of the cases"
    }
  }

  var split: String {
    var words: [String] = []
    if test > 0 {
      let share = ScoreWords.percent(test)
      words.append(
        time.map { "the last \(share) of the rows by '\($0)' are set aside and judge the answer once" }
          ?? "\(share) of the rows, drawn, are set aside and judge the answer once")
    } else {
      words.append("no rows are set aside")
    }
    words.append("\(folds) folds judge each candidate" + (time.map { ", in the order of '\($0)'" } ?? ""))
    if let group { words.append("rows with the same '\(group)' stay together") }
    if let rows { words.append("a candidate is fitted to at most \(counted(rows, "row"))") }
    return words.joined(separator: "; ")
  }

  private var budget: String {
    let most = "\(counted(trials, "trial")) at most, preset '\(preset.rawValue)'"
    return seconds.map { "\(rounded($0)) s, \(most)" } ?? most
  }
}
