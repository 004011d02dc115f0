/// The probabilities that are off by more than chance does, and by enough to matter.
struct CalibrationFinding {
  /// The tenth that is off for most rows.
  let bin: AutopilotReport.ReliabilityBin

  var isTooHigh: Bool { bin.predicted > bin.observed }

  private static let matters = 0.05
  /// Of the normal distribution, two-sided, 5 % for ten tenths together.
  private static let chance = 2.807

  /// nil where the probabilities can be taken as they are.
  init?(_ bins: [AutopilotReport.ReliabilityBin]) {
    let off = bins.filter { bin in
      let expected = min(max(bin.predicted, 1e-6), 1 - 1e-6)
      let error = (expected * (1 - expected) / Double(bin.rows)).squareRoot()
      let distance = abs(bin.observed - bin.predicted)
      return distance >= Self.matters && distance > Self.chance * error
    }
    func weight(_ bin: AutopilotReport.ReliabilityBin) -> Double {
      Double(bin.rows) * abs(bin.observed - bin.predicted)
    }
    guard let worst = off.max(by: { weight($0) < weight($1) }) else { return nil }
    bin = worst
  }

  var sentence: String {
    "Where it says \(ScoreWords.percent(bin.predicted)), it was so in \(ScoreWords.percent(bin.observed)) of "
      + "\(counted(bin.rows, "case")): its probabilities there are too \(isTooHigh ? "high" : "low")."
  }
}
