/// How long a run takes, and when it is evaluated, saved and stopped. Steps are in the kind's unit. A configuration has one as
/// its `plan`.
///
/// ```swift
/// var plan = LoopPlan(budget: 100_000)
/// plan.evaluationFrequency = 10_000
/// plan.stopScore = 475
/// plan.maximumSeconds = 600
/// print(plan.saveSpacing)  // 5000
/// ```
public struct LoopPlan: Sendable, Hashable {
  /// Steps at most; rounded up to whole advances.
  public var budget: Int
  /// Evaluate every so many steps; 0: not during training.
  public var evaluationFrequency = 0
  /// Save a checkpoint every so many steps; 0: only at the end; nil: every twentieth of the budget, if the last one is at
  /// least a second old and took at most a fiftieth of the time since.
  public var saveFrequency: Int?
  /// Save all of these checkpoints, and mark those in which every number is finite as milestones, which a run can be
  /// rewound to.
  public var keepsMilestones = false
  /// Save at least this often, in seconds.
  public var saveInterval = 60.0
  /// Keep the checkpoint of the best evaluation beside the last one.
  public var keepsBest = false
  /// Stop after so many seconds; nil: no limit.
  public var maximumSeconds: Double?
  /// Stop once an evaluation on the way reaches this score; nil: do not.
  public var stopScore: Double?
  /// What the record of a run that stopped at `stopScore` says.
  public var scoreReason = "an evaluation reached the score to stop at"
  /// Stop after so many evaluations on the way without a new best one; nil: do not.
  public var patience: Int?

  /// Stop at the end of the advance that reaches this step, before the budget is used up; nil: do not.
  package var stopStep: Int?
  /// `stopStep` counts after so many rewinds.
  package var rewindsBeforeStop = 0
  /// Whether the learner is scored at the end.
  package var scoresAtEnd = true

  public init(budget: Int) { self.budget = budget }

  /// Steps between two regular checkpoints.
  public var saveSpacing: Int { saveFrequency ?? max(1, budget / 20) }

  /// Whether regular checkpoints that are not worth their time are left out: nobody has asked for each.
  public var savesWhereItPays: Bool { saveFrequency == nil && !keepsMilestones }

  /// Whether a regular checkpoint is saved, `seconds` after the last one, which took `cost` seconds.
  func pays(forSaving cost: Double, after seconds: Double) -> Bool {
    !savesWhereItPays || seconds >= max(1, 50 * cost)
  }
}
