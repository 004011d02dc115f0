import Foundation

/// Docs/PARITY.md: the differences between the weights of both sides.
struct ParityPage {
  var rows: [(parity: ParityCase, updates: Int, comparison: ParityBenchmark.Comparison)]

  /// As Markdown, which reads as a table in a terminal too.
  var table: String {
    let lines =
      [
        "| agent | environment | options | updates | weights | by rounding | losses | by rounding |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
      ]
      + rows.map { parity, updates, comparison in
        "| \(parity.agent) | \(parity.environment) | \(parity.options) | \(updates) | \(number(comparison.weights)) "
          + "| \(number(comparison.ownWeights)) | \(number(comparison.losses)) | \(number(comparison.ownLosses)) |"
      }
    return lines.joined(separator: "\n")
  }

  private func number(_ value: Double) -> String { value == 0 ? "0" : String(format: "%.0e", value) }

  var text: String {
    """
    # Parity with Stable-Baselines3

    Written by `make bench-parity PEERS=path/to/venv`, with Stable-Baselines3 \(rows[0].comparison.version). Each row is a stretch
    of one of our trainings, repeated by Stable-Baselines3's own `learn`, `collect_rollouts` and `train`. It is given our
    checkpoint (weights, optimizers, running statistics, replay buffer), what our environments returned, and the random
    numbers we drew: actions or their noise, orders of minibatches, rows of the replay buffer, noise on target actions.
    Everything else is computed by its code: normalised observations and rewards, values and log-probabilities,
    advantages, n-step returns, losses, gradients, clipping, optimizers, schedules, target networks, early stops.

    *Weights* are those of all networks, target networks included, standard deviations and SAC's log α: the Euclidean
    distance between both sides after the last update, as a share of the distance that ours have moved in the stretch.
    *Losses*: the largest difference in any iteration, as a share of the largest magnitude of that loss. *Options* are the
    preset (`zoo`: the tuned values of RL Baselines3 Zoo) and what differs from it.

    Single precision rounds differently where sums are added in another order, and training amplifies it: a unit that is
    barely active, a ratio at its clipping range, the smaller of two critics, Adam's division by almost nothing. *By
    rounding* is how far Stable-Baselines3 differs from itself in the same stretch when every weight begins at a
    neighbouring number (its last bit changed), the largest of three replays. Large networks that learn at a high rate
    amplify it a million times, on either side.

    \(table)

    Every difference is below a thousandth, or at most 4 times what rounding makes of it. The replays are nudged once, while
    two programs round apart at every update: where nothing amplifies it, that is more. Intended differences are
    listed in [AGENTS.md](AGENTS.md). `double_q`, `share_trunk` and `mask_actions` have no counterpart in
    Stable-Baselines3.

    """
  }

  func write() throws {
    try text.write(
      to: Peer.root.appendingPathComponent("Docs/PARITY.md"), atomically: true, encoding: .utf8)
  }
}
