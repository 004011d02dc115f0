import RLCore
import Randomness

/// Robots of one kind, stepped one after the other: each has a simulation of its own, the model is shared.
final class RobotKernel<Rules: Robot>: BatchKernel {
  private let environment: RobotEnvironment<Rules>
  private let simulations: [Simulation]
  private let width: Int
  private let actionWidth: Int
  /// `[N, W]`, in double precision.
  private var observations: [Double]
  /// `[N]`: where the next step begins.
  private var positions: [Double]

  init(_ environment: RobotEnvironment<Rules>, states: [RobotEnvironment<Rules>.State]) {
    self.environment = environment
    let model = environment.model
    simulations = states.map { state in
      let simulation = Simulation(model)
      simulation.state = state.physics
      return simulation
    }
    width = environment.specification.observationSpace.width
    actionWidth = environment.specification.actionSpace.width
    observations = states.flatMap(\.observation)
    positions = states.map(\.position)
  }

  subscript(index: Int) -> RobotEnvironment<Rules>.State {
    RobotEnvironment.State(
      physics: simulations[index].state, observation: Array(observations[index * width..<(index + 1) * width]),
      position: positions[index])
  }

  func step(
    _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
  ) {
    observations.withUnsafeMutableBufferPointer { observations in
      positions.withUnsafeMutableBufferPointer { positions in
        batch.step(environments, using: &generators) { index, _, observation in
          let action = actions.extracting(index * actionWidth..<(index + 1) * actionWidth)
          let outcome = environment.advance(simulations[index], position: &positions[index], action: action)
          observe(index, observations.baseAddress! + index * width, &observation)
          return outcome
        }
      }
    }
  }

  func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
    observations.withUnsafeMutableBufferPointer { observations in
      positions.withUnsafeMutableBufferPointer { positions in
        batch.reset(environments, using: &generators) { index, generator, observation in
          environment.begin(simulations[index], using: &generator)
          positions[index] = environment.rules.position(simulations[index])
          observe(index, observations.baseAddress! + index * width, &observation)
        }
      }
    }
  }

  @inline(__always)
  private func observe(_ index: Int, _ own: UnsafeMutablePointer<Double>, _ observation: inout MutableSpan<Float>) {
    environment.rules.observe(simulations[index], into: own)
    for place in observation.indices { observation[place] = Float(own[place]) }
  }
}
