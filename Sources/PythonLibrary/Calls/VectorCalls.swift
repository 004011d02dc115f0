import Environments
import RLCore

/// Environments: what there is, and vectors of them that Python steps.
enum VectorCalls {
  static let all: [any Call.Type] = [List.self, Describe.self, Make.self, Reset.self, ResetSome.self]

  /// The ids of the environments of this library.
  struct List: Call {
    static let name = "environments.list"
    func answer() -> [String] { EnvironmentCatalogue.all.map(\.id) }
  }

  struct Describe: Call {
    static let name = "environments.describe"
    var id: String
    func answer() throws -> EnvironmentDescription {
      EnvironmentDescription(try EnvironmentCatalogue.specification(id))
    }
  }

  struct Make: Call {
    static let name = "vector.make"
    var id: String
    var count: Int
    var autoReset: AutoReset
    var threads: Int

    struct Answer: Encodable {
      var handle: Int
      var environment: EnvironmentDescription
      var actions: ColumnPlace
      var observations: ColumnPlace
      var finals: ColumnPlace
      var rewards: ColumnPlace
      var terminations: ColumnPlace
      var truncations: ColumnPlace
      var masks: ColumnPlace
    }

    func answer() throws -> Answer {
      let vector = try SteppedVector.make(id, count: count, autoReset: autoReset, threads: threads)
      return Answer(
        handle: Handles.keep(vector), environment: EnvironmentDescription(vector.specification),
        actions: vector.actions.place, observations: vector.observations.place, finals: vector.finals.place,
        rewards: vector.rewards.place, terminations: vector.terminations.place,
        truncations: vector.truncations.place, masks: vector.masks.place)
    }
  }

  struct Reset: Call {
    static let name = "vector.reset"
    var handle: Int
    var seed: UInt64?

    func answer() throws -> Done {
      try Handles.find(handle, SteppedVector.self).reset(seed: seed)
      return Done()
    }
  }

  struct ResetSome: Call {
    static let name = "vector.resetSome"
    var handle: Int
    var mask: [Bool]

    func answer() throws -> Done {
      try Handles.find(handle, SteppedVector.self).reset(where: mask)
      return Done()
    }
  }
}
