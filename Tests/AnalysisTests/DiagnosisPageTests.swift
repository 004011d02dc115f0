import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Debugger
@testable import Tracker

private let reward: Metric = "rollout/ep_rew_mean"
private let budget: (Metric, [Double]) = ("setup/budget", [3_000])

@Suite struct DiagnosisPageTests {
  private func page(_ record: RunRecord, listsAll: Bool = false) throws -> String {
    var debugger = RuleEngine()
    let diagnosis = Diagnosis(debugger.replay(record), of: record)
    return DiagnosisPage(diagnosis, of: record, rules: debugger.rules, chart: true, listsAll: listsAll).text
  }

  private let spiky: [Double] = (0..<30).map { $0 % 2 == 1 ? 2 : 0.01 }

  @Test func `the page fits 80 columns, and names the cause and its change first`() throws {
    let record = sickRun(
      ["learning_rate": .number(0.05)],
      [
        budget, ("train/approx_kl", spiky), (reward, line(22, 9, 30)), ("train/clip_fraction", constant(0.9, 30)),
        ("train/clip_range", constant(0.2, 30)),
      ])
    let page = try page(record)
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(page)")
    #expect(lines[2] == "Most likely: learning_rate 0.05 is too high.")
    #expect(lines[3...5].contains { $0.contains("Try learning_rate ≤ 0.003.") })
    #expect(page.contains("ApproxKLSpike ×10, steps 200–2,000"))
    #expect(page.contains("… 7 more; --all lists them"))
    #expect(try !self.page(record, listsAll: true).contains("more; --all"))
  }

  @Test func `the chart is of the series and the steps that the finding is about`() throws {
    let record = sickRun(
      ["learning_rate": .number(3e-4)],
      [
        budget, (reward, line(22, 400, 30)), ("train/n_updates", line(1, 30, 30)),
        ("activations/policy.0/dead_fraction", constant(0, 10) + constant(0.9, 20)),
        ("activations/policy.2/dead_fraction", constant(0.2, 30)),
      ])
    let page = try page(record)
    #expect(page.contains("activations/policy.0/dead_fraction"))
    #expect(!page.contains("activations/policy.2/dead_fraction"))

    // From the finding at step 1,300 to its end at 2,000, with a tenth of the run to either side.
    var debugger = RuleEngine()
    let ended = sickRun(
      [:], [("activations/q.0/dead_fraction", constant(0, 10) + constant(0.9, 10) + constant(0, 20))], budget: 4_000)
    let finding = try #require(debugger.replay(ended).first)
    #expect(finding.step == 1_300 && finding.lastStep == 2_000)
    let series = try #require(EvidenceChart.series(of: finding, in: ended, rules: debugger.rules))
    let part = try #require(EvidenceChart.part(of: series, around: finding, lastStep: 4_000))
    #expect(part.steps.first == 900 && part.steps.last == 2_400)
  }

  @Test func `the evidence of a rule is what it finds, not what it weighs it against`() throws {
    let record = sickRun(
      ["ent_coef": .number(0)],
      [
        budget, (reward, constant(22, 30)), ("eval/mean_reward", constant(9, 30)), ("train/n_updates", line(1, 30, 30)),
      ])
    var debugger = RuleEngine()
    let finding = try #require(debugger.replay(record).first { $0.rule == NotLearning.name })
    #expect(
      EvidenceChart.series(of: finding, in: record, rules: debugger.rules)?.metric == reward)
    for type in RuleCatalogue.all where type != ClassImbalance.self {
      #expect(!type.evidence.isEmpty || type.watches.allSatisfy { $0.description.hasPrefix("data/") }, "\(type.name)")
    }
  }
}
