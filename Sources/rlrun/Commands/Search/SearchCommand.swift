import ArgumentParser

/// `rlrun search`: the subcommands are the files in this folder.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search for the best settings of an agent, a model or any program.",
    discussion: """
      Example:
        rlrun search train CartPole-v1 --agent ppo --space default --trials 50 --seeds 1-3
        rlrun search fit data.csv --target kind --model gbdt --space default --trials 40
        rlrun search run --space space.yaml --metric loss -- ./train.sh --lr {lr}
        rlrun search show latest

      Every trial is a run, a part of the search's own run; 'rlrun resume' goes on with a search, 'rlrun reproduce' does its
      trials again. Docs/SEARCH.md says how spaces are written.
      """,
    subcommands: [
      SearchTrain.self, SearchFit.self, SearchProgram.self, SearchShow.self, SearchWorkerCommand.self, SearchOpen.self,
      SearchAsk.self, SearchTell.self,
    ])
}
