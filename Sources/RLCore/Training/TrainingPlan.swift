import Telemetry

/// How long to train, and what to do on the way.
public struct TrainingPlan: Sendable, Hashable {
  /// Transitions over all copies; rounded up to whole iterations.
  public var budget: Int
  /// Evaluate every so many transitions; 0: never on the way.
  public var evaluationFrequency = 10_000
  /// Episodes of an evaluation on the way.
  public var evaluationEpisodes = 10
  /// Episodes of the evaluation of the last parameters; 0: none.
  public var finalEpisodes = 100
  /// Save a checkpoint every so many transitions; 0: only at the end; nil: every twentieth of the budget, where the last
  /// one is at least a second old and took at most a fiftieth of the time since.
  public var saveFrequency: Int?
  /// Save all of these checkpoints, and mark those in which every number is finite as milestones, which a training can be
  /// rewound to.
  public var keepsMilestones = false
  /// Save at least this often, in seconds.
  public var saveInterval = 60.0
  /// Stop after so many seconds; nil: no limit.
  public var maximumSeconds: Double?
  /// Stop once an evaluation on the way reaches this mean reward; nil: do not.
  public var stopReward: Double?
  /// Stop after so many evaluations on the way without a new best one; nil: do not.
  public var patience: Int?
  /// Stop at the end of the iteration that reaches this step, before the budget is used up; nil: do not.
  public var stopStep: Int?

  /// Transitions between two looks at networks and inputs; nil: a two hundredth of the budget; 0: none is taken.
  public var signalInterval: Int?
  /// The tensors of which a look records everything.
  public var watched: [NamePattern] = []

  /// What agents are told of it.
  public var signals: SignalPlan {
    SignalPlan(interval: signalInterval ?? max(1, budget / 200), watched: watched)
  }

  /// The transitions between two regular checkpoints.
  public var saveSpacing: Int { saveFrequency ?? max(1, budget / 20) }

  /// Whether regular checkpoints are left out that are not worth their time: nobody has asked for each.
  public var savesWhereItPays: Bool { saveFrequency == nil && !keepsMilestones }

  /// Whether a regular checkpoint is saved, `seconds` after the last one, which took `cost` seconds.
  func pays(forSaving cost: Double, after seconds: Double) -> Bool {
    !savesWhereItPays || seconds >= max(1, 50 * cost)
  }

  public init(budget: Int) { self.budget = budget }
}
