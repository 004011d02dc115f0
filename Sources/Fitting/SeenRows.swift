import Datasets
import Learning
import Models
import Runs
import Synchronization

/// Rows of the data that a fit does not see, so that it can be judged by them once, in the end.
package struct SetAside: Hashable, Sendable {
  /// Of the rows with a target.
  package var share: Double
  /// Decides which rows; not the fit's own, so that fits of all seeds leave out the same.
  package var seed: UInt64

  package init(share: Double, seed: UInt64) { (self.share, self.seed) = (share, seed) }
}

extension FitConfiguration {
  /// Sets rows aside, and trains on at most so many of the others. Classes keep their proportions, groups stay together, and of
  /// rows in an order of time the last are set aside.
  ///
  /// Throws `ConfigurationError` for a share that leaves nothing, and for no rows.
  package mutating func see(mostRows: Int?, settingAside test: SetAside?) throws(ConfigurationError) {
    if let test, !(0.001...0.9).contains(test.share) {
      throw ConfigurationError("the share of rows to set aside is from 0.001 to 0.9, not \(test.share)")
    }
    if let mostRows, mostRows < 2 { throw ConfigurationError("a fit needs 2 rows or more, not \(mostRows)") }
    (self.mostRows, setAside) = (mostRows, test)
  }

  /// Rows of a table with a target: those that the fit sees, and those that are set aside. In ascending order.
  package func parts(of table: Table) throws(DatasetError) -> (seen: [Int], setAside: [Int]) {
    guard setAside != nil || mostRows != nil else { return (try FitData.rowsWithTarget(table, target), []) }
    let key = PartsKey(self, table)
    if let known = Self.keptParts.withLock({ $0.first { $0.key == key } }) { return known.parts }
    let parts = try drawnParts(of: table)
    Self.keptParts.withLock { kept in kept = [(key, parts)] + kept.filter { $0.key != key }.prefix(3) }
    return parts
  }

  /// What decides which rows a fit sees: the fits of a search all see the same, and to draw them of millions takes its time.
  private struct PartsKey: Hashable {
    let data: DataReference
    let rows: Int
    let target: String?
    let task: PredictionTask?
    let setAside: SetAside?
    let mostRows: Int?
    let group: String?
    let time: String?

    init(_ fit: FitConfiguration, _ table: Table) {
      (data, rows, target, task) = (fit.data, table.rowCount, fit.target, fit.task)
      (setAside, mostRows, group, time) = (fit.setAside, fit.mostRows, fit.group, fit.time)
    }
  }

  private static let keptParts = Mutex<[(key: PartsKey, parts: (seen: [Int], setAside: [Int]))]>([])

  private func drawnParts(of table: Table) throws(DatasetError) -> (seen: [Int], setAside: [Int]) {
    var seen = try FitData.rowsWithTarget(table, target)
    var others: [Int] = []
    if let setAside {
      (seen, others) = try FitData.split(table, seen, self, share: setAside.share, seed: setAside.seed)
    }
    if let mostRows, seen.count > mostRows {
      // As many of each class as all rows have, too.
      let share = 1 - Double(mostRows) / Double(seen.count)
      let labels = task == .classification ? try FitData.classes(of: table, seen, self)?.indices : nil
      let split = Split(
        count: seen.count, validation: share, seed: (setAside?.seed ?? 0) &+ 0x5eed, strata: labels)
      seen = split.training.map { seen[$0] }
    }
    return (seen, others)
  }
}
