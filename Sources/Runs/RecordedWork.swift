import Telemetry
import Tracker

/// What a run recorded.
package enum RecordedWork {
  case training
  case fit
  /// Whatever a program of its user's wrote, `rlrun log` perhaps.
  case program
  /// Files of another tracker.
  case imported
}

extension RunDescription {
  package var work: RecordedWork {
    if protocolSettings["data-sha256"] != nil { return .fit }
    if copies > 0 { return .training }
    return tags["imported"] == nil ? .program : .imported
  }
}

extension RunRecord {
  /// Whether this program can do what the run did: it was a training or a fit.
  package var isRepeatable: Bool { isDescribed && [.training, .fit].contains(description.work) }

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
    switch description.work {
    case .training: return
    case .fit:
      throw ConfigurationError(
        "run \(id) fitted a model, \(description.agent), which plays no episodes; 'rlrun predict' applies it")
    case .program, .imported: throw ConfigurationError("\(origin), and only trainings have a policy to play with")
    }
  }

  /// Throws a sentence where this is no fit.
  package func requireModel() throws(ConfigurationError) {
    switch description.work {
    case .fit: return
    case .training:
      throw ConfigurationError(
        "run \(id) trained an agent, \(description.agent), which predicts no rows; 'rlrun evaluate' lets it play")
    case .program, .imported: throw ConfigurationError("\(origin), and only fits have a model that predicts")
    }
  }

  private var origin: String {
    if !isDescribed { return "the log of run \(id) does not tell what was run" }
    return description.work == .imported
      ? "run \(id) was imported" : "run \(id) was recorded by a program of its user's"
  }
}
