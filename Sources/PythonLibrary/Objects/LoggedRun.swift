import Foundation
import Telemetry
import Tracker

/// A run that Python records; any thread may.
final class LoggedRun: @unchecked Sendable {
  let id: String
  private let writer: RunWriter
  private var metrics: [Metric] = []
  private var isOpen = true
  private let lock = NSLock()

  init(_ writer: RunWriter) { (self.writer, id) = (writer, writer.id) }

  /// The numbers by which metrics of these names are recorded.
  func declare(_ names: [String]) throws -> [Int] {
    try lock.withLock {
      try names.map { name in
        if name.isEmpty { throw LibraryError("a metric needs a name") }
        let metric = Metric(name)
        if let known = metrics.firstIndex(of: metric) { return known }
        guard metrics.count < 1_000_000 else { throw LibraryError("a run has up to 1,000,000 metrics") }
        metrics.append(metric)
        return metrics.count - 1
      }
    }
  }

  func record(_ numbers: UnsafeBufferPointer<Int32>, _ values: UnsafeBufferPointer<Double>, step: Int) throws {
    try lock.withLock {
      try requireOpen()
      for place in numbers.indices {
        guard metrics.indices.contains(Int(numbers[place])) else {
          throw LibraryError("there is no metric of the number \(numbers[place])")
        }
        writer.record(metrics[Int(numbers[place])], values[place], step: step)
      }
    }
  }

  /// Does `work` with the run's writer. Throws where the run has been finished.
  func write<Result>(_ work: (RunWriter) throws -> Result) throws -> Result {
    try lock.withLock {
      try requireOpen()
      return try work(writer)
    }
  }

  /// Ends the run; a run that has ended stays as it is.
  func finish(_ status: RunStatus, message: String?) throws {
    try lock.withLock {
      guard isOpen else { return }
      writer.waitForCodeState()
      try writer.finish(status: status, message: message)
      isOpen = false
    }
  }

  private func requireOpen() throws {
    guard isOpen else { throw LibraryError("run \(id) is finished: nothing can be recorded any more") }
  }
}
