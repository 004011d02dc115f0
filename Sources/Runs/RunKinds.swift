import Synchronization
import Telemetry
import Tracker

/// The kinds of run that this program makes.
extension RunKind {
  /// An agent learnt in an environment.
  public static let training: RunKind = "training"
  /// A model was fitted to rows.
  public static let fit: RunKind = "fit"
  /// Rows were added to a data set, cleaned, prepared or checked.
  package static let dataset: RunKind = "dataset"
  /// A fitted model was scored on rows.
  package static let evaluation: RunKind = "evaluation"
  /// Rows were predicted, or written to a file.
  package static let transform: RunKind = "transform"
  /// The steps of a workflow were done, each a run of its own.
  package static let workflow: RunKind = "workflow"
  /// Whatever a program of its user's recorded, `rlrun log` perhaps.
  public static let program: RunKind = "program"
  /// It comes from files of another tracker.
  public static let imported: RunKind = "imported"
}

/// The kinds whose runs can be resumed and reproduced here, each by its configuration. Register a kind of your own once, when
/// the program starts. Runs of other kinds are listed, compared, plotted and exported all the same.
///
/// ```swift
/// import Tracker
///
/// print(RunKinds.configuration(of: "simulation") == nil)  // true
/// ```
public enum RunKinds {
  private static let registered = Mutex<[any RunConfiguration.Type]>([])

  /// Makes runs of its kind resumable and reproducible in this program. Traps where another type is registered for the kind.
  public static func register(_ type: any RunConfiguration.Type) {
    registered.withLock { types in
      if types.contains(where: { $0 == type }) { return }
      precondition(!types.contains { $0.kind == type.kind }, "there is a kind of run '\(type.kind.rawValue)' already")
      types.append(type)
    }
  }

  /// nil for a kind that can only be read.
  public static func configuration(of kind: RunKind) -> (any RunConfiguration.Type)? {
    registered.withLock { $0.first { $0.kind == kind } }
  }
}

extension RunRecord {
  /// The type of its configuration; nil where this program can only read the run.
  package var configuration: (any RunConfiguration.Type)? {
    isDescribed ? RunKinds.configuration(of: description.kind) : nil
  }

  /// What it counts its steps in.
  package var unit: StepUnit { configuration?.unit ?? .steps }

  /// Whether it may be resumed to another budget than the one it was started with.
  package var canBeExtended: Bool { configuration?.budgetParameter != nil }

  /// Its configuration's type, to do with the run what `verb` says, `resumed`. Throws a sentence where that is impossible.
  package func configuration(toBe verb: String) throws(ConfigurationError) -> any RunConfiguration.Type {
    guard let configuration else {
      throw ConfigurationError("\(origin), and runs of its kind cannot be \(verb) by this program")
    }
    return configuration
  }

  /// Throws a sentence where it is of another kind, and so cannot be done with it what `verb` says, `resumed`.
  package func require(_ kind: RunKind, toBe verb: String) throws(ConfigurationError) {
    if isDescribed, description.kind == kind { return }
    throw ConfigurationError("\(origin), and only a \(kind.rawValue) can be \(verb) as one")
  }

  /// Throws a sentence where this is no training of an agent, which alone has a policy.
  package func requirePolicy() throws(ConfigurationError) {
    switch description.kind {
    case .training: return
    case .fit:
      throw ConfigurationError(
        "run \(id) fitted a model, \(description.subject), which plays no episodes; 'rlrun predict' applies it")
    default: throw ConfigurationError("\(origin), and only trainings have a policy to play with")
    }
  }

  /// Throws a sentence where this is no fit.
  package func requireModel() throws(ConfigurationError) {
    switch description.kind {
    case .fit, .autopilot: return
    case .training:
      throw ConfigurationError(
        "run \(id) trained an agent, \(description.subject), which predicts no rows; 'rlrun evaluate' lets it play")
    default: throw ConfigurationError("\(origin), and only fits have a model that predicts")
    }
  }

  private var origin: String {
    if !isDescribed { return "the log of run \(id) does not say what was run" }
    return switch description.kind {
    case .imported: "run \(id) was imported"
    case .training, .fit, .workflow, .search: "run \(id) is a \(description.kind.rawValue)"
    case .autopilot: "run \(id) is an autopilot's"
    case .dataset: "run \(id) made or checked a data set"
    case .evaluation: "run \(id) is an evaluation"
    case .transform: "run \(id) wrote rows to a file"
    default: "run \(id) was recorded by a program of its user's"
    }
  }
}
