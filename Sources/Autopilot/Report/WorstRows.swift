extension AutopilotReport.Row {
  /// The rows with the largest losses, the largest first; equal ones in their order. `rows` are counted from 0.
  package static func worst(
    rows: [Int], losses: [Double], most: Int = 10, truth: (Int) -> String, prediction: (Int) -> String
  ) -> [AutopilotReport.Row] {
    precondition(rows.count == losses.count, "\(rows.count) rows with \(losses.count) losses")
    let order = losses.indices.filter { !losses[$0].isNaN }.sorted { (-losses[$0], $0) < (-losses[$1], $1) }
    return order.prefix(max(0, most)).map { place in
      .init(row: rows[place] + 1, truth: truth(place), prediction: prediction(place), loss: losses[place])
    }
  }
}
