import Testing

@testable import Autopilot

struct AutopilotAnswerTests {
  @Test func `an answer says what is predicted, how good, and where to be careful`() {
    #expect(
      AutopilotAnswer(.binary).sentences == [
        "'churn' ('No' or 'Yes') is predicted from the other columns of customers.csv by 3 models together.",
        "On 1,409 rows that it never saw, it gives a row that is 'Yes' a higher probability than one that is not in 84.6 % "
          + "(95 % interval 82.4 % to 86.7 %) of all pairs of rows; always predicting the shares of the classes does so in "
          + "50 %; it predicts the right class of 80.6 %, the baseline of 73.5 %.",
        "Be careful: rows where contract = 'Month-to-month' (774 rows, on which its loss is 1.4 times that of all rows); rows "
          + "where tenure ≤ 9 (355 rows, on which its loss is 1.5 times that of all rows); 213 rows whose 'churn' "
          + "does not fit the other columns, by mistake or by chance.",
      ])
    #expect(
      AutopilotAnswer(.regression).sentences[1]
        == "On 586 rows that it never saw, its typical error (root mean square) is 24,102 (95 % interval 21,870 to 26,544); "
        + "that of always predicting the mean is 79,887.")
    #expect(
      AutopilotAnswer(.regression).sentences[2]
        == "No group of rows was found on which it is reliably worse; rows unlike those of customers.csv are another matter."
    )
    #expect(
      AutopilotAnswer(.multiclass).sentences[1]
        == "On 69 rows that it never saw, it predicts the right class of 97.1 % (95 % interval 92.8 % to 100 %); always "
        + "predicting the most frequent class is right for 44 %. The answer's log loss (0 is perfect) is 0.101, that of always predicting the "
        + "shares of the classes 1.05."
    )
    #expect(
      AutopilotAnswer(.multiclass).sentences[2]
        == "Be careful: its sets of classes, which held the truth of 78 % of the rows and should hold that of 90 %; probabilities near 97 %, which "
        + "are too high.")
  }

  @Test func `of a rare class it says how many rows are found`() {
    var report = AutopilotReport.binary
    report.test?.confusion = [[1_300, 9], [40, 60]]
    #expect(
      AutopilotAnswer(report).sentences[1].hasSuffix(
        "the baseline of 73.5 %. It finds 60 of the 100 rows that are 'Yes', and calls 9 other rows so."))
    report.test?.confusion = [[1, 0], [0, 1_408]]
    #expect(
      AutopilotAnswer(report).sentences[1].hasSuffix("It finds 1 of the 1 row that is 'No', and calls no other row so.")
    )
    report.test?.confusion = [[900, 9], [40, 460]]
    #expect(!AutopilotAnswer(report).sentences[1].contains("It finds"))
  }

  @Test func `where the interval of the improvement includes 0 nothing could be learnt`() {
    #expect(
      AutopilotAnswer(.nothingLearned).sentences == [
        "Nothing could be learnt about 'wins' ('no' or 'yes') from the other columns of customers.csv: no model is reliably "
          + "better than always predicting the shares of the classes.",
        "On 160 rows that it never saw, it gives a row that is 'yes' a higher probability than one that is not in 48.9 % (95 % "
          + "interval 40 % to 57.7 %) of all pairs of rows; always predicting the shares of the classes does so in 50 %, "
          + "which may be chance: the 95 % interval of the gain per row, -0.02 to 0.011, includes 0.",
        "Do not use the predictions: first look for columns that have to do with 'wins', or more rows.",
      ])
    var worse = AutopilotReport.nothingLearned
    worse.test?.improvement = .init(-0.1, low: -0.15, high: -0.05)
    #expect(AutopilotAnswer(worse).sentences[1].contains("it is even worse"))
  }

  @Test func `without rows set aside the score of the folds is said to be too good`() {
    var report = AutopilotReport.multiclass
    report.test = nil
    let sentences = AutopilotAnswer(report).sentences
    #expect(sentences[1].contains("5-fold cross-validation on 5,634 rows, its log loss (0 is perfect) is 0.112"))
    #expect(sentences[1].contains("a little too good"))
    #expect(sentences[2] == "Be careful: nobody has judged it by rows that were set aside.")
  }

  @Test func `a curve by rows helps, levels off, or does not tell`() {
    func points(_ values: [Double], _ reach: Double) -> [AutopilotReport.CurvePoint] {
      values.enumerated().map { .init(rows: 100 << $0, score: .init($1, low: $1 - reach, high: $1 + reach)) }
    }
    #expect(DataCurve(points([0.7, 0.8, 0.9], 0.02), .maximize) == .helps)
    #expect(DataCurve(points([0.9, 0.8, 0.7], 0.02), .minimize) == .helps)
    #expect(DataCurve(points([0.7, 0.9, 0.901], 0.02), .maximize) == .levels)
    #expect(DataCurve(points([0.7, 0.7, 0.69], 0.02), .maximize) == .levels)
    #expect(DataCurve(points([0.7, 0.75, 0.77], 0.06), .maximize) == .unclear)
    #expect(DataCurve(points([0.7, 0.9], 0.02), .maximize) == .unclear)
  }

  @Test func `probabilities that are off by little, or in few rows, are no finding`() {
    #expect(CalibrationFinding([.init(rows: 10_000, predicted: 0.5, observed: 0.54)]) == nil)
    #expect(CalibrationFinding([.init(rows: 20, predicted: 0.5, observed: 0.7)]) == nil)
    #expect(CalibrationFinding([]) == nil)
    let finding = CalibrationFinding([
      .init(rows: 100, predicted: 0.9, observed: 0.6), .init(rows: 200, predicted: 0.2, observed: 0.5),
    ])
    #expect(
      finding?.sentence
        == "Where it says 20 %, it was so in 50 % of 200 cases: its probabilities there are too low.")
  }
}
