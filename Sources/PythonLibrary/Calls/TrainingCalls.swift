import Environments
import PythonEnvironments
import RLCore
import Runs
import Settings
import Tracker
import Training

/// Trainings: their settings, starting them, going on with them. `rlrun_train` does the work.
enum TrainingCalls {
  static let all: [any Call.Type] = [
    List.self, Settings.self, Lend.self, Start.self, Resume.self, Metrics.self, Policy.self, Outcome.self,
  ]

  /// The names of the agents.
  struct List: Call {
    static let name = "agents.list"
    func answer() -> [String] { Agents.all.map { $0.name } }
  }

  /// The hyperparameters of an agent, by name.
  struct Settings: Call {
    static let name = "training.settings"
    var agent: String

    struct One: Encodable {
      var name: String
      var meaning: String
      var range: String
      var `default`: HyperparameterValue
    }

    func answer() throws -> [One] {
      guard let type = Agents.named(agent) else {
        throw HyperparameterError(unknownName: agent, kind: "agent", among: Agents.all.map { $0.name })
      }
      return Agents.documentation(of: type).map {
        One(name: $0.name, meaning: $0.meaning, range: $0.range, default: $0.defaultValue)
      }
    }
  }

  /// Lends environments that are objects of the Python program.
  struct Lend: Call {
    static let name = "training.lend"
    var environment: LentDescription
    var count: Int
    /// The address of the function that steps them.
    var callback: Int

    struct Answer: Encodable {
      var handle: Int
      var actions: ColumnPlace
      var observations: ColumnPlace
      var finals: ColumnPlace
      var rewards: ColumnPlace
      var endings: ColumnPlace
      var masks: ColumnPlace
    }

    func answer() throws -> Answer {
      let lent = try LentEnvironments(environment, count: count, callback: callback)
      return Answer(
        handle: Handles.keep(lent), actions: lent.actions.place, observations: lent.observations.place,
        finals: lent.finals.place, rewards: lent.rewards.place, endings: lent.endings.place, masks: lent.masks.place)
    }
  }

  struct Started: Encodable {
    var handle: Int
    var run: String
  }

  struct Start: Call {
    static let name = "training.start"
    var store: String
    var experiment: String
    var name: String
    var tags: [String: String]
    var agent: String
    var environment: String
    var values: [String: HyperparameterValue]
    var seed: UInt64
    var evaluationFrequency: Int
    var evaluationEpisodes: Int
    var finalEpisodes: Int
    /// The run whose last policy the training begins with.
    var source: String?

    func answer() throws -> Started {
      let store = try Store(path: store, create: true)
      var configuration = try TrainingConfiguration(environment: environment, agent: agent, values: values)
      for count in [evaluationFrequency, evaluationEpisodes, finalEpisodes] where count < 0 {
        throw LibraryError("evaluations are counted from 0 on, not \(count)")
      }
      configuration.plan.evaluationFrequency = evaluationFrequency
      (configuration.evaluationEpisodes, configuration.finalEpisodes) = (evaluationEpisodes, finalEpisodes)
      if EnvironmentCatalogue.isLent(configuration.environment), evaluationFrequency > 0 || finalEpisodes > 0 {
        throw LibraryError("an environment that is an object is evaluated by evaluate_policy, not in the training")
      }
      configuration.source = try source.map { try CheckpointReference($0, in: store) }
      let run = try TrainingRun.start(
        configuration, seed: seed, experiment: experiment, name: name, tags: tags, in: store)
      run.recordCode()
      return Started(handle: Handles.keep(TrainedRun(run, in: store)), run: run.id)
    }
  }

  struct Resume: Call {
    static let name = "training.resume"
    var store: String
    var run: String
    var budget: Int

    func answer() throws -> Started {
      let store = try Store(path: store, create: false)
      let id = try store.find(run)
      guard let run = try TrainingRun.resume(id, budget: budget, in: store) else {
        throw LibraryError("run \(id) has had \(budget) steps already")
      }
      return Started(handle: Handles.keep(TrainedRun(run, in: store)), run: run.id)
    }
  }

  struct Metrics: Call {
    static let name = "training.metrics"
    var handle: Int
    func answer() throws -> [String: Double] { try Handles.find(handle, TrainedRun.self).metrics }
  }

  struct Policy: Call {
    static let name = "training.policy"
    var handle: Int
    var seed: UInt64

    func answer() throws -> PolicyCalls.Opened {
      let (policy, specification, statistics) = try Handles.find(handle, TrainedRun.self).policy()
      return PolicyCalls.Opened(policy, for: specification, statistics: statistics, seed: seed)
    }
  }

  /// How a training that is over has ended.
  struct Outcome: Call {
    static let name = "training.outcome"
    var handle: Int

    struct Answer: Encodable {
      var outcome: String
      var step: Int
    }

    func answer() throws -> Answer {
      let run = try Handles.find(handle, TrainedRun.self)
      let word =
        switch run.outcome {
        case .finished: "finished"
        case .interrupted: "interrupted"
        case .stopped(let reason): reason.message
        case nil: "running"
        }
      return Answer(outcome: word, step: run.run.step)
    }
  }
}
