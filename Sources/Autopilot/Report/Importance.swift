import BLASBridge
import Datasets
import Fitting
import Formats
import Models
import Randomness
import Telemetry
import Validation

/// By how much the answer gets worse where the values of a column are shuffled among rows that it has never seen: what it goes by,
/// whatever models it consists of (Breiman 2001).
struct Importance {
  /// Those that matter most first.
  let columns: [AutopilotReport.Importance]

  private static let repeats = 5
  /// Predictions of a row by a model, in all.
  private static let mostPredictions = 400_000
  private static let (mostColumns, fewestRows) = (200, 50)
  /// Every prediction prepares all columns.
  private static let mostValues = 150_000_000

  /// Columns that there is no time for until `deadline`, in monotonic seconds, are left out.
  init(
    _ test: TestPart, _ predictor: Predictor, _ features: [String], seed: UInt64, deadline: Double
  ) throws {
    let most = max(10, min(Self.mostColumns, Self.mostValues / max(1, features.count * Self.repeats * Self.fewestRows)))
    let looked = features.prefix(most)
    let each = max(1, looked.count * Self.repeats * predictor.memberCount)
    let count = min(test.rows.count, max(Self.fewestRows, min(2_000, Self.mostPredictions / each)))
    let places = Array(0..<count)
    let table = test.table.rows(Array(test.rows.prefix(count)))
    let rows = try ShuffledRows(table, of: predictor)
    guard let known = test.score(test.predictions, places) else {
      columns = []
      return
    }
    let sign: Double = try JudgingMetric(of: test.plan).isMinimized ? 1 : -1
    var all: [AutopilotReport.Importance] = []
    for name in looked where MonotonicClock.seconds < deadline {
      var losses: [Double] = []
      for number in 0..<Self.repeats {
        var generator = CounterGenerator(
          SeedSequence(seed).child(named: "importance").child(named: name).child(UInt32(number)))
        var order = places.map { Int32($0) }
        var span = order.mutableSpan
        generator.shuffle(&span)
        let outputs = try rows.outputs(shuffling: name, order.map { Int($0) })
        if let score = test.score(outputs, places) { losses.append(sign * (score - known)) }
      }
      guard !losses.isEmpty else { continue }
      all.append(.init(column: name, loss: .init(ResampledMean(losses, testToTraining: 0))))
    }
    columns = all.enumerated().sorted { (-$0.element.loss.value, $0.offset) < (-$1.element.loss.value, $1.offset) }.map(
      \.element)
  }
}
