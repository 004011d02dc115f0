import BLASBridge
import CKernels
import Randomness

/// Some of a vector's environments, one after the other, with all that belongs to them: those that one thread steps.
/// Their rows in batches and their indices count from 0.
final class EnvironmentGroup<World: Environment> {
  /// The index of the first environment in the vector.
  let first: Int
  let count: Int
  private let environment: World
  private let autoReset: AutoReset
  private let limit: Int
  /// nil before the first reset.
  private var kernel: (any BatchKernel<World.State>)?
  private(set) var generators: [PCG64] = []
  /// Steps of each environment since its last reset.
  private(set) var elapsed: [Int] = []
  /// The environments whose episode has ended and that wait for a reset: the first `waitingCount`, in order.
  private var waiting: [Int32]
  private var waitingCount = 0

  init(_ environment: World, first: Int, count: Int, autoReset: AutoReset) {
    (self.environment, self.first, self.count, self.autoReset) = (environment, first, count, autoReset)
    limit = environment.specification.timeLimit ?? .max
    waiting = Array(repeating: 0, count: count)
  }

  /// Indices in the vector.
  var range: Range<Int> { first..<first + count }
  var isReset: Bool { kernel != nil }
  var states: [World.State] { kernel.map { kernel in (0..<count).map { kernel[$0] } } ?? [] }
  /// Indices in the vector.
  var waitingEnvironments: [Int] { waiting[..<waitingCount].map { first + Int($0) } }
  var firstWaiting: Int? { waitingCount == 0 ? nil : first + Int(waiting[0]) }

  /// `waiting`: indices in the vector, those of other groups among them.
  func take(states: [World.State], generators: [PCG64], elapsed: [Int], waiting environments: [Int] = []) {
    kernel = states.isEmpty ? nil : environment.batch(of: states)
    (self.generators, self.elapsed) = (generators, elapsed)
    let own = environments.filter(range.contains).sorted()
    for (place, index) in own.enumerated() { waiting[place] = Int32(index - first) }
    waitingCount = own.count
  }

  /// Environment i of the vector is seeded with `seed` + i.
  func reset(seed: UInt64, into batch: inout StepBatch) {
    var generators = range.map { PCG64(seed: seed &+ UInt64($0)) }
    var states: [World.State] = []
    batch.step(0..<count, using: &generators) { _, generator, observation in
      let state = environment.reset(using: &generator)
      environment.observe(state, into: &observation)
      states.append(state)
      return Outcome(reward: 0, ending: .none)
    }
    take(states: states, generators: generators, elapsed: Array(repeating: 0, count: count))
    maskActions(&batch)
  }

  /// Resets the environments whose flag in `chosen` `[count]` is set, from their own generators.
  func reset(where chosen: Span<Bool>, into batch: inout StepBatch) {
    let environments = (0..<count).filter { chosen[$0] }.map(Int32.init)
    kernel!.reset(environments.span, using: &generators, into: &batch)
    for index in environments { start(Int(index), elapsed: 0, &batch) }
    let left = waiting[..<waitingCount].filter { !environments.contains($0) }
    for (place, index) in left.enumerated() { waiting[place] = index }
    waitingCount = left.count
    maskActions(&batch)
  }

  /// Steps all environments but those that wait, which start their next episode instead.
  func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    let kernel = kernel!
    var next = 0
    for place in 0..<waitingCount {
      let index = Int(waiting[place])
      if next < index { kernel.step(next..<index, actions: actions, using: &generators, into: &batch) }
      start(index, elapsed: -1, &batch)
      next = index + 1
    }
    if next < count { kernel.step(next..<count, actions: actions, using: &generators, into: &batch) }
    if waitingCount > 0 { resetWaiting(kernel, &batch) }

    waitingCount = batch.endings.withCodes { rl_count_steps(&elapsed, limit, $0, &waiting, count) }
    if waitingCount > 0 {
      batch.keepFinalObservations(of: waiting.span.extracting(first: waitingCount))
      if autoReset == .sameStep {
        resetWaiting(kernel, &batch)
        for place in 0..<waitingCount { elapsed[Int(waiting[place])] = 0 }
        waitingCount = 0
      }
    }
    maskActions(&batch)
  }

  private func resetWaiting(_ kernel: any BatchKernel<World.State>, _ batch: inout StepBatch) {
    waiting.withUnsafeBufferPointer { waiting in
      kernel.reset(waiting.span.extracting(first: waitingCount), using: &generators, into: &batch)
    }
  }

  private func start(_ index: Int, elapsed steps: Int, _ batch: inout StepBatch) {
    (batch.rewards[index], batch.endings[index]) = (0, .none)
    elapsed[index] = steps
  }

  private func maskActions(_ batch: inout StepBatch) {
    guard !batch.actionMasks.isEmpty, let kernel else { return }
    let width = batch.actionMasks.count / count
    batch.actionMasks.withUnsafeMutableBufferPointer { masks in
      for index in 0..<count {
        var mask = UnsafeMutableBufferPointer(start: masks.baseAddress! + index * width, count: width).mutableSpan
        environment.maskActions(kernel[index], into: &mask)
      }
    }
  }
}
