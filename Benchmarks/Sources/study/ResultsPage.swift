import Debugger
import Environments
import Formats
import Foundation
import RLCore
import Randomness
import Tracker

/// Docs/RESULTS.md: what every cell reached, beside a peer or a published score.
struct ResultsPage {
  var scores: [Score]
  var peers: [Score]
  var published: [PublishedScore]
  var best: [BestScore]

  var text: String {
    get throws {
      var lines = [
        "# Results", "",
        "Every agent with the preset `zoo`, one row a cell; a seed's score is the mean of 100 episodes of its last",
        "parameters. Written by `make study`; the scores of all seeds are in `Docs/results/study.csv`.", "",
        "Where a peer was trained beside us, a cell *holds* if the lower 95 % bound of (our IQM − its IQM) is at least −5 %",
        "of (its IQM − random policy). Else it *falls short* if the upper bound is below 0, and if neither is so the seeds",
        "*cannot tell*. Where there is only a published score (RL Baselines3 Zoo's benchmark: one training, LunarLander in its",
        "version 2, HalfCheetah and Hopper in their version 3), a cell holds if our IQM is at least that score less 10 % of",
        "(it − random policy), else it falls short. Cells tuned with state-dependent exploration run without it.", "",
        "How many seeds a cell has, 1 to that number, is fixed before it is run. An agent that has changed runs the same seeds",
        "again. A cell that is run again because its result looks bad uses new seeds, on both sides: to draw again until it",
        "holds would prove nothing.", "",
        "Not run again yet since their agents changed (`normalize` now takes in the newest observations first): A2C in",
        "LunarLanderContinuous, PPO in BipedalWalker.", "",
        "PPO on Hopper learns to stand within 150,000 steps, a return of 1,000, and not to hop. The first 51,200 steps of a",
        "training by Stable-Baselines3 with the same values go the same way: a return of 386 and standard deviations of 0.132,",
        "ours 474 and 0.131; its explained variance is as far below 0 as ours. Whether it hops later is open.", "",
        "| agent | environment | seeds | IQM [95 %] | lowest | random policy | peer or published | verdict | a seed |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
      ]
      for cell in cells { lines.append(try row(cell)) }
      lines += try BestTable(scores: best).lines
      return lines.joined(separator: "\n") + "\n"
    }
  }

  private func row(_ cell: Cell) throws -> String {
    let ours = scores.filter { $0.agent == cell.agent && $0.environment == cell.environment }
    let head = "| \(cell.agent) | \(cell.environment) |"
    guard !ours.isEmpty else { return "\(head) 0 of \(cell.seeds) | | | | | not yet run | |" }
    let rewards = ours.map(\.reward)
    let middle = interquartileMean(rewards)
    let (low, high) = Self.bootstrap.interval(of: [rewards]) { interquartileMean($0[0]) }
    let random = try randomScore(cell.environment)
    let (reference, verdict) = judge(cell, rewards, random: random)
    let seconds = ours.map(\.seconds).sorted()[ours.count / 2]
    let isWhole = ours.count >= cell.seeds
    return
      "\(head) \(ours.count)\(isWhole ? "" : " of \(cell.seeds)") | \(number(middle)) [\(number(low)), \(number(high))] "
      + "| \(number(rewards.min()!)) | \(number(random)) | \(reference) | \(verdict.rawValue) | "
      + String(format: "%.0f s |", seconds)
  }

  private func judge(_ cell: Cell, _ rewards: [Double], random: Double) -> (reference: String, verdict: Verdict) {
    let theirs = peers.filter { $0.agent == cell.agent && $0.environment == cell.environment }
    if theirs.count >= cell.peerSeeds {
      let others = theirs.map(\.reward)
      let middle = interquartileMean(others)
      let (low, high) = Self.bootstrap.interval(of: [rewards, others]) {
        interquartileMean($0[0]) - interquartileMean($0[1])
      }
      return (
        "\(theirs[0].program) \(number(middle)), \(theirs.count) seeds; "
          + "ours − its \(number(interquartileMean(rewards) - middle)) [\(number(low)), \(number(high))]",
        Verdict(low: low, high: high, scale: middle - random)
      )
    }
    guard let score = published.first(where: { $0.agent == cell.agent && $0.environment == cell.environment }) else {
      return ("–", .noReference)
    }
    let holds = interquartileMean(rewards) >= score.reward - 0.1 * (score.reward - random)
    return ("published \(number(score.reward))", holds ? .holds : .fallsShort)
  }

  /// The mean return of 100 episodes of uniformly drawn actions.
  private func randomScore(_ environment: String) throws -> Double {
    let world = try EnvironmentCatalogue.make(environment, count: 1)
    return try Evaluator(in: world, seed: 0).evaluate(
      UniformPolicy(space: world.specification.actionSpace), episodes: 100, phase: .evaluation
    ).meanReward
  }

  private static let bootstrap = Bootstrap(seed: 0, resamples: 5_000)
}

/// Draws every action uniformly.
private struct UniformPolicy: Policy {
  let space: Space

  func act(
    on observations: Span<Float>, masks: Span<Bool>, count: Int, deterministic: Bool, state: inout Void,
    using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>
  ) {
    let width = space.width
    for index in actions.indices {
      switch space {
      case .discrete(let count, let start): actions[index] = Float(start + generator.integer(below: count))
      case .box(let low, let high):
        let i = index % width
        actions[index] = low[i] + generator.uniform() * (high[i] - low[i])
      default: fatalError("the study has no world with actions in \(space)")
      }
    }
  }
}

private func number(_ value: Double) -> String { String(format: "%.1f", value) }
