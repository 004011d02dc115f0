import Models
import Telemetry
import Trees

extension ModelFit {
  /// The columns whose gains are recorded.
  private static let mostColumns = 10

  /// Records which share of what all splits of a model of trees gain each column has, of the largest: `final/gain/COLUMN`.
  static func recordGains(
    of model: any FittedModel, _ columns: [(name: String, width: Int)], step: Int, to sink: any MetricSink
  ) {
    guard let gains = (model as? any ModelOfTrees)?.addedTrees.gains else { return }
    let whole = gains.reduce(0, +)
    guard whole > 0, whole.isFinite, columns.reduce(0, { $0 + $1.width }) == gains.count else { return }
    var start = 0
    let shares = columns.map { column in
      defer { start += column.width }
      return (column.name, gains[start..<start + column.width].reduce(0, +) / whole)
    }
    let largest = shares.enumerated().sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
    for (name, share) in largest.prefix(mostColumns).map(\.element) where share > 0 {
      sink.record(Metric("final/gain/\(name)"), share, step: step)
    }
  }
}
