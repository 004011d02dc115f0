import Foundation
import Settings
import Telemetry
import Tracker

/// A run that Python reads, with the columns of those series that it has asked for.
final class LoadedRun: @unchecked Sendable {
  let record: RunRecord
  let store: Store
  private var columns: [Metric: SeriesColumns] = [:]
  private var contents: [String: SharedColumn<UInt8>] = [:]
  private let lock = NSLock()

  init(_ record: RunRecord, in store: Store) { (self.record, self.store) = (record, store) }

  /// Throws where the run has no such series.
  func series(_ metric: Metric) throws -> SeriesColumns {
    try lock.withLock {
      if let known = columns[metric] { return known }
      guard let series = record.series(metric) else {
        let hint = didYouMean(metric.name, among: record.series.map(\.metric.name)) ?? ""
        throw LibraryError("run \(record.id) has no series '\(metric.name)'\(hint)")
      }
      let made = SeriesColumns(series)
      columns[metric] = made
      return made
    }
  }

  /// The bytes of an artifact. Throws where there is none of that name, or it is damaged.
  func artifact(_ name: String) throws -> SharedColumn<UInt8> {
    try lock.withLock {
      if let known = contents[name] { return known }
      guard let artifact = record.artifacts.last(where: { $0.name == name }) else {
        let hint = didYouMean(name, among: record.artifacts.map(\.name)) ?? ""
        throw LibraryError("run \(record.id) has no artifact '\(name)'\(hint)")
      }
      let made = SharedColumn(try store.artifactBytes(artifact))
      contents[name] = made
      return made
    }
  }
}

/// A series as columns that Python sees.
final class SeriesColumns: Sendable {
  let steps: SharedColumn<Int>
  let wallTimes: SharedColumn<Int64>
  let values: SharedColumn<Double>

  init(_ series: Series) {
    (steps, wallTimes, values) =
      (SharedColumn(series.steps), SharedColumn(series.wallTimes), SharedColumn(series.values))
  }
}
