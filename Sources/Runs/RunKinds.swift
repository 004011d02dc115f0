import Telemetry
import Tracker

/// The kinds of run that this program makes.
extension RunKind {
  /// An agent learnt in an environment.
  public static let training: RunKind = "training"
  /// A model was fitted to rows.
  public static let fit: RunKind = "fit"
  /// Whatever a program of its user's recorded, `rlrun log` perhaps.
  public static let program: RunKind = "program"
  /// It comes from files of another tracker.
  public static let imported: RunKind = "imported"
}

extension RunDescription {
  /// What the run is.
  public var kind: RunKind {
    if let recordedKind { return recordedKind }
    // Of logs that do not say it.
    if protocolSettings["data-sha256"] != nil { return .fit }
    if copies > 0 { return .training }
    return tags["imported"] == nil ? .program : .imported
  }
}

extension RunRecord {
  /// Whether this program can do what the run did: it was a training or a fit.
  package var isRepeatable: Bool { isDescribed && [.training, .fit].contains(description.kind) }

  /// Throws a sentence where this is no training and no fit.
  package func requireResumable() throws(ConfigurationError) {
    if !isRepeatable { throw ConfigurationError("\(origin), and only trainings and fits can be resumed") }
  }

  /// As above.
  package func requireReproducible() throws(ConfigurationError) {
    if !isRepeatable { throw ConfigurationError("\(origin), and only trainings and fits can be run again") }
  }

  /// Throws a sentence where this is no training of an agent, which alone has a policy.
  package func requirePolicy() throws(ConfigurationError) {
    switch description.kind {
    case .training: return
    case .fit:
      throw ConfigurationError(
        "run \(id) fitted a model, \(description.agent), which plays no episodes; 'rlrun predict' applies it")
    default: throw ConfigurationError("\(origin), and only trainings have a policy to play with")
    }
  }

  /// Throws a sentence where this is no fit.
  package func requireModel() throws(ConfigurationError) {
    switch description.kind {
    case .fit: return
    case .training:
      throw ConfigurationError(
        "run \(id) trained an agent, \(description.agent), which predicts no rows; 'rlrun evaluate' lets it play")
    default: throw ConfigurationError("\(origin), and only fits have a model that predicts")
    }
  }

  private var origin: String {
    if !isDescribed { return "the log of run \(id) does not tell what was run" }
    return description.kind == .imported
      ? "run \(id) was imported" : "run \(id) was recorded by a program of its user's"
  }
}
