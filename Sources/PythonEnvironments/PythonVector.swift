import BLASBridge
import CKernels
import RLCore

/// Environments in Python, stepped together in one or several processes, through memory that these share: one message a worker
/// and step. A failure ends all of them and is kept in `failure`; from then on steps give nothing.
///
/// Environment i of `reset(seed: s)` is reset with the seed s + i, others with none, as Gymnasium does. Results do not depend on
/// the number of workers, unless environments draw from global generators.
package final class PythonVector: VectorEnvironment {
  package let specification: EnvironmentSpecification
  package let count: Int
  package let autoReset: AutoReset
  package private(set) var failure: (any Error)?
  let reference: PythonReference
  let description: PythonDescription
  let columns: SharedColumns
  /// None once it has failed.
  private(set) var workers: [Worker] = []
  var progress = Progress()
  private let settings: PythonSettings
  private let hasBytes: Bool
  private let check: ColumnCheck

  struct Worker {
    let process: WorkerProcess
    /// Its environments.
    let rows: Range<Int>
  }

  /// What decides how a vector goes on that cannot be put back into the middle of its episodes.
  struct Progress {
    /// Of the last reset; nil before.
    var seed: UInt64?
    var steps: UInt64 = 0
    /// The observations `[N, W]` that episodes were left at when the training was interrupted, until the next step.
    var leftAt: [Float]?
  }

  /// Makes the environments. Throws `PythonError` as `PythonReference.description` does. Traps unless `count` is at least 1.
  package init(
    _ reference: PythonReference, count: Int, autoReset: AutoReset = .sameStep, timeLimit: Int? = nil,
    settings: PythonSettings
  ) throws(PythonError) {
    require(count >= 1, "a vector needs at least one environment, not \(count)")
    (self.reference, self.count, self.autoReset, self.settings) = (reference, count, autoReset, settings)
    description = try reference.description(in: settings)
    specification = try reference.specification(in: settings, timeLimit: timeLimit)
    hasBytes = description.observations.isBytes
    check = ColumnCheck(specification)
    columns = try SharedColumns(count: count, specification: specification, hasBytes: hasBytes)
    let parts = max(1, min(settings.workers, count))
    var task = reference.task
    (task.describes, task.rows, task.limit, task.reset) = (false, count, specification.timeLimit, autoReset.rawValue)
    (task.bytes, task.columns, task.hasBytes) = (columns.byteCount, columns.layout, hasBytes)
    task.masks = specification.maskWidth ?? 0
    for part in 0..<parts {
      let rows = count * part / parts..<count * (part + 1) / parts
      (task.first, task.count) = (rows.lowerBound, rows.count)
      let process = try WorkerProcess(reference.id, settings, memory: columns.descriptor, configuration: task)
      workers.append(Worker(process: process, rows: rows))
    }
    for worker in workers { try worker.process.receive(within: settings.patience, "making environments") }
  }

  package func reset(seed: UInt64, into batch: inout StepBatch) {
    requireShape(of: batch)
    progress = Progress(seed: seed)
    attempt(&batch) { batch throws(PythonError) in
      try start(seed)
      clear(&batch)
      take(&batch)
      try check.observations(batch, specification.id)
    }
  }

  package func reset(where chosen: Span<Bool>, into batch: inout StepBatch) {
    requireReset("before some of its environments are")
    require(
      chosen.count == count, "\(specification.id): \(count) environments need as many flags, not \(chosen.count)")
    requireShape(of: batch)
    let flags = chosen.indices.map { chosen[$0] }
    attempt(&batch) { batch throws(PythonError) in
      try ask("c", "reset") { worker in worker.rows.filter { flags[$0] }.map { $0 - worker.rows.lowerBound } }
      for index in 0..<count where flags[index] {
        (columns.rewards[index], columns.endings[index]) = (0, Ending.none.rawValue)
      }
      take(&batch)
      try check.observations(batch, specification.id)
    }
  }

  package func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    requireReset("before its first step")
    requireShape(of: batch)
    requireActions(actions)
    progress.steps &+= 1
    attempt(&batch) { batch throws(PythonError) in
      if let observations = progress.leftAt { return leave(at: observations, &batch) }
      actions.withUnsafeBufferPointer { columns.actions.update(from: $0.baseAddress!, count: $0.count) }
      for worker in workers { worker.process.send("s") }
      for worker in workers { try worker.process.receive(within: settings.timeout, "a step") }
      take(&batch)
      try check.rewards(batch, specification.id)
      try check.observations(batch, specification.id)
    }
  }

  /// Starts episodes in all environments.
  func start(_ seed: UInt64) throws(PythonError) {
    try ask("r", "reset") { worker in worker.rows.map { seed &+ UInt64($0) } }
  }

  /// Episodes that could not be gone on with count as truncated where they were left, and others begin.
  private func leave(at observations: [Float], _ batch: inout StepBatch) {
    take(&batch)
    batch.finalObservations = observations
    for index in 0..<count { (batch.rewards[index], batch.endings[index]) = (0, .truncated) }
    progress.leftAt = nil
  }

  /// Sends each worker its part and waits for all of them.
  func ask(
    _ letter: Unicode.Scalar, _ doing: String, _ payload: (Worker) -> some Encodable
  ) throws(PythonError) {
    for worker in workers { worker.process.send(letter, json(payload(worker))) }
    for worker in workers { try worker.process.receive(within: settings.timeout, doing) }
  }

  /// What each worker answers.
  func answers(_ letter: Unicode.Scalar, _ doing: String) throws(PythonError) -> [[UInt8]] {
    for worker in workers { worker.process.send(letter) }
    var answers: [[UInt8]] = []
    for worker in workers { answers.append(try worker.process.receive(within: settings.timeout, doing)) }
    return answers
  }

  private func attempt(
    _ batch: inout StepBatch, _ body: (inout StepBatch) throws(PythonError) -> Void
  ) {
    guard failure == nil else { return clear(&batch) }
    do { try body(&batch) } catch {
      fail(error)
      clear(&batch)
    }
  }

  func fail(_ error: PythonError) {
    failure = error
    workers = []
  }

  private func clear(_ batch: inout StepBatch) {
    for index in 0..<count {
      (columns.rewards[index], columns.endings[index]) = (0, Ending.none.rawValue)
      (batch.rewards[index], batch.endings[index]) = (0, .none)
    }
  }

  /// Copies the columns of a step.
  private func take(_ batch: inout StepBatch) {
    let cells = batch.observations.count
    batch.observations.withUnsafeMutableBufferPointer { copy(columns.observations, to: $0.baseAddress!, 0, cells) }
    batch.rewards.withUnsafeMutableBufferPointer { $0.baseAddress!.update(from: columns.rewards, count: count) }
    let width = cells / count
    for index in 0..<count {
      let ending = Ending(rawValue: columns.endings[index]) ?? .none
      batch.endings[index] = ending
      if ending == .none { continue }
      batch.finalObservations.withUnsafeMutableBufferPointer {
        copy(columns.finals, to: $0.baseAddress!, index * width, width)
      }
    }
    for index in batch.actionMasks.indices { batch.actionMasks[index] = columns.masks[index] != 0 }
  }

  /// Copies components of a column of observations.
  func copy(_ column: UnsafeMutableRawPointer, to target: UnsafeMutablePointer<Float>, _ first: Int, _ count: Int) {
    if hasBytes {
      let bytes = column.assumingMemoryBound(to: UInt8.self)
      for place in first..<first + count { target[place] = Float(bytes[place]) }
    } else {
      (target + first).update(from: column.assumingMemoryBound(to: Float.self) + first, count: count)
    }
  }
}
