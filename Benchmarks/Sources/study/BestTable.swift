import Formats

/// The part of Docs/RESULTS.md about the presets `best`.
struct BestTable {
  var scores: [BestScore]

  var lines: [String] {
    get throws {
      var lines = [
        "", "## The presets `best`", "",
        "`--preset best` has values that `rlrun search` found: all of 20 seeds that had no part in the choice reach the",
        "environment's reward threshold, or the zoo's published score where the threshold is none or out of the zoo's reach, in",
        "fewer steps than with the zoo's values. A training ends at the first evaluation, the mean of 100 episodes, that",
        "reaches it; evaluations follow each other after so many steps. Both presets train from the same seeds, the zoo's with",
        "its own budget; seeds that never get there count with all their steps. Written by `make study-best`, which trains what",
        "is missing in `Docs/results/best.csv`. [SEARCH.md](SEARCH.md#presets) has the searches.", "",
        "Not there yet: Pendulum, where SAC with two updates a step and a tau of 0.01 solved 20 seeds in a median of 2,250 steps and",
        "waits for the zoo's 20 beside it; a smaller discount and TD3 took more than the zoo's. BipedalWalker was not searched.",
        "",
        "| environment | agent | solved at | every | preset | solved | median steps | most steps | mean steps |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
      ]
      for cell in bestCells {
        for preset in ["best", "zoo"] { lines.append(try row(cell, preset)) }
      }
      return lines
    }
  }

  private func row(_ cell: BestCell, _ preset: String) throws -> String {
    let own = scores.filter {
      ($0.environment, $0.agent, $0.preset) == (cell.environment, cell.agent, preset) && cell.seeds.contains($0.seed)
    }
    let threshold = shortest(try cell.threshold)
    let head = "| \(cell.environment) | \(cell.agent) | \(threshold) | \(cell.evaluationFrequency) | \(preset) |"
    guard !own.isEmpty else { return "\(head) not yet run | | | |" }
    let steps = own.map { Double($0.steps) }
    let solved = own.count(where: \.isSolved)
    let most = (solved < own.count ? "never, in " : "") + "\(own.map(\.steps).max()!)"
    return "\(head) \(solved) of \(own.count) | \(Int(median(steps))) | \(most) | \(Int(mean(steps).rounded())) |"
  }
}
