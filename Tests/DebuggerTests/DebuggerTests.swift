import Randomness
import Telemetry
import TestSupport
import Testing

@testable import Debugger
@testable import Tracker

private let reward: Metric = "rollout/ep_rew_mean"
private let entropy: Metric = "train/entropy_loss"
private let kl: Metric = "train/approx_kl"
private let norm: Metric = "train/grad_norm"

@Suite struct DebuggerTests {
  @Test("NaN and infinities are found once per metric, and again after a finite value")
  func explodingTensor() {
    #expect(found([("train/loss", [1, .nan, .nan, 2, .infinity])]) == ["ExplodingTensor 2", "ExplodingTensor 5"])
    #expect(
      found([("train/loss", [1, .nan, .nan]), ("eval/mean_reward", [1, 1, -.infinity])])
        == ["ExplodingTensor 2", "ExplodingTensor 3"])
    #expect(findings(points([("train/loss", [-.infinity])])).first?.evidence == "train/loss is -inf")
    #expect(found([("time/fps", [.infinity]), ("system/load", [.nan]), ("train/explained_variance", [.nan])]).isEmpty)
    #expect(found([("train/loss", [1e300, -1e300, 0, 1e-300])]).isEmpty)
  }

  @Test("A gradient norm of zero is found at its third point, and again after it has come back")
  func zeroGradient() {
    #expect(found([(norm, [1, 0, 0, 0, 0, 0])]) == ["VanishingGradient 4"])
    #expect(found([(norm, [1, 0, 0, 0, 1, 9e-8, 0, 0])]) == ["VanishingGradient 4", "VanishingGradient 8"])
    #expect(found([(norm, [1, 0, 0, 1, 0, 0, 1, 2e-7, 2e-7, 2e-7])]).isEmpty)
    #expect(found([(reward, line(0, 1, 10) + constant(1, 9)), (norm, line(1, 0.1, 10) + constant(0, 9))]).isEmpty)
    #expect(
      found([(reward, line(0, 1, 10) + constant(0.4, 9)), (norm, line(1, 0.1, 10) + constant(0, 9))])
        == ["VanishingGradient 14"])
  }

  @Test("A gradient norm under 5 % of its early level is found unless the return has kept what it gained")
  func smallGradient() {
    let shrinking = constant(2, 15) + constant(0.09, 40)
    // Small from point 16, found at the 20th of them.
    #expect(found([(reward, constant(-200, 55)), (norm, shrinking)]) == ["VanishingGradient 35"])
    #expect(found([(reward, line(20, 500, 15) + constant(480, 40)), (norm, shrinking)]).isEmpty)
    #expect(found([(reward, line(20, 500, 15) + constant(270, 40)), (norm, shrinking)]).isEmpty)
    #expect(found([(norm, shrinking)]).isEmpty)
    #expect(found([(reward, constant(-200, 55)), (norm, constant(2, 15) + constant(0.11, 40))]).isEmpty)
    let twice = shrinking + [1] + constant(0.09, 20)
    #expect(
      found([(reward, constant(-200, 76)), (norm, twice)]) == ["VanishingGradient 35", "VanishingGradient 76"])
  }

  @Test("A KL divergence far over the ones before it is found, small and early ones are not")
  func klSpike() {
    let quiet = (0..<30).map { $0 % 2 == 0 ? 0.01 : 0.02 }
    #expect(found([(kl, quiet + [0.21])]) == ["ApproxKLSpike 31"])
    #expect(found([(kl, quiet + [0.19])]).isEmpty)
    #expect(found([(kl, quiet.prefix(19) + [0.9])]).isEmpty)
    // What is huge is told at any time.
    #expect(found([(kl, quiet.prefix(3) + [1.1])]) == ["ApproxKLSpike 4"])
    #expect(found([(kl, quiet.prefix(20) + [5])]) == ["ApproxKLSpike 21"])
    #expect(found([(kl, quiet + [0.5, 0.01, 40])]) == ["ApproxKLSpike 31", "ApproxKLSpike 33"])
    // A run that is always this loud has no spike: 0.5 is 1.5 deviations over the mean.
    #expect(found([(kl, (0..<60).map { [0.1, 0.3, 0.5][$0 % 3] })]).isEmpty)
    // The loud beginning has left the window of 100 by point 126.
    let loudStart = [0.9, 0, 0.9, 0, 0.9] + constant(0.01, 120)
    #expect(found([(kl, loudStart.prefix(104) + [0.25])]).isEmpty)
    #expect(found([(kl, loudStart + [0.25])]) == ["ApproxKLSpike 126"])
  }

  @Test("A negative KL divergence is an error, but for rounding")
  func negativeKL() {
    let raised = findings(points([(kl, [0.01, -0.002, -0.002, 0.01, -0.5])]))
    #expect(raised.map(\.step) == [2, 5])
    #expect(raised.allSatisfy { $0.severity == .error && $0.meaning.contains("computed wrongly") })
    #expect(found([(kl, [0, -9e-5, -1e-9])]).isEmpty)
  }

  @Test("Low entropy is found where the return is not near its best")
  func entropyCollapse() {
    let falling = line(-0.69, -0.3, 20) + constant(-0.05, 20)
    let stuck = line(20, 100, 20) + constant(30, 20)
    // Low from point 21, but the return before that one was still its best.
    #expect(found([(reward, stuck), (entropy, falling)]).contains("EntropyCollapse 26"))
    #expect(found([(reward, line(20, 500, 20) + constant(490, 20)), (entropy, falling)]).isEmpty)
    #expect(found([(reward, line(-500, -100, 20) + constant(-110, 20)), (entropy, falling)]).isEmpty)
    #expect(found([(entropy, falling)]).isEmpty)
    // Never any better than at first.
    #expect(found([(reward, constant(9, 40)), (entropy, falling)]) == ["EntropyCollapse 25"])
    let interrupted = line(-0.69, -0.3, 20) + (0..<20).map { $0 % 5 == 4 ? -0.2 : -0.05 }
    #expect(found([(reward, constant(9, 40)), (entropy, interrupted)]).isEmpty)
    let again = falling + constant(-0.3, 5) + constant(-0.01, 5)
    #expect(
      found([(reward, constant(9, 50)), (entropy, again)]) == ["EntropyCollapse 25", "EntropyCollapse 50"])
  }

  @Test("The entropy of a density, which may fall below zero, is not judged")
  func densityEntropy() {
    #expect(found([(reward, constant(-1_200, 60)), (entropy, line(-1.42, 3, 60))]).isEmpty)
    #expect(found([(reward, constant(-1_200, 60)), (entropy, line(0.5, 3, 60))]).isEmpty)
  }

  @Test("A return that falls below halfway and stays there is found, whatever its sign")
  func returnCollapse() {
    let fall = line(20, 500, 40) + constant(100, 30)
    #expect(found([(reward, fall)]) == ["ReturnCollapse 50"])
    #expect(found([(reward, fall.map { $0 - 600 })]) == ["ReturnCollapse 50"])
    #expect(found([(reward, line(20, 500, 40) + constant(261, 30))]).isEmpty)
    #expect(found([(reward, line(20, 500, 40) + constant(100, 9) + constant(400, 30))]).isEmpty)
    #expect(
      found([(reward, fall + [450] + constant(90, 10))]) == ["ReturnCollapse 50", "ReturnCollapse 81"])
  }

  @Test("Noise about a constant return and a lucky first rollout are no collapse")
  func noCollapse() {
    var generator = CounterGenerator(SeedSequence(7))
    for level in [-200.0, 0, 22, 500] {
      let noise = (0..<300).map { _ in level + abs(level) / 50 * Double(generator.normal()) }
      #expect(found([(reward, noise)]).isEmpty, "level \(level)")
    }
    #expect(found([(reward, [0, 50] + constant(1, 100))]).isEmpty)
    #expect(found([(reward, line(500, 20, 100))]).isEmpty)
  }

  @Test("A run that goes well raises nothing")
  func healthy() {
    var generator = CounterGenerator(SeedSequence(3))
    func noisy(_ values: [Double], _ share: Double) -> [Double] {
      values.map { $0 * max(0.1, 1 + share * Double(generator.normal())) }
    }
    for (first, best) in [(20.0, 500.0), (-500, -80), (-1_300, -180), (0, 1)] {
      let series: [(Metric, [Double])] = [
        (reward, line(first, best, 100) + noisy(constant(best, 100), 0.03)),
        (entropy, line(-0.69, -0.02, 200)),
        (kl, noisy(line(0.015, 0.001, 200), 0.4)),
        (norm, noisy(line(3, 0.01, 200), 0.3)),
        ("train/loss", noisy(line(30, 0.01, 200), 1)),
      ]
      #expect(found(series).isEmpty, "from \(first) to \(best)")
    }
  }

  /// Everything goes wrong here, with an agent and with a fit, several things at one step.
  private var sick: [MetricPoint] {
    let agent = points([
      (reward, line(20, 300, 40) + constant(15, 60)),
      (entropy, line(-0.69, -0.4, 50) + constant(-0.01, 50)),
      (kl, constant(0.01, 54) + [3] + constant(0.01, 43) + [.nan, -1]),
      (norm, constant(2, 20) + constant(0.01, 80)),
      ("train/value_loss", constant(1, 98) + [.infinity, .nan]),
    ])
    let all = agent + sickFit(epochs: 100)
    return (0...100).flatMap { step in all.filter { $0.step == step } }
  }

  @Test("What is found does not depend on the order within a step, and a replayed record gives what the live run gave")
  func orderAndReplay() {
    func ordered(_ findings: [Finding]) -> [Finding] {
      findings.sorted { ($0.step, $0.rule, $0.evidence) < ($1.step, $1.rule, $1.evidence) }
    }
    let expected = ordered(findings(sick))
    #expect(Set(expected.map(\.rule)).count >= 16)
    var generator = CounterGenerator(SeedSequence(11))
    for _ in 0..<20 {
      var shuffled: [MetricPoint] = []
      for step in 0...100 { shuffled += sick.filter { $0.step == step }.shuffled(using: &generator) }
      #expect(ordered(findings(shuffled)) == expected)

      var record = RunRecord(id: "x", description: exampleDescription())
      // As the live rules, which know none.
      record.description.hyperparameters = [:]
      for (time, point) in shuffled.enumerated() {
        let index = record.series.firstIndex { $0.metric == point.metric } ?? record.series.count
        if index == record.series.count { record.series.append(Series(metric: point.metric)) }
        record.series[index].steps.append(point.step)
        // Several points share a microsecond.
        record.series[index].wallTimes.append(Int64(time / 4))
        record.series[index].values.append(point.value)
      }
      var debugger = RuleEngine()
      #expect(ordered(debugger.replay(record)) == expected)
    }
  }

  @Test("Evidence has no period at its end; meaning and advice are sentences")
  func wording() {
    for finding in findings(sick) {
      #expect(!finding.evidence.hasSuffix("."))
      #expect(finding.evidence.contains { $0.isNumber } || [ExplodingTensor.name, AllZero.name].contains(finding.rule))
      #expect(finding.meaning.hasSuffix(".") && finding.advice.hasSuffix("."))
    }
  }
}
