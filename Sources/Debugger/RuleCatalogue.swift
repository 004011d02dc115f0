import Settings
import Synchronization
import Telemetry

/// The rules of this library, and those that a program registers. Use it to list rules with their parameters and to register
/// your own.
///
/// ```swift
/// print(RuleCatalogue.defaults.count < RuleCatalogue.all.count)  // true
/// for setting in RuleCatalogue.documentation(of: try RuleCatalogue.named("Overfit")) {
///   print("\(setting.name): \(setting.meaning), \(setting.defaultValue) by default")
/// }
/// ```
///
/// A new rule of this library is its file in Rules and a line here.
public enum RuleCatalogue {
  package static let builtIn: [any DebuggerRule.Type] = [
    NonFiniteInput.self,
    NoUpdates.self,
    ShortHorizon.self,
    EvaluationGap.self,
    ExplodingTensor.self,
    InputShift.self,
    FlatInput.self,
    ValidationLeak.self,
    LabelNoise.self,
    LeakingColumn.self,
    TargetShift.self,
    NoValidation.self,
    ClassImbalance.self,
    TimeLimitAsTermination.self,
    FirstRatio.self,
    TargetStale.self,
    ReplayTooSmall.self,
    RewardScale.self,
    PoorWeightInitialization.self,
    AllZero.self,
    DeadRelu.self,
    SaturatedActivation.self,
    UnchangedTensor.self,
    WeightUpdateRatio.self,
    VanishingGradient.self,
    GradientNormSpike.self,
    ApproxKLSpike.self,
    ClipFraction.self,
    QOverestimation.self,
    EntropyStuck.self,
    EntropyCollapse.self,
    DeadPolicy.self,
    ActionsAtBound.self,
    ExplainedVariance.self,
    LossRises.self,
    LossNotDecreasing.self,
    ReturnFalls.self,
    NotLearning.self,
    ReturnCollapse.self,
    Overfit.self,
    Overtraining.self,
    Confusion.self,
    ClassNeverPredicted.self,
    TensorVariance.self,
    StalledTraining.self,
    StepOutlier.self,
    Bottleneck.self,
  ]
  private static let registered = Mutex<[any DebuggerRule.Type]>([])

  /// The rules of this library and of this program.
  public static var all: [any DebuggerRule.Type] { builtIn + registered.withLock { $0 } }

  /// Makes a rule of your own known by its name in this program: it watches runs as any other from then on, by default unless its
  /// stage is `asked`. Traps if its name is taken.
  ///
  /// ```swift
  /// func add(_ rule: any DebuggerRule.Type) throws -> DebuggerSettings {
  ///   RuleCatalogue.register(rule)
  ///   return try DebuggerSettings(selection: rule.name)
  /// }
  /// ```
  public static func register(_ type: any DebuggerRule.Type) {
    registered.withLock { types in
      precondition(!(builtIn + types).contains { $0.name == type.name }, "there is a rule '\(type.name)' already")
      types.append(type)
    }
  }

  /// Those that a run is watched by where nobody says otherwise.
  public static var defaults: [any DebuggerRule.Type] { all.filter { $0.isDefault } }

  /// The stage of the rule of this name. A name that is not in the catalogue is a condition's, or of a rule that only
  /// the program that recorded the finding has: nothing is known of it, so that it explains nothing (`asked`).
  static func stage(of name: String) -> RuleStage {
    stages[name] ?? registered.withLock { $0.first { $0.name == name }?.stage } ?? .asked
  }
  private static let stages = Dictionary(uniqueKeysWithValues: builtIn.map { ($0.name, $0.stage) })

  /// Those with a counterpart in Amazon SageMaker Debugger, each with the parameters that are its thresholds.
  static var amazon: [(rule: any DebuggerRule.Type, parameters: [String: HyperparameterValue])] {
    all.compactMap { type in type.amazon.map { (type, $0.parameters) } }
  }

  /// The rule of this name. Throws `HyperparameterError`, which names the nearest, if there is none.
  public static func named(_ name: String) throws(HyperparameterError) -> any DebuggerRule.Type {
    if let type = all.first(where: { $0.name == name }) { return type }
    throw HyperparameterError(unknownName: name, kind: "rule", among: all.map { $0.name })
  }

  /// Every parameter of a rule with its default.
  public static func documentation(of type: any DebuggerRule.Type) -> [HyperparameterDocumentation] {
    func document<Rule: DebuggerRule>(_ type: Rule.Type) -> [HyperparameterDocumentation] { Rule.documentation }
    return document(type)
  }

  /// A rule with these parameters; the others have their defaults. Throws for an unknown one or a value out of range.
  static func make(
    _ type: any DebuggerRule.Type, _ parameters: [String: HyperparameterValue]
  ) throws(HyperparameterError) -> any DebuggerRule {
    func make<Rule: DebuggerRule>(_ type: Rule.Type) throws(HyperparameterError) -> any DebuggerRule {
      do throws(HyperparameterError) {
        return try Rule(parameters)
      } catch {
        throw HyperparameterError("rule \(Rule.name): \(error)")
      }
    }
    return try make(type)
  }
}
