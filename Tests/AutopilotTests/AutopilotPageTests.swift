import Analysis
import Foundation
import Testing

@testable import Autopilot

struct AutopilotPageTests {
  static let reports: [AutopilotReport] = [.binary, .multiclass, .regression, .nothingLearned]

  @Test(arguments: reports)
  func `a page is well-formed and asks for nothing from outside`(_ report: AutopilotReport) throws {
    let html = AutopilotPage(report).html
    for attribute in ["src=", "href=", "url(", "@import", "<script"] { #expect(!html.contains(attribute)) }
    for sentence in AutopilotAnswer(report).sentences { #expect(html.contains(sentence)) }
    let opened = html.matches(of: /<(section|table|ul|ol|figure|svg|tr|td|th|li|p|h2|pre)[ >]/).count
    let closed = html.matches(of: /<\/(section|table|ul|ol|figure|svg|tr|td|th|li|p|h2|pre)>/).count
    #expect(opened == closed)
  }

  @Test func `the answer is first, then what to do, and what there is nothing of has no section`() {
    #expect(
      AutopilotPage(.binary).page.sections.map(\.heading) == [
        "The answer", "What to do next", "The question and the data", "How good it is", "Models that were tried",
        "Would more rows help?", "What the answer goes by", "Where it fails", "Whether its probabilities hold",
        "Groups of 'gender'", "The same by hand",
      ])
    #expect(
      AutopilotPage(.nothingLearned).page.sections.map(\.heading) == [
        "The answer", "What to do next", "The question and the data", "How good it is", "Models that were tried",
        "Where it fails", "The same by hand",
      ])
  }

  @Test func `a report of hardly anything makes a page and a text`() {
    var report = AutopilotReport.nothingLearned
    report.test = nil
    #expect(AutopilotPage(report).html.contains("No rows were set aside"))
    (report.leaderboard, report.commands, report.plan.leftOut, report.plan.notes) = ([], [], [], [])
    #expect(AutopilotPage(report).html.contains("No model came to a score."))
    #expect(report.text(width: 60).contains("No model came to a score."))
    var single = AutopilotReport.binary
    single.leaderboard = Array(single.leaderboard.prefix(1))
    single.curve = [.init(rows: 10, score: .init(0.5))]
    single.test?.reliability = [.init(rows: 3, predicted: 0.4, observed: 0.3)]
    #expect(!AutopilotPage(single).html.isEmpty)
  }

  @Test func `the settings of what predicts and of the simplest are there to fit them again`() {
    let html = AutopilotPage(.binary).html
    #expect(html.contains("<td>gbdt 7</td><td>gbdt-7</td><td>learning_rate=0.04 num_leaves=15</td>"))
    #expect(html.contains("<td>linear 2</td><td>linear-2</td><td>defaults</td>"))
    #expect(!html.contains("<td>naive_bayes-1</td>"))
  }

  @Test func `names from the data are escaped`() {
    var report = AutopilotReport.binary
    report.segments[0].condition = "<script>alert(1)</script>"
    report.classes = ["<b>", "&"]
    let html = AutopilotPage(report).html
    #expect(!html.contains("<script>"))
    #expect(!html.contains("<b>"))
  }

  @Test(arguments: reports)
  func `a report's text fits its width and says the answer, the test and three steps`(_ report: AutopilotReport) {
    let text = report.text(width: 80)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let whole = report.text()
    for sentence in AutopilotAnswer(report).sentences { #expect(whole.contains(sentence)) }
    let steps = NextSteps(report).steps
    for step in steps.prefix(3) { #expect(whole.contains(step.action)) }
    for step in steps.dropFirst(3) { #expect(!whole.contains(step.action)) }
  }

  @Test func `a leaderboard marks what is not distinguishable from the best and the simplest of these`() {
    let rows = AutopilotReport.binary.leaderboardRows
    #expect(rows.map { $0[0] } == ["", "*", "*", "*", "", ""])
    #expect(rows[1][1] == "ensemble (answer)")
    #expect(rows[3][1] == "linear 2 (simplest)")
    #expect(rows[3][3] == "84.7 % [83.5 %, 85.9 %]")
    #expect(rows[3][4] == "0.004 [-0.002, 0.01]")
  }

  @Test func `a plan says what was understood before anything is done`() {
    var plan = AutopilotPlan.sample("churn", metric: "roc_auc", classes: true)
    (plan.time, plan.group, plan.cost, plan.positive) = ("date", "customer", "fp=1,fn=10", "Yes")
    let text = plan.text()
    #expect(text.hasPrefix("question   which class 'churn' is\njudged by  roc_auc: how often a row of a class"))
    #expect(text.contains("the last 20 % of the rows by 'date' are set aside and judge the answer once; 5 folds"))
    #expect(text.contains("rows with the same 'customer' stay together"))
    #expect(text.contains("fp=1,fn=10, where 'Yes' is positive"))
    #expect(text.contains("'customer_id': names of rows; 'closed_on': it gives the target away"))
    #expect(text.contains("60 s, 40 trials at most, preset 'balanced'"))
    #expect(text.contains("Noticed:\n- 12 % of 'income' are missing."))
    #expect(plan.text(width: 60).split(separator: "\n").allSatisfy { $0.count <= 60 })
  }
}
