import BLASBridge
import Datasets
import Fitting
import Formats
import Learning
import Models
import Runs
import Search
import Settings
import Telemetry
import Tracker
import Validation

/// What follows from the trials of a search: which of them predict, how well, and why. The same trials give the same answer, to the
/// bit of its checkpoint.
struct Conclusion {
  let checkpoint: Checkpoint
  let report: AutopilotReport
  /// A plan that comes to the same answer, and tries nothing else.
  let winner: AutopilotPlan
  /// For the log.
  let metrics: [(metric: Metric, value: Double)]

  /// `refit` overrules the plan, where it is known already whether the answer is fitted to all rows. nil where `shouldStop` said so.
  init?(
    _ configuration: AutopilotConfiguration, seed: UInt64, search: SearchOverview, board: Leaderboard,
    curve: SearchOverview?, began: Double = MonotonicClock.seconds, refit: Bool? = nil, in store: Store,
    shouldStop: () -> Bool
  ) throws {
    let plan = configuration.plan
    var fit = try configuration.fit(in: store)
    let data = try fit.data.read()
    var board = board
    let judged = board.judged
    let table = data.table
    let sample = table.rows(Array(judged.rows.prefix(Self.timedRows)))
    let measured =
      plan.maximumPredictMilliseconds != nil
      ? board.candidates.count : plan.seconds == nil ? Self.measured : Self.measuredInTime
    try board.measure(measured) { candidate in
      let predictor = try Predictor(of: candidate.run, in: store)
      // Of this thread alone, whatever else the machine does.
      let start = MonotonicClock.processor
      _ = try predictor.outputs(ofTable: sample)
      return Double(MonotonicClock.processor - start) / 1e6 / Double(max(1, sample.rowCount))
    }
    board.combine()
    let choice = Choice(board, plan)
    let costs = try plan.cost.map { try MistakeCosts(text: $0) }
    try fit.judge(
      calibration: judged.calibrationThatHelps(choice.answer.predictions), costs: costs, positive: plan.positive)
    let isRefitted =
      refit
      ?? (plan.refit
        && Self.isTimeToRefit(board, choice.answer, until: plan.seconds.map { began + Self.timeForRefits * $0 }))
    let combination = Predictor.Combination(
      choice.answer.combination.map { ($0.run, $0.weight) }, choice.answer.pooling, isRefitted: isRefitted)
    guard
      let checkpoint = try Predictor.checkpoint(
        of: combination, fit, judged: judged, predictions: choice.answer.predictions, in: store, shouldStop: shouldStop)
    else { return nil }
    self.checkpoint = checkpoint
    let members = Set(combination.runs.map(\.run))
    winner = plan.keeping(board.candidates.filter { members.contains($0.run) })
    let assembled = try ReportAssembly(
      plan, fit, data, judged, board, choice, search, checkpoint: checkpoint, isRefitted: isRefitted, seed: seed,
      began: began)
    var report = assembled.report
    report.curve = try AutopilotReport.CurvePoint.all(
      curve, plan, whole: board.estimate(board.candidates[0]), rows: judged.rows.count, seed: seed, in: store)
    (self.report, metrics) = (report, assembled.metrics)
  }

  /// The share of the time at which the answer's models are fitted to all rows.
  private static let timeForRefits = 0.92

  /// All rows take a little longer than those of one fold did.
  private static func isTimeToRefit(_ board: Leaderboard, _ answer: Leaderboard.Candidate, until deadline: Double?)
    -> Bool
  {
    guard let deadline else { return true }
    return MonotonicClock.seconds + 1.5 * answer.fitSeconds / Double(board.judged.foldCount) < deadline
  }

  /// Rows that are predicted to see how long it takes, and candidates that are looked at.
  private static let (timedRows, measured, measuredInTime) = (256, 12, 4)
}
