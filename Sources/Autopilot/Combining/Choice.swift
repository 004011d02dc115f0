import Models

/// Which candidate predicts, and why.
struct Choice {
  var answer: Leaderboard.Candidate
  var because: String
  /// The simplest one that the folds do not tell from the best, and that keeps half of what the best gains over the baseline.
  var simplest: Leaderboard.Candidate

  /// From what people can read off to what nobody can.
  private static let simplicity = [
    "ridge", "logistic", "linear", "elastic_net", "quantile_regression", "naive_bayes", "decision_tree", "knn", "gbdt",
    "extra_trees",
    "random_forest", "mlp", "ensemble",
  ]

  /// Traps where the leaderboard has no candidate; candidates that predict too slowly are left out while others remain.
  init(_ board: Leaderboard, _ plan: AutopilotPlan) {
    let ranked = board.ranked
    let limit = plan.maximumPredictMilliseconds ?? .infinity
    let quick = ranked.filter { $0.predictMilliseconds <= limit }
    let isTooSlow = quick.isEmpty
    let allowed = isTooSlow ? [ranked.min { $0.predictMilliseconds < $1.predictMilliseconds }!] : quick
    let best = allowed[0]
    let plain = board.meanLoss(Baseline(board.judged, plan, rows: board.judged.rows.count).predictions)
    let gain = plain - board.meanLoss(best.predictions)
    let among = allowed.filter { candidate in
      guard candidate.name != best.name else { return true }
      if let low = board.difference(candidate, behind: best).low, low > 0 { return false }
      // Of few rows the folds tell hardly anything from anything.
      return gain <= 0 || plain - board.meanLoss(candidate.predictions) >= gain / 2
    }
    func rank(_ candidate: Leaderboard.Candidate) -> Int {
      Self.simplicity.firstIndex(of: candidate.model) ?? Self.simplicity.count
    }
    simplest = among.enumerated().min { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }!.element
    if isTooSlow {
      (answer, because) = (
        best, "no candidate predicts a row in the time that was asked for; this one is the quickest."
      )
      return
    }
    let combined = board.combined.filter { candidate in allowed.contains { $0.name == candidate.name } }
    let single = allowed.first { $0.members.isEmpty } ?? best
    var answer = single
    // What is less simple has to be better than what is simpler.
    for candidate in combined {
      let isBetter =
        plan.preset == .best
        ? board.metric.direction.prefers(candidate.score, to: answer.score)
        : (board.difference(answer, behind: candidate).low ?? 0) > 0
      if isBetter { answer = candidate }
    }
    self.answer = answer
    if !answer.members.isEmpty {
      because =
        plan.preset == .best
        ? "several models together did best, and the preset 'best' asks for that."
        : "several models together are better than the best single one, and the folds agree on it."
    } else if !best.members.isEmpty {
      because = "the best single model; several together are not distinguishable from it ('--preset best' takes them)."
    } else {
      because = "it did best in the folds."
    }
  }
}
