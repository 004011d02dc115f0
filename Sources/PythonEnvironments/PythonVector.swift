import BLASBridge
import CKernels
import RLCore

/// Environments in Python, stepped together in one or several processes, through memory that these share: one message a worker
/// and step. A failure ends all of them and is kept in `failure`; from then on steps give nothing.
///
/// Environment i of `reset(seed: s)` is reset with the seed s + i, others with none, as Gymnasium does. Results do not depend on
/// the number of workers, unless environments draw from global generators.
package final class PythonVector: AsyncVector {
  package let specification: EnvironmentSpecification
  package let count: Int
  package let autoReset: AutoReset
  package private(set) var failure: (any Error)?
  let reference: PythonReference
  let description: PythonDescription
  let columns: SharedColumns
  package let parts: [Range<Int>]
  /// None once it has failed.
  private(set) var workers: [Worker] = []
  var progress = Progress()
  /// The step that each part is at; nil between two.
  private var underway: [Step?]
  private let settings: PythonSettings
  private let hasBytes: Bool
  private let check: ColumnCheck

  struct Worker {
    let process: WorkerProcess
    /// Its environments.
    let rows: Range<Int>
    let part: Int
  }

  private enum Step {
    /// Its workers answer.
    case taken
    /// Its episodes are left where they were when the training was interrupted.
    case left
  }

  /// What decides how a vector goes on that cannot be put back into the middle of its episodes.
  struct Progress {
    /// Of the last reset; nil before.
    var seed: UInt64?
    var steps: UInt64 = 0
    /// The observations `[N, W]` that episodes were left at when the training was interrupted, until the next step.
    var leftAt: [Float]?
    /// How many parts have made that step.
    var partsLeft = 0
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
    let shares = max(1, min(settings.workers, count))
    parts = settings.isAsync && shares > 1 ? [0..<count / 2, count / 2..<count] : [0..<count]
    underway = Array(repeating: nil, count: parts.count)
    var task = reference.task
    (task.describes, task.rows, task.limit, task.reset) = (false, count, specification.timeLimit, autoReset.rawValue)
    (task.bytes, task.columns, task.hasBytes) = (columns.byteCount, columns.layout, hasBytes)
    task.masks = specification.maskWidth ?? 0
    for (part, all) in parts.enumerated() {
      let shares = min(all.count, shares * (part + 1) / parts.count - shares * part / parts.count)
      for share in 0..<shares {
        let rows = all.lowerBound + all.count * share / shares..<all.lowerBound + all.count * (share + 1) / shares
        (task.first, task.count) = (rows.lowerBound, rows.count)
        let process = try WorkerProcess(reference.id, settings, memory: columns.descriptor, configuration: task)
        workers.append(Worker(process: process, rows: rows, part: part))
      }
    }
    for worker in workers { try worker.process.receive(within: settings.patience, "making environments") }
  }

  package func reset(seed: UInt64, into batch: inout StepBatch) {
    requireShape(of: batch)
    progress = Progress(seed: seed)
    attempt(&batch) { batch throws(PythonError) in
      try start(seed)
      clear(&batch)
      try take(0..<count, &batch)
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
      try take(0..<count, &batch)
    }
  }

  package func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    for part in parts.indices { send(actions, to: part) }
    for part in parts.indices { receive(from: part, into: &batch) }
  }

  package func send(_ actions: Span<Float>, to part: Int) {
    requireReset("before its first step")
    let rows = parts[part]
    requireActions(actions, of: rows)
    require(underway[part] == nil, "\(specification.id): receive the last step of a part before the next is sent")
    if part == 0 { progress.steps &+= 1 }
    let leaves = progress.leftAt != nil && progress.partsLeft <= part
    underway[part] = leaves ? .left : .taken
    if leaves { return }
    let width = specification.actionSpace.width
    actions.withUnsafeBufferPointer {
      let first = rows.lowerBound * width
      (columns.actions + first).update(from: $0.baseAddress! + first, count: rows.count * width)
    }
    for worker in workers where worker.part == part { worker.process.send("s") }
  }

  package func receive(from part: Int, into batch: inout StepBatch) {
    requireShape(of: batch)
    guard let step = underway[part] else { fatalError("\(specification.id): a step is sent before it is received") }
    underway[part] = nil
    attempt(&batch) { batch throws(PythonError) in
      switch step {
      case .left: try leave(parts[part], &batch)
      case .taken:
        for worker in workers where worker.part == part {
          try worker.process.receive(within: settings.timeout, "a step")
        }
        try take(parts[part], &batch)
      }
    }
  }

  /// Starts episodes in all environments.
  func start(_ seed: UInt64) throws(PythonError) {
    try ask("r", "reset") { worker in worker.rows.map { seed &+ UInt64($0) } }
  }

  /// Episodes that could not be gone on with count as truncated where they were left, and others begin.
  private func leave(_ rows: Range<Int>, _ batch: inout StepBatch) throws(PythonError) {
    guard let observations = progress.leftAt else { return }
    try take(rows, &batch)
    let width = specification.observationSpace.width
    let cells = rows.lowerBound * width..<rows.upperBound * width
    batch.finalObservations.replaceSubrange(cells, with: observations[cells])
    for index in rows { (batch.rewards[index], batch.endings[index]) = (0, .truncated) }
    progress.partsLeft += 1
    if progress.partsLeft == parts.count { (progress.leftAt, progress.partsLeft) = (nil, 0) }
  }

  /// Sends each worker its part and waits for all of them.
  func ask(
    _ letter: Unicode.Scalar, _ doing: String, _ payload: (Worker) -> some Encodable
  ) throws(PythonError) {
    try settle()
    for worker in workers { worker.process.send(letter, json(payload(worker))) }
    for worker in workers { try worker.process.receive(within: settings.timeout, doing) }
  }

  /// What each worker answers.
  func answers(_ letter: Unicode.Scalar, _ doing: String) throws(PythonError) -> [[UInt8]] {
    try settle()
    for worker in workers { worker.process.send(letter) }
    var answers: [[UInt8]] = []
    for worker in workers { answers.append(try worker.process.receive(within: settings.timeout, doing)) }
    return answers
  }

  /// Waits for steps that nobody has received and nobody will: their sender has come to grief.
  private func settle() throws(PythonError) {
    for part in parts.indices {
      guard case .taken = underway[part].take() else { continue }
      for worker in workers where worker.part == part {
        try worker.process.receive(within: settings.timeout, "a step")
      }
    }
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

  /// Copies some rows of a step's columns, and looks at them.
  private func take(_ rows: Range<Int>, _ batch: inout StepBatch) throws(PythonError) {
    let width = specification.observationSpace.width
    batch.observations.withUnsafeMutableBufferPointer {
      copy(columns.observations, to: $0.baseAddress!, rows.lowerBound * width, rows.count * width)
    }
    for index in rows {
      batch.rewards[index] = columns.rewards[index]
      let ending = Ending(rawValue: columns.endings[index]) ?? .none
      batch.endings[index] = ending
      if ending == .none { continue }
      batch.finalObservations.withUnsafeMutableBufferPointer {
        copy(columns.finals, to: $0.baseAddress!, index * width, width)
      }
    }
    let flags = batch.actionMasks.count / count
    for index in rows.lowerBound * flags..<rows.upperBound * flags {
      batch.actionMasks[index] = columns.masks[index] != 0
    }
    try check.rewards(batch, rows, specification.id)
    try check.observations(batch, rows, specification.id)
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
