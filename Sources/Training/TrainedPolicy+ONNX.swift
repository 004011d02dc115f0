import Environments
import ONNX
import RLCore
import Runs
import Tracker

extension TrainedPolicy {
  /// The policy of a run's checkpoint as an ONNX model, which chooses the most likely actions.
  ///
  /// Throws where there is no such checkpoint, and `ONNXError` for a policy that ONNX does not express.
  package static func onnx(of reference: CheckpointReference, in store: Store) throws -> [UInt8] {
    let record = try store.load(reference.run)
    try record.requirePolicy()
    return try TrainedPolicy(of: reference, in: store).onnx(
      metadata: [("rlrun.run", "\(reference)"), ("rlrun.agent", record.description.subject)])
  }

  /// As `onnx(_:for:)` of its policy. Throws `ONNXError`.
  package func onnx(metadata: [(key: String, value: String)] = []) throws(ONNXError) -> [UInt8] {
    try Self.onnx(policy, for: specification, statistics: statistics, metadata: metadata)
  }

  /// Observations as Gymnasium's space has them → `action` as the space of actions has it, and what it was chosen by.
  ///
  /// `statistics` are those of environments that normalise observations, which the graph does then. Throws `ONNXError` for a
  /// policy that ONNX does not express.
  package static func onnx(
    _ policy: any Policy, for specification: EnvironmentSpecification, statistics: [String: RunningMoments],
    metadata: [(key: String, value: String)] = []
  ) throws(ONNXError) -> [UInt8] {
    guard let policy = policy as? any ONNXPolicy else {
      throw ONNXError("a policy of type \(type(of: policy)) has no form in ONNX: export one of rlrun's own agents")
    }
    let graph = ONNXGraph("policy")
    graph.documentation = "The most likely actions of an agent in \(specification.id)."
    graph.metadata =
      metadata + [
        ("rlrun.environment", specification.id), ("rlrun.observation_space", "\(specification.observationSpace)"),
        ("rlrun.action_space", "\(specification.actionSpace)"),
      ]
    var observations = graph.observations(of: specification.observationSpace)
    if let moments = statistics["observation"] {
      observations = moments.normalized(observations, limit: .infinity, in: graph)
    }
    let maskWidth = policy.onnxMaskWidth
    let masks = maskWidth > 0 ? graph.input(graph.unusedInput("action_mask"), .bool, [maskWidth]) : nil
    let choice = try policy.choice(on: observations, masks: masks, in: graph)
    graph.addActions(choice, of: specification.actionSpace)
    for (name, value, width) in choice.details { graph.output(name, value, .float32, [width]) }
    return try graph.model()
  }
}

extension ONNXGraph {
  /// Inputs for the leaves of a space, as Gymnasium batches them; together `[n, W]` in single precision.
  fileprivate func observations(of space: Space) -> ONNXValue {
    concat(
      Self.leaves(of: space, named: "observation").map { name, leaf in
        let name = unusedInput(name)
        switch leaf {
        case .discrete: return cast(unsqueeze(input(name, .int64), axis: 1), to: .float32)
        case .multiDiscrete(let counts): return cast(input(name, .int64, [counts.count]), to: .float32)
        case .multiBinary(let count): return cast(input(name, .int8, [count]), to: .float32)
        case .box, .tuple, .dict: return input(name, .float32, [leaf.width])
        }
      }, axis: 1)
  }

  /// Parts of dictionaries by their keys, of tuples by their numbers, parts of parts after a full stop.
  private static func leaves(of space: Space, named name: String, isPart: Bool = false) -> [(String, Space)] {
    func inner(_ key: String) -> String { isPart ? "\(name).\(key)" : key }
    switch space {
    case .dict(let keys, let spaces):
      return zip(keys, spaces).flatMap { leaves(of: $1, named: inner($0), isPart: true) }
    case .tuple(let spaces):
      return spaces.enumerated().flatMap {
        leaves(of: $1, named: isPart ? "\(name).\($0)" : "\(name)_\($0)", isPart: true)
      }
    case .discrete, .box, .multiDiscrete, .multiBinary: return [(name, space)]
    }
  }

  fileprivate func unusedInput(_ name: String) -> String {
    var own = name
    while inputNames.contains(own) { own += "_" }
    return own
  }

  fileprivate func addActions(_ choice: ONNXChoice, of space: Space) {
    func actions(_ type: ONNXType) -> ONNXValue {
      (type == .int64) == choice.areIntegers && type != .int8 ? choice.actions : cast(choice.actions, to: type)
    }
    switch space {
    case .discrete: output("action", squeeze(actions(.int64), axis: 1), .int64)
    case .multiDiscrete(let counts): output("action", actions(.int64), .int64, [counts.count])
    case .multiBinary(let count): output("action", actions(.int8), .int8, [count])
    case .box, .tuple, .dict: output("action", actions(.float32), .float32, [space.width])
    }
  }
}
