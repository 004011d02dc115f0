import Foundation

/// Docs/PARITY.md: the differences between the weights of both sides.
struct ParityPage {
  var rows: [(parity: ParityCase, updates: Int, comparison: ParityBenchmark.Comparison)]

  /// As Markdown, which reads as a table in a terminal too.
  var table: String {
    let lines =
      [
        "| agent | environment | options | updates | weights | relative | losses | relative |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
      ]
      + rows.map { parity, updates, comparison in
        "| \(parity.agent) | \(parity.environment) | \(parity.options) | \(updates) | \(number(comparison.weights)) "
          + "| \(number(comparison.relativeWeights)) | \(number(comparison.losses)) "
          + "| \(number(comparison.relativeLosses)) |"
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

    *Weights* are those of all networks, target networks included, standard deviations and SAC's log α. Their difference is
    the largest of any weight after the last update, and relative to the furthest that any of ours moved in the stretch. The
    difference of losses is the largest of any iteration, and relative to the largest magnitude of that loss. *Options*
    are the preset (`zoo`: the tuned values of RL Baselines3 Zoo) and what differs from it.

    \(table)

    Differences are at the rounding of single precision, as sums are added in another order. Intended differences are
    listed in [AGENTS.md](AGENTS.md). `double_q`, `share_trunk` and `mask_actions` have no counterpart in Stable-Baselines3.

    """
  }

  func write() throws {
    try text.write(
      to: Peer.root.appendingPathComponent("Docs/PARITY.md"), atomically: true, encoding: .utf8)
  }
}
