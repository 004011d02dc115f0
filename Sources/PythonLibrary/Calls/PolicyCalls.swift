import BLASBridge
import Environments
import Learning
import RLCore
import Runs
import Settings
import Tracker
import Training

/// Policies that act: those of runs, of files, and of agents that have learnt nothing yet.
enum PolicyCalls {
  static let all: [any Call.Type] = [
    Load.self, Open.self, Fresh.self, Evaluate.self, ExportCheckpoint.self, ExportGraph.self, ImportTensors.self,
  ]

  struct Opened: Encodable {
    var handle: Int
    var environment: EnvironmentDescription

    init(
      _ policy: any Policy, for specification: EnvironmentSpecification,
      statistics: [String: RunningMoments] = [:], run: String? = nil, seed: UInt64
    ) {
      BLAS.threads = Surroundings.currentBLASThreads
      handle = Handles.keep(ActingPolicy(policy, for: specification, statistics: statistics, run: run, seed: seed))
      environment = EnvironmentDescription(specification)
    }
  }

  struct Load: Call {
    static let name = "policy.load"
    var store: String
    /// `RUN`, `RUN:best`.
    var run: String
    var seed: UInt64

    func answer() throws -> Opened {
      let store = try Store(path: store, create: false)
      let reference = try CheckpointReference(run, in: store)
      let record = try store.load(reference.run)
      try record.requirePolicy()
      try LentEnvironments.lend(of: record, in: store)
      let trained = try TrainedPolicy(of: reference.run, reference.choice, in: store)
      return Opened(
        trained.policy, for: trained.specification, statistics: trained.statistics, run: "\(reference)",
        seed: seed)
    }
  }

  struct Open: Call {
    static let name = "policy.open"
    var path: String
    var seed: UInt64
    /// Of an environment that was an object of a Python program.
    var environment: LentEnvironments.Description?

    func answer() throws -> Opened {
      try environment.map(LentEnvironments.lend)
      let trained = try TrainedPolicy(contentsOf: path)
      return Opened(trained.policy, for: trained.specification, statistics: trained.statistics, seed: seed)
    }
  }

  struct Fresh: Call {
    static let name = "policy.fresh"
    var agent: String
    var environment: String
    var values: [String: HyperparameterValue]
    var seed: UInt64

    func answer() throws -> Opened {
      let configuration = try TrainingConfiguration(environment: environment, agent: agent, values: values)
      guard let type = Agents.named(agent) else { throw LibraryError("there is no agent '\(agent)'") }
      let specification = try EnvironmentCatalogue.specification(environment)
      let agent = try Agents.make(
        type, hyperparameters: configuration.hyperparameters, for: specification, environmentCount: 1, seed: seed)
      return Opened(agent.policy, for: specification, seed: seed)
    }
  }

  /// Plays episodes of the run's environment.
  struct Evaluate: Call {
    static let name = "policy.evaluate"
    var store: String
    var run: String
    var episodes: Int
    var deterministic: Bool
    var seed: UInt64?

    struct Answer: Encodable {
      var rewards: [Double]
      var lengths: [Int]
    }

    func answer() throws -> Answer {
      guard (1...1_000_000).contains(episodes) else {
        throw LibraryError("an evaluation has 1 to 1,000,000 episodes, not \(episodes)")
      }
      let store = try Store(path: store, create: false)
      let reference = try CheckpointReference(run, in: store)
      let result = try RunEvaluation.evaluate(
        reference, episodes: episodes, deterministic: deterministic, seed: seed, in: store)
      return Answer(rewards: result.episodes.map(\.reward), lengths: result.episodes.map(\.length))
    }
  }

  /// The bytes of a run's checkpoint, as safetensors.
  struct ExportCheckpoint: Call {
    static let name = "policy.checkpoint"
    var store: String
    var run: String

    func answer() throws -> Bytes {
      let store = try Store(path: store, create: false)
      let reference = try CheckpointReference(run, in: store)
      let record = try store.load(reference.run)
      guard let found = reference.choice == .best ? record.bestCheckpoint : record.lastCheckpoint else {
        throw LibraryError("run \(reference.run) has no \(reference.choice.rawValue) checkpoint")
      }
      return Bytes(try store.checkpointBytes(reference.run, found))
    }
  }

  /// The bytes of the policy as an ONNX model.
  struct ExportGraph: Call {
    static let name = "policy.onnx"
    var handle: Int
    func answer() throws -> Bytes { Bytes(try Handles.find(handle, ActingPolicy.self).onnx()) }
  }

  /// Makes a run of what another program has trained: its policy is that of these tensors, `count` bytes of safetensors at `address`.
  struct ImportTensors: Call {
    static let name = "policy.import"
    var store: String
    var experiment: String
    var agent: String
    var environment: String
    var values: [String: HyperparameterValue]
    var seed: UInt64
    var steps: Int
    var tags: [String: String]
    var address: Int
    var count: Int

    func answer() throws -> String {
      guard count >= 1, let start = UnsafePointer<UInt8>(bitPattern: address), (0...(1 << 60)).contains(steps) else {
        throw LibraryError("there are no tensors to import")
      }
      let configuration = try TrainingConfiguration(environment: environment, agent: agent, values: values)
      let specification = try configuration.specification
      var checkpoint = try Checkpoint(safetensors: Array(UnsafeBufferPointer(start: start, count: count)))
      checkpoint.texts["agent"] = agent
      checkpoint.texts["environment"] = specification.id
      checkpoint.set("hyperparameters", encoding: configuration.hyperparameters)
      _ = try Agents.policy(from: checkpoint, for: specification)
      let store = try Store(path: store, create: true)
      let writer = try store.start(
        configuration.description(
          seed: seed, experiment: experiment, name: "", tags: tags, surroundings: .current()))
      try writer.saveCheckpoint(checkpoint.safetensors(), step: steps, best: false)
      try writer.finish(status: .finished)
      return writer.id
    }
  }

  /// Bytes that Python releases when it has read them.
  struct Bytes: Encodable {
    var handle: Int
    var bytes: ColumnPlace

    init(_ bytes: [UInt8]) {
      let column = SharedColumn(bytes)
      (handle, self.bytes) = (Handles.keep(column), column.place)
    }
  }
}
