import Formats

/// The report in three sentences: what is predicted, how good beside the baseline, where to be careful.
package struct AutopilotAnswer: Sendable {
  package let sentences: [String]

  package init(_ report: AutopilotReport) {
    sentences = [Self.subject(report), Self.quality(report), Self.caution(report)]
  }

  private static func subject(_ report: AutopilotReport) -> String {
    let target = "'\(report.plan.target)'"
    let classes =
      switch report.classes.count {
      case 0 where report.plan.quantiles != nil:
        " (its quantiles " + report.plan.quantiles!.map(shortest).listed("and") + ")"
      case 0: " (a number)"
      case 1...4: " (" + report.classes.map { "'\($0)'" }.listed("or") + ")"
      default: " (one of \(report.classes.count) classes)"
      }
    if !report.isBetterThanBaseline {
      let baseline = report.test?.baselineWords ?? "a prediction that looks at no column"
      return
        "Nothing could be learnt about \(target)\(classes) from the other columns of \(report.data): no model is reliably better "
        + "than \(baseline)."
    }
    let models = report.leaderboard.count { $0.weight != 0 }
    let answer = models > 1 ? "\(models) models together" : "the model \(report.answer)"
    return "\(target)\(classes) is predicted from the other columns of \(report.data) by \(answer)."
  }

  private static func quality(_ report: AutopilotReport) -> String {
    guard let test = report.test, let first = test.scores.first else {
      guard let best = report.leaderboard.first(where: { $0.name == report.answer }) else {
        return "No model came to a score."
      }
      let words = ScoreWords(report.plan.metric)
      return
        "In \(report.plan.folds)-fold cross-validation on \(counted(report.judgedRows, "row")), its \(words.spoken) is "
        + "\(words.figure(best.score)); this is a little too good, for it was chosen by these rows."
    }
    func words(_ score: AutopilotReport.Test.Score) -> String {
      ScoreWords(score.name).sentence(
        score, baseline: test.baselineWords, classes: report.classes, positive: report.plan.positive)
    }
    let rows = "On \(counted(test.rows, "row")) that it never saw, "
    guard test.isBetterThanBaseline else {
      let words = words(first)
      guard let low = test.improvement.low, let high = test.improvement.high else {
        return rows + "\(words): too few rows to tell whether it is better."
      }
      let interval = "\(ScoreWords.number(low)) to \(ScoreWords.number(high))"
      return rows
        + (high < 0
          ? "it is even worse: \(words) (the 95 % interval of the gain per row, \(interval), lies below 0)."
          : "\(words), which may be chance: the 95 % interval of the gain per row, \(interval), includes 0.")
    }
    guard first.name != "accuracy", let accuracy = test.scores.first(where: { $0.name == "accuracy" }) else {
      return rows + words(first) + "."
    }
    if first.name != "roc_auc" {
      // Easier to grasp than the others.
      let score = ScoreWords(first.name)
      return rows + "\(words(accuracy)). \(rareClass(report, test))The answer's \(score.spoken) is "
        + "\(score.figure(first.answer.value)), that of \(test.baselineWords) \(score.figure(first.baseline))."
    }
    return rows + words(first)
      + "; it predicts the right class of \(ScoreWords.percent(accuracy.answer.value)), the baseline of "
      + "\(ScoreWords.percent(accuracy.baseline)). \(rareClass(report, test))".trimmingSpace
  }

  /// Where one of two classes is rare: how many of its rows are found, which high accuracy says nothing of.
  private static func rareClass(_ report: AutopilotReport, _ test: AutopilotReport.Test) -> String {
    guard report.classes.count == 2, test.confusion.count == 2 else { return "" }
    let sums = test.confusion.map { $0.reduce(0, +) }
    let rare = sums[0] < sums[1] ? 0 : 1
    guard sums[rare] > 0, 4 * sums[rare] <= sums[0] + sums[1] else { return "" }
    let (found, falsely) = (test.confusion[rare][rare], test.confusion[1 - rare][rare])
    let name = "'\(report.classes[rare])'"
    return
      "It finds \(grouped(found)) of the \(counted(sums[rare], "row")) that \(sums[rare] == 1 ? "is" : "are") \(name), and calls "
      + "\(falsely == 0 ? "no other row" : counted(falsely, "other row")) so. "
  }

  private static func caution(_ report: AutopilotReport) -> String {
    if !report.isBetterThanBaseline {
      return
        "Do not use the predictions: first look for columns that have to do with '\(report.plan.target)', or more rows."
    }
    var cautions: [String] = []
    if report.test == nil { cautions.append("nobody has judged it by rows that were set aside") }
    if let suspicion = NextSteps.suspiciousColumn(report) {
      cautions.append(
        "it is nearly perfect by '\(suspicion)' alone, which may not be known when a prediction is needed")
    }
    cautions += report.segments.prefix(cautions.isEmpty ? 2 : 1).map { segment in
      let rows = counted(segment.rows, "row")
      return "rows where \(segment.condition) (\(rows), on which \(segment.comparison))"
    }
    if report.doubtfulLabels > 0 {
      cautions.append(
        "\(counted(report.doubtfulLabels, "row")) whose '\(report.plan.target)' does not fit the other columns, by mistake or by chance"
      )
    }
    if let test = report.test {
      if let coverage = test.coverage, let high = coverage.high, high < test.coverageAsked {
        cautions.append(
          "its \(report.classes.isEmpty ? "intervals" : "sets of classes"), which held the truth of "
            + "\(ScoreWords.percent(coverage.value)) of the rows and should hold that of \(ScoreWords.percent(test.coverageAsked))"
        )
      }
      let off = (test.quantiles ?? []).filter(\.isOff)
      if !off.isEmpty {
        cautions.append(
          off.map {
            "the quantile \(shortest($0.share)), below which \(ScoreWords.percent($0.coverage.value)) of the rows lie"
          }
          .joined(separator: "; "))
      }
      if let finding = CalibrationFinding(test.reliability) {
        cautions.append(
          "probabilities near \(ScoreWords.percent(finding.bin.predicted)), which are too "
            + (finding.isTooHigh ? "high" : "low"))
      }
      if cautions.isEmpty {
        return
          "No group of rows was found on which it is reliably worse; rows unlike those of \(report.data) are another matter."
      }
    }
    return "Be careful: " + cautions.prefix(3).joined(separator: "; ") + "."
  }
}

extension String {
  fileprivate var trimmingSpace: Substring { last == " " ? dropLast() : self[...] }
}

extension AutopilotReport.Segment {
  /// How much worse it is there: `its loss is 1.4 times that of all rows`.
  var comparison: String {
    guard overall > 0 else {
      return "its loss is \(ScoreWords.number(loss.value)) instead of \(ScoreWords.number(overall))"
    }
    return "its loss is \(ScoreWords.times(loss.value / overall)) that of all rows"
  }
}

extension AutopilotReport.Test {
  /// `always predicting the mean`
  var baselineWords: String { "always predicting \(baselineName)" }
}

extension [String] {
  /// `a, b or c`
  func listed(_ word: String) -> String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " \(word) " + last!
  }
}
