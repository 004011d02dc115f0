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
  /// For the log.
  let metrics: [(metric: Metric, value: Double)]

  init(
    _ configuration: AutopilotConfiguration, seed: UInt64, search: SearchOverview, board: Leaderboard,
    curve: SearchOverview?, began: Double = MonotonicClock.seconds, in store: Store
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
    let members =
      choice.answer.run.isEmpty
      ? board.candidates.filter { $0.weight > 0 }.map { (run: $0.run, weight: $0.weight) }
      : [(run: choice.answer.run, weight: 1.0)]
    let costs = try plan.cost.map { try MistakeCosts(text: $0) }
    try fit.judge(
      calibration: judged.calibrationThatHelps(choice.answer.predictions), costs: costs, positive: plan.positive)
    checkpoint = try Predictor.checkpoint(
      combining: members, fit, judged: judged, predictions: choice.answer.predictions, in: store)
    let assembled = try ReportAssembly(
      plan, fit, data, judged, board, choice, search, checkpoint: checkpoint, seed: seed, began: began)
    var report = assembled.report
    report.curve = try AutopilotReport.CurvePoint.all(
      curve, plan, whole: board.estimate(board.candidates[0]), rows: judged.rows.count, seed: seed, in: store)
    (self.report, metrics) = (report, assembled.metrics)
  }

  /// Rows that are predicted to see how long it takes, and candidates that are looked at.
  private static let (timedRows, measured, measuredInTime) = (256, 12, 4)
}
