import Learning
import Settings

/// The hyperparameters of an algorithm whose actor and critic learn from segments of all environments, PPO's and A2C's. Use it
/// to read what both have in common.
///
/// ```swift
/// func horizon(of configuration: some SegmentConfiguration, environmentCount: Int) -> Int {
///   configuration.segmentLength * environmentCount
/// }
/// ```
public protocol SegmentConfiguration: AgentConfiguration {
  /// Steps each environment takes between updates.
  var segmentLength: Int { get }
  var gamma: Double { get }
  /// λ of generalised advantage estimation.
  var lambda: Double { get }
  var hiddenWidths: [Int] { get set }
  var activation: Activation { get set }
  var sharesTrunk: Bool { get set }
  var isOrthogonal: Bool { get set }
  var logDeviation: Double { get set }
  var normalizes: Bool { get set }
  var masksActions: Bool { get set }
}

extension SegmentConfiguration {
  /// Those of the networks and of what they see.
  static var networkHyperparameters: [Hyperparameter<Self>] {
    [
      .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
      .choice("activation_fn", \.activation, "activation after each hidden layer"),
      .flag("share_trunk", \.sharesTrunk, "policy and value share the hidden layers"),
      .flag("ortho_init", \.isOrthogonal, "weights start orthogonal; else uniform by the number of inputs"),
      .number("log_std_init", \.logDeviation, .finite, "initial log of continuous actions' standard deviation"),
      .flag("normalize", \.normalizes, "scale observations and rewards by their running statistics"),
      .flag("mask_actions", \.masksActions, "choose only actions that the environment's action mask allows"),
    ]
  }

  var design: ActorCritic.Design {
    ActorCritic.Design(
      hidden: hiddenWidths, activation: activation, sharesTrunk: sharesTrunk, isOrthogonal: isOrthogonal,
      logDeviation: logDeviation, normalizesObservations: normalizes, masksActions: masksActions)
  }

  public func validate(for environment: EnvironmentSpecification) throws(HyperparameterError) {
    if masksActions, !environment.masksActions {
      throw HyperparameterError("mask_actions requires an environment with action masks; \(environment.id) has none")
    }
  }

  /// With networks that take `rows`, which `settings` lower.
  func memory(for environment: EnvironmentSpecification, environmentCount: Int, rows: Int, lower settings: String)
    -> MemoryEstimate
  {
    var memory = MemoryEstimate()
    memory.add(
      "the steps learnt from",
      bytes: Segment.bytes(
        steps: segmentLength, environmentCount: environmentCount, for: environment, masked: masksActions),
      lower: "n_steps or n_envs")
    memory.addActorCritic(for: environment, hidden: hiddenWidths, sharesTrunk: sharesTrunk, rows: rows, lower: settings)
    return memory
  }

  public func iterationLength(environmentCount: Int) -> Double { Double(segmentLength) * Double(environmentCount) }
}
