extension CleaningPlan {
  /// What the issues suggest, each once: first what makes values readable, then what changes rows, imputes and drops.
  package init(suggestedFor issues: [DataIssue]) {
    var seen: Set<CleaningStep> = []
    let steps = issues.flatMap(\.repairs).filter { seen.insert($0).inserted }
    repairs = steps.enumerated()
      .sorted { ($0.element.stage.rawValue, $0.offset) < ($1.element.stage.rawValue, $1.offset) }.map(\.element)
  }
}

extension CleaningStep {
  fileprivate var stage: RepairStage { type(of: repair).stage }
}
