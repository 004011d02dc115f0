import Randomness
import Settings
import Telemetry
import TestSupport
import Testing

@testable import Debugger
@testable import Tracker

private let ratio: Metric = "updates/layers.0/ratio"
private let validation: Metric = "validation/loss"

/// The rules and steps of what is found; `start` is recorded at step 0.
private func found(start: [(Metric, Double)], _ series: [(Metric, [Double])] = []) -> [String] {
  findings(start.map { MetricPoint(step: 0, metric: $0.0, value: $0.1) } + (series.isEmpty ? [] : points(series)))
    .map { "\($0.rule) \($0.step)" }
}

/// The rules for layers and for supervised fits.
@Suite struct DebuggerFitTests {
  @Test func `a fit in which everything is wrong raises every rule for fits`() {
    let raised = findings(sickFit(epochs: 100))
    #expect(
      Set(raised.map(\.rule)) == [
        "PoorWeightInitialization", "AllZero", "UnchangedTensor", "WeightUpdateRatio", "DeadRelu",
        "SaturatedActivation", "NoValidation", "Overfit", "Overtraining", "ClassImbalance", "Confusion",
      ])
    let confusion = raised.first { $0.rule == Confusion.name }
    #expect(
      confusion?.evidence == "over 10 epochs validation/recall is on average 0.4 for c, 0.5 for b, but 0.95 for a; "
        + "the least precise predictions are 0.45 for b, 0.55 for c")
    #expect(raised.first { $0.rule == WeightUpdateRatio.name }?.evidence.contains("layers.1") == true)
  }

  @Test func `a model fitted in one go is too weak where its loss is that of a constant`() {
    let start: [(Metric, Double)] = [("data/baseline_loss", 0.693), ("train/epochs", 1)]
    #expect(found(start: start, [("train/loss", [0.692])]) == ["LossNotDecreasing 1"])
    #expect(found(start: start, [("train/loss", [0.65])]).isEmpty)
    #expect(found(start: [("data/baseline_loss", 0.693), ("train/epochs", 2)], [("train/loss", [0.692])]).isEmpty)
  }

  @Test func `a column with nearly all of the gain is suspected where the model hardly errs`() {
    func found(_ share: Double, _ score: (Metric, Double), features: Double = 5) -> [Finding] {
      findings([
        MetricPoint(step: 0, metric: "data/features", value: features),
        MetricPoint(step: 9, metric: "final/gain/id", value: share),
        MetricPoint(step: 9, metric: score.0, value: score.1),
        MetricPoint(step: 9, metric: "final/gain/size", value: 1 - share),
      ])
    }
    let leak = found(0.99, ("final/validation/r2", 0.998))
    #expect(leak.map(\.rule) == ["LeakingColumn"] && leak[0].subject == "id")
    #expect(
      leak[0].evidence
        == "the column 'id' has 99 % of the gain of all splits, and the validation score is 0.998")
    #expect(found(0.99, ("final/validation/accuracy", 1)).count == 1)
    #expect(found(0.99, ("final/validation/accuracy", 0.9)).isEmpty)
    #expect(found(0.84, ("final/validation/accuracy", 1)).isEmpty)
    #expect(found(0.99, ("final/validation/accuracy", 1), features: 2).isEmpty)
  }

  @Test func `a class that is never found is reported, but for a rare one`() {
    func found(_ rows: (Double, Double), _ recall: Double, validation: Double = 60) -> [String] {
      findings([
        MetricPoint(step: 0, metric: "data/class_count/a", value: rows.0),
        MetricPoint(step: 0, metric: "data/class_count/b", value: rows.1),
        MetricPoint(step: 0, metric: "data/training_rows", value: rows.0 + rows.1),
        MetricPoint(step: 0, metric: "data/validation_rows", value: validation),
        MetricPoint(step: 5, metric: "final/validation/recall/a", value: 1),
        MetricPoint(step: 5, metric: "final/validation/recall/b", value: recall),
      ]).map { "\($0.rule) \($0.subject)" }
    }
    #expect(found((180, 60), 0) == ["ClassNeverPredicted b"])
    #expect(found((180, 60), 0.05).isEmpty)
    // Eight of the validation rows, and one in eleven.
    #expect(found((180, 60), 0, validation: 32).isEmpty)
    #expect(found((440, 40), 0, validation: 600).isEmpty)
  }

  @Test func `targets that are apart by more than chance are found`() {
    let (distance, chance): (Metric, Metric) = ("data/target_shift", "data/target_shift_by_chance")
    #expect(found(start: [(distance, 0.4), (chance, 0.2)]) == ["TargetShift 0"])
    #expect(found(start: [(distance, 0.4), (chance, 0.5)]).isEmpty)
    #expect(found(start: [(distance, 0.1), (chance, 0.05)]).isEmpty)
  }

  @Test func `dead units are found above half of a layer at 3 points in a row, each layer for itself`() {
    let dead: Metric = "activations/policy.0/dead_fraction"
    #expect(found([(dead, [0, 0.85, 0.85, 0.85, 0.85])]) == ["DeadRelu 4"])
    #expect(found([(dead, [0.85, 0.85, 0.5, 0.85, 0.85])]).isEmpty)
    // Later layers of agents may have more.
    #expect(found([("activations/q.1/dead_fraction", constant(0.75, 9))]).isEmpty)
    #expect(found([("activations/layers.1/dead_fraction", constant(0.75, 3))]) == ["DeadRelu 3"])
    #expect(found([(dead, [0.85, 0.85, 0.85, 0.4, 0.85, 0.85, 0.85])]) == ["DeadRelu 3", "DeadRelu 7"])
    let other: Metric = "activations/value.0/dead_fraction"
    #expect(found([(dead, constant(0.9, 4)), (other, [0, 1, 1, 1])]) == ["DeadRelu 3", "DeadRelu 4"])
    #expect(findings(points([(dead, [1, 1, 1])])).map(\.severity) == [.error])
    #expect(findings(points([(dead, [0.9, 0.9, 0.9])])).map(\.severity) == [.warning])
  }

  @Test func `saturated layers are found above half at 3 points in a row`() {
    let saturated: Metric = "activations/layers.2/saturated_fraction"
    #expect(found([(saturated, [0.51, 0.51, 0.51])]) == ["SaturatedActivation 3"])
    #expect(found([(saturated, [0.5, 0.5, 0.5, 0.9, 0.9, 0.1])]).isEmpty)
    // An agent's later layers may become so, but not be so from the start.
    let later: Metric = "activations/value.1/saturated_fraction"
    #expect(found([(later, [0, 0.9, 0.9, 0.9, 0.9])]).isEmpty)
    #expect(found([(later, [0.9, 0.9, 0.9])]) == ["SaturatedActivation 3"])
    #expect(found([("activations/value.0/saturated_fraction", [0, 0.9, 0.9, 0.9])]) == ["SaturatedActivation 4"])
  }

  @Test func `zero weights are found at once, a zero gradient at its third point`() {
    #expect(found([("weights/layers.0/norm", [0, 0, 1, 0])]) == ["AllZero 1", "AllZero 4"])
    #expect(found([("gradients/layers.0/norm", [0, 0, 1, 0, 0, 0])]) == ["AllZero 6"])
    #expect(found([("weights/layers.0/norm", [1e-30]), ("gradients/layers.0/norm", [1e-30])]).isEmpty)
  }

  @Test func `updates that change nothing, too little and too much`() {
    #expect(found([(ratio, [0, 1e-3, 0, 0, 1e-3, 0])]).isEmpty)
    #expect(found([(ratio, [1e-3, 0, 0, 0, 0])]) == ["UnchangedTensor 4"])
    #expect(found([(ratio, [1e-3, 9e-7, 1e-9, 9e-8, 9e-7, 9e-7])]) == ["WeightUpdateRatio 6"])
    #expect(found([(ratio, [0.29, 0.1, 0.3, 0.3, 0.1, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6])]).isEmpty)
    // In a layer beside a sound one: at the third point. In most layers: once the next step has begun.
    let other: Metric = "updates/layers.1/ratio"
    let third: Metric = "updates/layers.2/ratio"
    #expect(found([(ratio, [0.1, 0.31, 0.31, 0.31]), (other, constant(0.01, 4))]) == ["WeightUpdateRatio 4"])
    #expect(found([(ratio, [5.1, 0.45, 0.1, 0.31]), (other, constant(0.01, 4))]).isEmpty)
    #expect(
      found([(ratio, [3, 0.01, 0.01]), (other, [1, 0.01, 0.01]), (third, constant(0.01, 3))]) == ["WeightUpdateRatio 2"]
    )
    #expect(found([(ratio, [3, 0.01]), (other, [0.01, 0.01])]).isEmpty)
    #expect(found([(ratio, [3, .nan]), (other, [3, .infinity])]) == ["WeightUpdateRatio 2"])
    #expect(found([(ratio, [.nan, .infinity, .nan])]).isEmpty)
  }

  @Test func `only the first point of a layer says how it was initialised`() {
    let spread: Metric = "weights/layers.0/unit_spread"
    let variance: Metric = "activations/layers.0/variance"
    #expect(found([(spread, [0.009, 0, 0])]) == ["PoorWeightInitialization 1"])
    #expect(found([(spread, [0.7, 0, 0])]).isEmpty)
    #expect(found([(variance, [9e-8, 1])]) == ["PoorWeightInitialization 1"])
    #expect(found([(variance, [10_001, 1])]) == ["PoorWeightInitialization 1"])
    #expect(found([(variance, [1e-3, 0, 1e9])]).isEmpty)
    #expect(found([(variance, [0.5]), ("activations/layers.1/variance", [0])]) == ["PoorWeightInitialization 1"])
  }

  @Test func `overfitting is a gap of 0.4 of the baseline's loss at 5 points in a row`() {
    let training = line(0.9, 0.1, 20)
    func gap(_ share: Double) -> [Double] { training.map { $0 + 2 * share } }
    #expect(
      found(start: [("data/baseline_loss", 2)], [("train/loss", training), (validation, gap(0.41))]) == ["Overfit 5"])
    #expect(found(start: [("data/baseline_loss", 2)], [("train/loss", training), (validation, gap(0.39))]).isEmpty)
    // Without a baseline nobody knows what a gap is worth.
    #expect(found([("train/loss", training), (validation, gap(0.41))]).isEmpty)
    let interrupted = zip(training, gap(0.5)).enumerated().map { $0 % 5 == 4 ? $1.0 : $1.1 }
    #expect(found(start: [("data/baseline_loss", 2)], [("train/loss", training), (validation, interrupted)]).isEmpty)
    // A model fitted in one go.
    #expect(
      found(start: [("data/baseline_loss", 1), ("train/epochs", 1)], [("train/loss", [0.1]), (validation, [0.9])])
        == ["Overfit 1"])
  }

  @Test func `overtraining is 50 epochs, or as many as the best took, without a better one`() {
    #expect(found([(validation, line(1, 0.5, 10) + constant(0.5, 60))]) == ["Overtraining 60"])
    #expect(found([(validation, line(1, 0.5, 60) + constant(0.5, 59))]).isEmpty)
    #expect(found([(validation, line(1, 0.5, 50) + line(0.5, 0.9, 80))]) == ["Overtraining 100"])
    // Half a percent better each time adds up.
    #expect(
      found([(validation, (0..<200).reduce(into: [1.0]) { values, _ in values.append(values.last! * 0.995) })]).isEmpty)
    // Likelihoods of densities may be below zero.
    #expect(found([(validation, line(1, -5, 50) + constant(-5, 60))]) == ["Overtraining 100"])
  }

  @Test func `more trees of a forest are no overtraining`() {
    func found(_ parameters: [String: HyperparameterValue]) -> [String] {
      var engine = RuleEngine(rules: [Overtraining()], parameters: parameters)
      let told = (0..<100).flatMap { engine.inspect(validation, 0.5, step: $0) }
      return (told + engine.finish()).map(\.rule)
    }
    #expect(found(["bootstrap": .flag(true)]).isEmpty)
    #expect(!found(["num_leaves": .integer(31)]).isEmpty)
  }

  @Test func `imbalance is found from the counts alone above 50 times, else from the recall`() {
    func counts(_ a: Double, _ b: Double) -> [(Metric, Double)] {
      [("data/class_count/a", a), ("data/class_count/b", b)]
    }
    let recall: Metric = "validation/recall/b"
    #expect(found(start: counts(990, 10), [("train/loss", [1, 1])]) == ["ClassImbalance 1"])
    #expect(found(start: counts(990, 0), [(validation, [1, 1])]) == ["ClassImbalance 1"])
    #expect(found(start: counts(500, 10), [("train/loss", [1, 1])]).isEmpty)
    #expect(found(start: counts(200, 10), [(recall, constant(0.2, 12))]) == ["ClassImbalance 10"])
    #expect(found(start: counts(200, 10), [(recall, constant(0.2, 9) + constant(0.4, 12))]).isEmpty)
    #expect(found(start: counts(90, 10), [(recall, constant(0.2, 12))]).isEmpty)
    #expect(found(start: counts(200, 10) + [("train/epochs", 1)], [(recall, [0])]) == ["ClassImbalance 1"])
    #expect(found([(recall, constant(0, 30))]).isEmpty)
  }

  @Test func `confused classes are found by their mean recall over 10 epochs`() {
    func recalls(_ values: [[Double]], loss: [Double]? = nil) -> [(Metric, [Double])] {
      zip(["a", "b", "c"], values).map { (Metric("validation/recall/\($0)"), $1) }
        + [(validation, loss ?? constant(0.5, values[0].count))]
    }
    let (good, bad) = (constant(0.9, 30), constant(0.5, 30))
    // Judged once the twelfth epoch has begun: 10 epochs after the first.
    #expect(found(recalls([good, bad, constant(0.55, 30)])) == ["Confusion 12"])
    #expect(found(recalls([good, bad, bad].map { Array($0.prefix(11)) })).isEmpty)
    // Boundaries that go to and fro between two classes.
    let fro = (0..<30).map { $0 % 2 == 0 ? 0.2 : 0.8 }
    #expect(found(recalls([good, fro, fro.reversed()])) == ["Confusion 12"])
    // A model that always answers with the first of three; nothing recognised well; two classes.
    #expect(found(recalls([constant(1, 30), constant(0, 30), constant(0, 30)])).isEmpty)
    #expect(found(recalls([constant(0.6, 30), bad, constant(0.4, 30)])).isEmpty)
    #expect(found(recalls([good, constant(0.3, 30)], loss: constant(0.5, 30))).isEmpty)
    // While the loss still falls; once it has stopped to.
    #expect(found(recalls([good, good, bad], loss: line(1, 0.1, 30))).isEmpty)
    #expect(found(recalls([good, good, bad], loss: line(1, 0.1, 12) + constant(0.1, 18))) == ["Confusion 23"])
    #expect(found(Array(recalls([good, good, bad]).dropLast())).isEmpty)
    let rare: [(Metric, Double)] = [
      ("data/class_count/a", 100), ("data/class_count/b", 100), ("data/class_count/c", 9),
    ]
    #expect(found(start: rare, recalls([good, good, bad])).isEmpty)
  }

  @Test func `no rows to validate with`() {
    #expect(found(start: [("data/validation_rows", 0)]) == ["NoValidation 0"])
    #expect(found(start: [("data/validation_rows", 20)]).isEmpty)
  }

  @Test func `layers whose numbers are not finite leave it to the loss to say so`() {
    let series: [(Metric, [Double])] = [
      ("weights/layers.0/norm", [1, .nan]), ("gradients/layers.0/norm", [1, .nan]), (ratio, [1e-3, .nan]),
      ("weights/layers.0/unit_spread", [1, .nan]), ("activations/layers.0/variance", [1, .nan]),
      ("train/loss", [1, .nan]),
    ]
    #expect(found(series) == ["ExplodingTensor 2"])
  }
}
