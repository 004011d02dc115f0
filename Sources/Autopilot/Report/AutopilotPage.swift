import Analysis
import Formats

/// The report as one HTML document that asks for nothing from outside: the answer first, then all that it rests on.
package struct AutopilotPage: Sendable {
  let report: AutopilotReport
  let words: ScoreWords

  package init(_ report: AutopilotReport) { (self.report, words) = (report, ScoreWords(report.plan.metric)) }

  /// The HTML document.
  package var html: String { page.html }

  package var page: SectionedPage {
    var page = SectionedPage(
      title: "Predicting '\(report.plan.target)' in \(report.data)",
      explanation: "\(counted(report.rows, "row")) × \(counted(report.columns, "column")), "
        + "\(counted(report.finishedTrials, "model")) judged in \(ScoreWords.number(report.seconds.rounded())) s")
    page.add("The answer", [.lead(AutopilotAnswer(report).sentences)])
    page.add("What to do next", [.steps(NextSteps(report).steps.map { ($0.action, $0.reason) })])
    page.add("The question and the data", question)
    page.add("How good it is", quality)
    page.add("Models that were tried", models)
    if !report.curve.isEmpty { page.add("Would more rows help?", curve) }
    if !report.importance.isEmpty {
      page.add("What the answer goes by", importance)
    } else if report.test != nil, report.isBetterThanBaseline {
      page.add(
        "What the answer goes by",
        [.text("There was no time left to find out which columns matter: give it more, or ask 'rlrun explain'.")])
    }
    page.add("Where it fails", failures)
    if let test = report.test, !test.reliability.isEmpty {
      page.add("Whether its probabilities hold", calibration(test))
    }
    if let column = report.plan.fairness { page.add("Groups of '\(column)'", groups(column)) }
    if !report.commands.isEmpty {
      page.add(
        "The same by hand", [.text("Commands that do the same, one after the other."), .code(report.commands)])
    }
    return page
  }

  private var question: [SectionedPage.Part] {
    let facts = report.plan.facts.filter { $0.name != "left out" }
    var parts: [SectionedPage.Part] = [.table([["understood", ""]] + facts.map { [$0.name, $0.words] })]
    if !report.plan.leftOut.isEmpty {
      parts.append(.text("Columns that no model has seen:"))
      parts.append(.table([["column", "why it is left out"]] + report.plan.leftOut.map { [$0.column, $0.reason] }))
    }
    if !report.plan.notes.isEmpty { parts += [.text("Noticed in the data:"), .list(report.plan.notes)] }
    return parts
  }

  private var quality: [SectionedPage.Part] {
    guard let test = report.test else {
      return [
        .text("No rows were set aside: there is only the score of the folds, by which the model was also chosen.")
      ]
    }
    var parts: [SectionedPage.Part] = [
      .text(
        "\(counted(test.rows, "row")) were set aside before anything was fitted, and judged the answer once. Beside it the "
          + "baseline, which looks at no column: \(test.baselineWords).")
    ]
    let scores = test.scores.map { score in
      let words = ScoreWords(score.name)
      return [score.name, words.short(score.answer).unbroken, words.figure(score.baseline), words.meaning]
    }
    parts.append(.table([["measure", "answer [95 % interval]", "baseline", "what it is"]] + scores))
    let gain = "The loss of a row is lower than the baseline's by \(words.difference(test.improvement)) in the mean"
    parts.append(
      .text(
        gain
          + (test.isBetterThanBaseline
            ? ": the interval is above 0, so this is unlikely to be chance."
            : ": the interval is not above 0, so this may be chance.")))
    if let rows = test.quantileRows {
      parts.append(
        .text(
          "Each quantile by itself: of the rows so many should lie at it or below as its name says; '(off)' is more than chance."
        ))
      parts.append(.table(rows))
    }
    if let coverage = test.coverage {
      let what = report.classes.isEmpty ? "Intervals" : "Sets of classes"
      let width = test.intervalWidth.map {
        report.classes.isEmpty
          ? " They are \(ScoreWords.number($0)) wide on average."
          : " They hold \(rounded(($0 * 10).rounded() / 10)) classes on average."
      }
      parts.append(
        .text(
          "\(what) that should hold the truth of \(ScoreWords.percent(test.coverageAsked)) of the rows held that of "
            + "\(ScoreWords("accuracy").figure(coverage)).\(width ?? "")"))
    }
    if !test.confusion.isEmpty, test.confusion.count == report.classes.count {
      parts.append(.text("Rows by what they are (down) and what was predicted (across):"))
      parts.append(
        .table(
          [["is \\ predicted"] + report.classes]
            + zip(report.classes, test.confusion).map { [$0] + $1.map(grouped) }))
    }
    return parts
  }

  private var models: [SectionedPage.Part] {
    guard let best = report.leaderboard.first else { return [.text("No model came to a score.")] }
    let tried = report.finishedTrials + report.failedTrials
    var text =
      "\(counted(tried, "candidate")) in \(ScoreWords.number(report.seconds.rounded())) s, judged by \(report.plan.folds) folds of "
      + "\(counted(report.judgedRows, "row")): each row is predicted by a model that was not fitted to it."
    if report.failedTrials > 0 { text += " \(counted(report.failedTrials, "candidate")) failed." }
    if let reason = report.endedBecause { text += " The search ended early: \(reason)." }
    let tied = report.leaderboard.count(where: \.isAmongBest)
    text +=
      tied > 1
      ? " The \(tied) rows of the table that are marked * are not distinguishable from the best"
        + (report.leaderboard.contains { $0.name == report.simplest && $0.run != nil }
          ? "; the simplest that is about as good is \(report.simplest)." : ".")
      : " The folds tell \(best.name) from all others."
    if report.hasFactors { text += " The column \(AutopilotReport.factors)." }
    return [
      .text(text), .lead(["\(report.answer) predicts: \(report.answerBecause)" + refit]),
      .table(report.leaderboardRows),
    ] + (report.leaderboard.count > 1 ? [.picture(behind)] : []) + settings
  }

  private var refit: String {
    report.isRefitted ? " For predictions it was fitted once more, to all \(counted(report.judgedRows, "row"))." : ""
  }

  /// Of what predicts, and of the simplest.
  private var settings: [SectionedPage.Part] {
    let shown = report.leaderboard.filter { entry in
      entry.run != nil && (entry.weight != 0 || entry.name == report.answer || entry.name == report.simplest)
    }
    if shown.isEmpty { return [] }
    let rows = shown.map { entry in
      [
        entry.name, entry.run ?? "",
        entry.settings.isEmpty
          ? "defaults"
          : entry.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "),
      ]
    }
    return [.text("Settings, to fit these models again:"), .table([["candidate", "run", "settings"]] + rows)]
  }

  private var failures: [SectionedPage.Part] {
    var parts: [SectionedPage.Part] = []
    if report.segments.isEmpty {
      parts.append(
        .text(
          "Levels of categories, quarters of numbers and missing values were looked at: on none of these groups of rows the "
            + "answer is worse than chance explains."))
    } else {
      parts.append(
        .text(
          "Groups of rows with a higher loss than the others, more than chance explains for as many groups as were looked at; "
            + "the one that adds most to all losses first."))
      parts.append(.picture(segments))
      parts.append(
        .table(
          [["rows where", "rows", "mean loss [95 % interval]", "of all rows"]]
            + report.segments.map {
              [$0.condition, grouped($0.rows), ScoreWords("").short($0.loss).unbroken, ScoreWords.number($0.overall)]
            }))
    }
    if !report.worstRows.isEmpty {
      parts.append(
        .text("The rows that it is most wrong about. Look whether they are errors in the data, or rare cases:"))
      parts.append(
        .table(
          [["row", "is", "predicted", "loss"]]
            + report.worstRows.map { [grouped($0.row), $0.truth, $0.prediction, ScoreWords.number($0.loss)] }))
    }
    return parts
  }

  private func groups(_ column: String) -> [SectionedPage.Part] {
    guard !report.groups.isEmpty else { return [.text("No group has enough rows to be compared.")] }
    let gap = GroupGap(report.groups, report.plan.direction)
    let sentence =
      gap.map {
        "It does worse for '\($0.worst.value)' than for '\($0.best.value)', by more than chance does between "
          + "\(report.groups.count) groups. Whether that is acceptable is not for the data to say."
      } ?? "No group is treated worse by this measure than chance explains. Small groups can hide a difference."
    let isShare = !report.classes.isEmpty
    func figure(_ value: Double) -> String { isShare ? ScoreWords.percent(value) : ScoreWords.number(value) }
    let rows = report.groups.map {
      [$0.value, grouped($0.rows), words.short($0.score).unbroken, figure($0.predicted), figure($0.observed)]
    }
    let head = [column, "rows", "\(words.name) [95 % interval]"]
    let positive = report.plan.positive ?? (report.classes.count == 2 ? report.classes[1] : nil)
    let what = isShare ? (positive.map { "'\($0)'" } ?? "the class") : "mean"
    return [.text(sentence), .table([head + ["predicted: \(what)", "is: \(what)"]] + rows)]
  }
}

extension String {
  /// Not to be wrapped.
  fileprivate var unbroken: String { replacing(" ", with: "\u{A0}") }
}
