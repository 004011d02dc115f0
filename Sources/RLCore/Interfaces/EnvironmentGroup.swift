import BLASBridge
import CKernels
import Randomness

/// Some of a vector's environments with all that belongs to them: what one thread steps.
final class EnvironmentGroup<World: Environment> {
  /// The number of the first copy in the vector.
  let first: Int
  let count: Int
  private let world: World
  private let autoReset: AutoReset
  /// nil before the first reset.
  private var kernel: (any BatchKernel<World.State>)?
  private(set) var generators: [PCG64] = []
  /// Steps of each copy since its last reset.
  private(set) var elapsed: [Int] = []
  /// The environments whose episode has ended and that wait for a reset: the first `waitingCount`, in order.
  private var waiting: [Int32]
  private var waitingCount = 0

  init(_ world: World, first: Int, count: Int, autoReset: AutoReset) {
    (self.world, self.first, self.count, self.autoReset) = (world, first, count, autoReset)
    waiting = Array(repeating: 0, count: count)
  }

  var isReset: Bool { kernel != nil }
  var states: [World.State] { kernel.map { kernel in (0..<count).map { kernel[$0] } } ?? [] }
  /// Numbers in the vector.
  var waitingCopies: [Int] { waiting[..<waitingCount].map { first + Int($0) } }
  var firstWaiting: Int? { waitingCount == 0 ? nil : first + Int(waiting[0]) }

  /// `waiting`: numbers in the vector, those of other groups among them.
  func take(states: [World.State], generators: [PCG64], elapsed: [Int], waiting environments: [Int] = []) {
    kernel = states.isEmpty ? nil : world.batch(of: states)
    (self.generators, self.elapsed) = (generators, elapsed)
    let own = environments.filter { (first..<first + count).contains($0) }.sorted()
    for (index, copy) in own.enumerated() { waiting[index] = Int32(copy - first) }
    waitingCount = own.count
  }

  func reset(seed: UInt64, _ batch: BatchPointers) {
    var generators = (0..<count).map { PCG64(seed: seed &+ UInt64(first + $0)) }
    let states = generators.indices.map { world.reset(using: &generators[$0]) }
    for copy in 0..<count {
      var row = batch.observation(of: first + copy).mutableSpan
      world.observe(states[copy], into: &row)
      batch.rewards[first + copy] = 0
      batch.endings[first + copy] = .none
    }
    take(states: states, generators: generators, elapsed: Array(repeating: 0, count: count))
    maskActions(batch)
  }

  /// Resets the environments whose flag is set, from their own generators. `chosen` is the whole vector's.
  func reset(where chosen: Span<Bool>, _ batch: BatchPointers) {
    let environments = (0..<count).filter { chosen[first + $0] }.map(Int32.init)
    generators.withUnsafeMutableBufferPointer { generators in
      let columns = batch.columns(from: first, generators: generators.baseAddress!)
      environments.withUnsafeBufferPointer { kernel!.reset($0, columns) }
    }
    for copy in environments {
      elapsed[Int(copy)] = 0
      batch.rewards[first + Int(copy)] = 0
      batch.endings[first + Int(copy)] = .none
    }
    let left = waiting[..<waitingCount].filter { !environments.contains($0) }
    for (index, copy) in left.enumerated() { waiting[index] = copy }
    waitingCount = left.count
    maskActions(batch)
  }

  /// Steps all environments but those that wait, which start their next episode instead.
  func step(_ batch: BatchPointers, limit: Int) {
    let kernel = kernel!
    generators.withUnsafeMutableBufferPointer { generators in
      elapsed.withUnsafeMutableBufferPointer { elapsed in
        waiting.withUnsafeMutableBufferPointer { list in
          let columns = batch.columns(from: first, generators: generators.baseAddress!)
          var next = 0
          for index in 0..<waitingCount {
            let copy = Int(list[index])
            if next < copy { kernel.step(next..<copy, columns) }
            columns.rewards[copy] = 0
            columns.endings[copy] = .none
            elapsed[copy] = -1
            next = copy + 1
          }
          if next < count { kernel.step(next..<count, columns) }
          if waitingCount > 0 { kernel.reset(UnsafeBufferPointer(rebasing: list[..<waitingCount]), columns) }

          waitingCount = rl_count_steps(elapsed.baseAddress!, limit, columns.endingCodes, list.baseAddress!, count)
          if waitingCount > 0 {
            let ended = UnsafeBufferPointer(rebasing: list[..<waitingCount])
            batch.keepFinalObservations(of: ended, from: first)
            if autoReset == .sameStep {
              kernel.reset(ended, columns)
              for copy in ended { elapsed[Int(copy)] = 0 }
              waitingCount = 0
            }
          }
        }
      }
    }
    maskActions(batch)
  }

  private func maskActions(_ batch: BatchPointers) {
    guard let masks = batch.actionMasks, let kernel else { return }
    for copy in 0..<count {
      let start = masks + (first + copy) * batch.maskWidth
      var mask = UnsafeMutableBufferPointer(start: start, count: batch.maskWidth).mutableSpan
      world.maskActions(kernel[copy], into: &mask)
    }
  }
}

/// The columns of a whole vector during one call.
struct BatchPointers {
  let actions: UnsafePointer<Float>
  let observations: UnsafeMutablePointer<Float>
  let finalObservations: UnsafeMutablePointer<Float>
  let rewards: UnsafeMutablePointer<Double>
  let endings: UnsafeMutablePointer<Ending>
  /// nil where nobody asks for them.
  let actionMasks: UnsafeMutablePointer<Bool>?
  let actionWidth: Int
  let observationWidth: Int
  let maskWidth: Int

  /// What a kernel sees whose first copy is `first`.
  func columns(from first: Int, generators: UnsafeMutablePointer<PCG64>) -> BatchColumns {
    BatchColumns(
      actions: actions + first * actionWidth, observations: observations + first * observationWidth,
      rewards: rewards + first, endings: endings + first, generators: generators, actionWidth: actionWidth,
      observationWidth: observationWidth)
  }

  func observation(of copy: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: observations + copy * observationWidth, count: observationWidth)
  }

  /// Copies the observations of environments, numbered from `first`, to the final ones.
  func keepFinalObservations(of environments: UnsafeBufferPointer<Int32>, from first: Int) {
    for copy in environments {
      let start = (first + Int(copy)) * observationWidth
      (finalObservations + start).update(from: observations + start, count: observationWidth)
    }
  }
}
