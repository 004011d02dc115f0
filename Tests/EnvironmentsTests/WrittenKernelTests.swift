import RLCore
import Randomness
import Testing

@testable import Environments

/// A walk on a line, with a kernel as Docs/ENVIRONMENTS.md shows one.
private struct Line: Environment {
  struct State: Sendable, Codable {
    var place: Int
  }

  let specification = EnvironmentSpecification(
    id: "Line-v0", observationSpace: .box(low: [-9, -9], high: [9, 9]), actionSpace: .discrete(count: 2), timeLimit: 20,
    masksActions: true)

  func reset(using generator: inout PCG64) -> State { State(place: generator.random() < 0.5 ? -1 : 1) }

  func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    state.place += generator.random() < 0.2 ? 0 : action[0] == 0 ? -1 : 1
    return Outcome(reward: Double(state.place), ending: abs(state.place) == 4 ? .terminated : .none)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    (observation[0], observation[1]) = (Float(state.place), Float(-state.place))
  }

  func maskActions(_ state: State, into mask: inout MutableSpan<Bool>) {
    (mask[0], mask[1]) = (state.place > -3, true)
  }

  func batch(of states: [State]) -> any BatchKernel<State> { LineKernel(states: states) }
}

private final class LineKernel: BatchKernel {
  private let rules = Line()
  private var states: [Line.State]
  init(states: [Line.State]) { self.states = states }
  subscript(index: Int) -> Line.State { states[index] }

  func step(
    _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
  ) {
    batch.step(environments, using: &generators) { index, generator, observation in
      let action = actions.extracting(index..<index + 1)
      let outcome = rules.step(&states[index], action: action, using: &generator)
      rules.observe(states[index], into: &observation)
      return outcome
    }
  }

  func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
    batch.reset(environments, using: &generators) { index, generator, observation in
      states[index] = rules.reset(using: &generator)
      rules.observe(states[index], into: &observation)
    }
  }
}

@Suite struct WrittenKernelTests {
  /// Threads, auto-reset, masks and wrappers among them.
  @Test func `a kernel that an author writes keeps every law, wrapped or not`() {
    #expect(EnvironmentLaw.violations(of: Line()).map(\.description) == [])
    #expect(EnvironmentLaw.violations(of: FrameStack(Line(), frames: 3)).map(\.description) == [])
  }

  /// Each environment's rows are its own in every column, however many threads write them.
  @Test(arguments: AutoReset.allCases) func `threads leave the rows of other environments alone`(_ mode: AutoReset) {
    var (alone, shared) = (
      StepBatch(count: 5, width: 2, maskWidth: 2), StepBatch(count: 5, width: 2, maskWidth: 2)
    )
    let (one, three) = (
      EnvironmentVector(Line(), count: 5, autoReset: mode),
      EnvironmentVector(Line(), count: 5, autoReset: mode, threads: 3)
    )
    one.reset(seed: 1, into: &alone)
    three.reset(seed: 1, into: &shared)
    // As a wrapper changes them: a reset of others must keep them.
    for row in [0, 1, 8] { (alone.observations[row], shared.observations[row]) = (7, 7) }
    let chosen = [false, true, true, false, false]
    one.reset(where: chosen.span, into: &alone)
    three.reset(where: chosen.span, into: &shared)
    #expect(shared.observations[0] == 7)
    #expect(shared.observations[8] == 7)
    #expect(shared.observations == alone.observations)
    #expect(shared.actionMasks == alone.actionMasks)
    let actions: [Float] = [1, 1, 0, 1, 1]
    for _ in 0..<3 {
      one.step(actions.span, into: &alone)
      three.step(actions.span, into: &shared)
      #expect(shared.observations == alone.observations)
      #expect(shared.finalObservations == alone.finalObservations)
      #expect(shared.rewards == alone.rewards)
      #expect(shared.endings == alone.endings)
      #expect(shared.actionMasks == alone.actionMasks)
      if mode == .disabled { if alone.hasEnding { break } }
    }
    // Without masks from one step to the next.
    (alone.actionMasks, shared.actionMasks) = ([], [])
    guard !(mode == .disabled && alone.hasEnding) else { return }
    one.step(actions.span, into: &alone)
    three.step(actions.span, into: &shared)
    #expect(shared.observations == alone.observations)
    #expect(shared.actionMasks.isEmpty)
  }
}
