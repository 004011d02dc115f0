extension AutopilotReport.ReliabilityBin {
  /// The probabilities in tenths of equal width, those without a row left out. Traps where lengths differ.
  package static func tenths(_ probabilities: [Double], happened: [Bool]) -> [AutopilotReport.ReliabilityBin] {
    precondition(probabilities.count == happened.count, "\(probabilities.count) probabilities, \(happened.count) rows")
    var sums = [(rows: Int, predicted: Double, observed: Int)](repeating: (0, 0, 0), count: 10)
    for (probability, did) in zip(probabilities, happened) where probability.isFinite {
      let tenth = min(9, max(0, Int(min(1, max(0, probability)) * 10)))
      sums[tenth].rows += 1
      sums[tenth].predicted += probability
      sums[tenth].observed += did ? 1 : 0
    }
    return sums.filter { $0.rows > 0 }.map {
      .init(
        rows: $0.rows, predicted: $0.predicted / Double($0.rows), observed: Double($0.observed) / Double($0.rows))
    }
  }
}
