import Datasets
import Environments
import Formats
import Models
import ONNX
import RLCore
import Randomness
import Testing

@testable import Fitting
@testable import Runs
@testable import Settings
@testable import Training

@Suite struct ONNXExportTests {
  private struct Idle: Policy {
    func act(
      on observations: Span<Float>, masks: Span<Bool>, count: Int, deterministic: Bool, state: inout Void,
      using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>
    ) {
      for row in 0..<count { actions[row] = 0 }
    }
  }

  @Test func `the policies of all agents go out`() throws {
    for type in Agents.builtIn {
      let world = try ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1"].lazy.compactMap { id -> (any Policy)? in
        let world = try EnvironmentCatalogue.specification(id)
        return try? Agents.make(type, hyperparameters: [:], for: world, environmentCount: 1, seed: 1).policy
      }.first
      let policy = try #require(world, "\(type.name)")
      #expect(policy is any ONNXPolicy, "\(type.name)")
    }
  }

  @Test func `a policy of a program's own is refused in a sentence`() throws {
    let world = try EnvironmentCatalogue.specification("CartPole-v1")
    let error = #expect(throws: ONNXError.self) {
      try TrainedPolicy.onnx(Idle(), for: world, statistics: [:])
    }
    #expect(error?.sentence == "a policy of type Idle has no form in ONNX: export one of rlrun's own agents")
  }

  @Test func `the fitted models of all kinds go out`() throws {
    let place = try FitPlace()
    for type in ModelCatalogue.builtIn {
      let isOfNumbers = type.hasTarget && type.tasks.first != .classification
      let configuration = try FitConfiguration(
        data: place.golden(isOfNumbers ? "diabetes_train.csv" : "wine_train.csv"),
        target: type.hasTarget ? "target" : nil, model: type.name, task: type.tasks.first)
      let (run, outcome) = try place.fit(configuration)
      #expect(outcome.ending == .finished, "\(type.name)")
      let model = try Predictor(of: run.id, in: place.store)
      if type.tasks.first == .quantile {
        let error = #expect(throws: ONNXError.self) { try model.onnx() }
        #expect(error?.sentence == "a model of quantiles has no form in ONNX yet: export one of another task")
      } else {
        #expect(model.model is any ONNXModel, "\(type.name)")
        #expect(try model.onnx().count > 200, "\(type.name)")
      }
    }
  }
}
