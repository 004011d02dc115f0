import Formats

/// What is to be done next, by rules from what the report found; the most important first.
package struct NextSteps: Sendable {
  package struct Step: Hashable, Sendable {
    /// What to do: `Collect more rows.`
    package var action: String
    /// Why, with the numbers.
    package var reason: String
  }

  package private(set) var steps: [Step] = []

  package init(_ report: AutopilotReport) {
    let learned = report.isBetterThanBaseline
    if !learned { addNothingLearned(report) }
    if learned { addLeak(report) }
    addLabels(report)
    addRows(report, learned)
    if learned {
      addSegments(report)
      addTest(report)
      addCalibration(report)
      addQuantiles(report)
      addGroups(report)
      addSimplest(report)
    }
    addSearch(report)
    if learned {
      addColumns(report)
      addUse(report)
    }
  }

  /// The one column that a nearly perfect answer goes by; nil for none.
  static func suspiciousColumn(_ report: AutopilotReport) -> String? {
    let nearlyPerfect = ["accuracy": 0.99, "roc_auc": 0.995, "r2": 0.99].contains { name, least in
      if let score = report.test?.scores.first(where: { $0.name == name }) {
        // Where one class is nearly all rows, high accuracy is nothing.
        return score.answer.value >= least && score.answer.value - score.baseline > 0.1
      }
      return report.plan.metric == name && report.leaderboard.first?.score.value ?? 0 >= least
    }
    let sum = report.importance.reduce(0) { $0 + max(0, $1.loss.value) }
    guard nearlyPerfect, sum > 0, let first = report.importance.max(by: { $0.loss.value < $1.loss.value }),
      report.importance.count > 1, first.loss.value >= 0.8 * sum
    else { return nil }
    return first.column
  }

  private mutating func add(_ action: String, _ reason: String) { steps.append(Step(action: action, reason: reason)) }

  private mutating func addNothingLearned(_ report: AutopilotReport) {
    let target = "'\(report.plan.target)'"
    let rows = report.test.map { "On \(counted($0.rows, "row")) that were set aside" } ?? "In the folds"
    let left = report.plan.leftOut.filter { $0.column != report.plan.target }.map { "'\($0.column)'" }
    add(
      "Add columns that have to do with \(target).",
      "\(rows) the answer was not reliably better than the baseline: the columns say little about it"
        + (left.isEmpty
          ? "."
          : ". Columns that were left out: \(left.prefix(6).joined(separator: ", "))\(left.count > 6 ? ", …" : "")."))
  }

  private mutating func addLeak(_ report: AutopilotReport) {
    guard let column = Self.suspiciousColumn(report) else { return }
    add(
      "Check whether '\(column)' is known when a prediction is needed, and leave it out if not.",
      "The answer is nearly perfect and goes by '\(column)' almost alone. A column that is filled in afterwards gives "
        + "the target away, and the model would fail in use.")
  }

  private mutating func addLabels(_ report: AutopilotReport) {
    guard report.doubtfulLabels > 0 else { return }
    let run = report.leaderboard.first { $0.run != nil }?.run
    add(
      "Look at the first of \(counted(report.doubtfulLabels, "row")) whose '\(report.plan.target)' contradicts the other columns; "
        + "correct those that are wrong, and run this again.",
      "Models that were not fitted to these rows are confident of another class: a wrong entry, or chance"
        + (run.map { ". 'rlrun artifact \($0) label-issues.csv' lists the rows, the most doubtful first." } ?? "."))
  }

  private mutating func addRows(_ report: AutopilotReport, _ learned: Bool) {
    guard let last = report.curve.max(by: { $0.rows < $1.rows }), report.curve.count >= 3 else {
      if !learned, report.rows < 1_000 {
        add("Collect more rows.", "\(counted(report.rows, "row")) are few: weak relations do not show in them.")
      }
      return
    }
    let before = report.curve.sorted { $0.rows < $1.rows }[report.curve.count - 2]
    let words = ScoreWords(report.plan.metric)
    let step =
      "from \(counted(before.rows, "row")) to \(grouped(last.rows)) the \(words.spoken) went from "
      + "\(words.figure(before.score.value)) to \(words.figure(last.score.value))"
    switch DataCurve(report.curve, report.plan.direction) {
    case .helps: add("Collect more rows: they still help.", step.capitalizedFirst + ".")
    case .levels where learned:
      add("Look for better columns rather than for more rows.", "More rows hardly help any more: \(step).")
    case .levels: add("Do not expect more rows to help.", step.capitalizedFirst + ".")
    case .unclear: break
    }
  }

  private mutating func addSegments(_ report: AutopilotReport) {
    guard !report.segments.isEmpty else { return }
    let names = report.segments.prefix(3).map { "\($0.condition) (\(counted($0.rows, "row")))" }
    let collect = DataCurve(report.curve, report.plan.direction) == .levels ? "" : ", or collect more rows,"
    add(
      "Have predictions checked by somebody\(collect) where " + Array(names).listed("or") + ".",
      "There the mean loss of a row is \(Self.times(report.segments)) that of all rows, by more than chance does.")
  }

  private static func times(_ segments: [AutopilotReport.Segment]) -> String {
    let ratios = segments.prefix(3).filter { $0.overall > 0 }.map { $0.loss.value / $0.overall }
    guard let least = ratios.min(), let most = ratios.max() else { return "above" }
    let (low, high) = (ScoreWords.times(least), ScoreWords.times(most))
    return low == high ? low : "\(low.dropLast(" times".count)) to \(high)"
  }

  private mutating func addTest(_ report: AutopilotReport) {
    guard let test = report.test else {
      add(
        "Set rows aside with --test 0.2 before you rely on the score.",
        "The model was chosen by the rows that it was judged by, which makes the score a little too good.")
      return
    }
    guard let score = test.scores.first?.answer, let low = score.low, let high = score.high, test.rows < 200 else {
      return
    }
    let words = ScoreWords(test.scores[0].name)
    if words.figure(low) == words.figure(high) { return }
    add(
      "Judge it by more rows, with 'rlrun evaluate', before much depends on it.",
      "\(counted(test.rows, "row")) were set aside, too few to know its \(words.spoken) better than from "
        + "\(words.figure(low)) to \(words.figure(high)).")
  }

  private mutating func addCalibration(_ report: AutopilotReport) {
    guard let test = report.test else { return }
    if let finding = CalibrationFinding(test.reliability) {
      let canFit = report.leaderboard.first { $0.name == report.answer }?.run != nil
      add(
        "Do not take its probabilities at face value; "
          + (canFit ? "fit it again with --calibrate isotonic." : "use them to rank rows."), finding.sentence)
    }
    if let coverage = test.coverage, let high = coverage.high, high < test.coverageAsked {
      let kind = report.classes.isEmpty ? "intervals" : "sets of classes"
      add(
        "Do not rely on its \(kind) yet: \(report.plan.time == nil ? "look for rows that differ from the others" : "fit it again as new rows come").",
        "They hold the truth for \(ScoreWords.percent(coverage.value)) of the rows, where "
          + "\(ScoreWords.percent(test.coverageAsked)) were asked for"
          + (report.plan.time == nil ? "." : "; later rows differ from earlier ones."))
    }
  }

  private mutating func addQuantiles(_ report: AutopilotReport) {
    let off = (report.test?.quantiles ?? []).filter(\.isOff)
    guard let first = off.first else { return }
    add(
      "Do not rely on \(off.count == 1 ? "the quantile" : "the quantiles") \(off.map { shortest($0.share) }.listed("and")) yet: look for rows that differ from the others.",
      "\(ScoreWords.percent(first.coverage.value)) of the rows lie at the quantile \(shortest(first.share)) or below, where "
        + "\(ScoreWords.percent(first.share)) should.")
  }

  private mutating func addGroups(_ report: AutopilotReport) {
    guard let column = report.plan.fairness, let gap = GroupGap(report.groups, report.plan.direction) else { return }
    let words = ScoreWords(report.plan.metric)
    add(
      "Decide whether it may treat '\(column)' = '\(gap.worst.value)' worse.",
      "Its \(words.name) is \(words.figure(gap.worst.score)) there, and \(words.figure(gap.best.score)) for '\(gap.best.value)'."
    )
  }

  private mutating func addSimplest(_ report: AutopilotReport) {
    func entry(_ name: String) -> AutopilotReport.Entry? { report.leaderboard.first { $0.name == name } }
    guard report.simplest != report.answer, let simple = entry(report.simplest), simple.run != nil,
      let answer = entry(report.answer)
    else { return }
    let words = ScoreWords(report.plan.metric)
    let isFaster = 2 * simple.predictMilliseconds < answer.predictMilliseconds
    func time(_ entry: AutopilotReport.Entry) -> String { "\(ScoreWords.brief(entry.predictMilliseconds)) ms" }
    add(
      "Take \(simple.name) where the model has to be explained\(isFaster ? ", or to be fast" : "").",
      "It is the simplest that the folds do not tell from the best: in the folds its \(words.spoken) is "
        + "\(words.figure(simple.score.value)), the answer's \(words.figure(answer.score.value))"
        + (isFaster ? "; a row takes it \(time(simple)) instead of \(time(answer))." : "."))
  }

  private mutating func addSearch(_ report: AutopilotReport) {
    let all = report.finishedTrials + report.failedTrials
    if report.failedTrials > 0, 5 * report.failedTrials >= all {
      add(
        "Look at why \(report.failedTrials) of \(all) trials failed.",
        "What they would have found is unknown. "
          + (report.failures?.first.map { "The first: \($0.reason.trimmedSentence) ('rlrun show \($0.run)')." }
            ?? "'rlrun show RUN' has the reason of each."))
    }
    if let reason = report.endedBecause, all < report.plan.trials {
      add(
        "Give it more time, with --time, if a better answer is worth it.",
        "The search ended after \(all) of \(report.plan.trials) trials: \(reason).")
    }
  }

  private mutating func addColumns(_ report: AutopilotReport) {
    let useless = report.importance.filter { $0.loss.high ?? 0 <= 0 || ($0.loss.low ?? 0 <= 0 && $0.loss.value <= 0) }
    guard !useless.isEmpty, 2 * useless.count >= report.importance.count, report.importance.count >= 4 else { return }
    let names = useless.prefix(5).map { "'\($0.column)'" }.joined(separator: ", ")
    add(
      "Consider to leave out columns that cost something to collect: \(names)\(useless.count > 5 ? ", …" : "").",
      "\(useless.count) of \(report.importance.count) columns make no measurable difference to the answer.")
  }

  private mutating func addUse(_ report: AutopilotReport) {
    add(
      "Use it on new rows, and compare its predictions with what happened after a while.",
      report.commands.last { $0.hasPrefix("rlrun predict") }.map { "The command is: \($0)" }
        ?? "The score holds for rows that are like those of \(report.data).")
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
  fileprivate var trimmedSentence: Substring { last == "." ? dropLast() : self[...] }
}
