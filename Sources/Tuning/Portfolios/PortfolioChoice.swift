import Formats

/// Chooses what to try first on a table that nobody knows: the settings, in order, of which the best soonest comes close to the best
/// there is on tables that are known (Feurer et al. 2022, "Auto-sklearn 2.0"; Salinas and Erickson 2024, "TabRepo").
///
/// Losses of different tables are compared by their regret: 0 for the best settings of a table, 1 for the median ones and all
/// that are worse.
package struct PortfolioChoice: Sendable {
  /// `[table][settings]`
  package let regrets: [[Double]]
  /// The work of fitting each settings, in units of the mean of all.
  package let costs: [Double]

  /// `losses` and `seconds` are `[table][settings]`; a loss of nil or NaN is of settings that failed. Traps for rows of different
  /// lengths.
  package init(losses: [[Double?]], seconds: [[Double]]) {
    precondition(losses.count == seconds.count && zip(losses, seconds).allSatisfy { $0.count == $1.count })
    regrets = losses.map(Self.regrets)
    let count = losses.first?.count ?? 0
    // Each table has the same say, however long its fits take.
    let shares = seconds.map { row in
      let whole = mean(row)
      return row.map { whole > 0 ? $0 / whole : 1 }
    }
    costs = (0..<count).map { settings in max(1e-3, mean(shares.map { $0[settings] })) }
  }

  private static func regrets(_ losses: [Double?]) -> [Double] {
    let known = losses.compactMap { $0 }.filter { $0.isFinite }
    guard let best = known.min() else { return losses.map { _ in 1 } }
    let middle = median(known)
    return losses.map { loss in
      guard let loss, loss.isFinite else { return 1 }
      if loss <= best { return 0 }
      return middle > best ? min(1, (loss - best) / (middle - best)) : 1
    }
  }

  /// Of the settings `candidates` so many, in the order in which they are to be tried: each time those that lessen the mean regret
  /// of the tables most for their cost. Where none lessens it, those that are best by themselves follow. `table` has no say.
  package func order(
    _ count: Int, of candidates: [Int], beginning with: [Int] = [], without table: Int? = nil
  ) -> [Int] {
    let tables = regrets.indices.filter { $0 != table }
    var chosen: [Int] = []
    var left = candidates.filter { !with.contains($0) }
    var best = [Double](repeating: 1, count: regrets.count)
    func take(_ settings: Int) {
      chosen.append(settings)
      for table in tables { best[table] = min(best[table], regrets[table][settings]) }
    }
    for settings in with.prefix(count) { take(settings) }
    while chosen.count < count, !left.isEmpty {
      let gains = left.map { settings in
        tables.reduce(0.0) { $0 + max(0, best[$1] - regrets[$1][settings]) } / costs[settings]
      }
      let own = left.map { settings in tables.reduce(0.0) { $0 + regrets[$1][settings] } }
      let next = left.indices.max { (gains[$0], -own[$0]) < (gains[$1], -own[$1]) }!
      take(left.remove(at: next))
    }
    return chosen
  }

  /// The regret of a table after each of the settings.
  package func regrets(of order: [Int], on table: Int) -> [Double] {
    var best = 1.0
    return order.map { settings in
      best = min(best, regrets[table][settings])
      return best
    }
  }

  /// The mean regret of a table while settings are tried in this order, for `budget` times the cost of mean settings: before the
  /// first has been fitted it is 1.
  package func meanRegret(of order: [Int], on table: Int, budget: Double) -> Double {
    var (best, spent, sum) = (1.0, 0.0, 0.0)
    for settings in order where spent < budget {
      let cost = min(costs[settings], budget - spent)
      sum += best * cost
      spent += cost
      // What is not finished in time is not known.
      if spent < budget { best = min(best, regrets[table][settings]) }
    }
    return (sum + best * max(0, budget - spent)) / budget
  }
}
