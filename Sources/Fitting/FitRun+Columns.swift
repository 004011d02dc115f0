import Datasets
import Runs

// What a fit understood of its data.
extension LearnerRun<FitConfiguration> {
  /// What there is to say of the data, a sentence each: what was left out, and what may be meant otherwise.
  public var remarks: [String] {
    let data = learner.data
    var remarks: [String] = []
    if !data.remarks.isEmpty {
      remarks.append("\(configuration.data.name) is read with \(data.remarks.joined(separator: ", "))")
    }
    if data.rowsWithoutTarget > 0, let target = configuration.target {
      let rows = data.rowsWithoutTarget == 1 ? "1 row" : "\(data.rowsWithoutTarget) rows"
      remarks.append("left out: \(rows) without a value of '\(target)'")
    }
    let texts = data.preprocessing.leftOut.filter { name in
      data.findings.contains { $0.name == name && ($0.kind == .text || $0.kind == .missing) }
    }
    if !texts.isEmpty {
      let shown = texts.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
      let more = texts.count > 12 ? " and \(texts.count - 12) more" : ""
      remarks.append("no feature is made of \(shown)\(more): texts that hardly repeat, or no value at all")
    }
    remarks += learner.folded?.folds.remarks ?? []
    var warned: [(warning: String, columns: [String])] = []
    for finding in data.findings where !configuration.dropped.contains(finding.name) {
      for warning in finding.warnings {
        if let index = warned.firstIndex(where: { $0.warning == warning }) {
          warned[index].columns.append(finding.name)
        } else {
          warned.append((warning, [finding.name]))
        }
      }
    }
    let sentences = warned.map { warning, columns in
      let shown = columns.prefix(6).map { quoted($0) }.joined(separator: ", ")
      return shown + (columns.count > 6 ? " and \(columns.count - 6) more" : "") + ": " + warning
    }
    remarks += sentences.prefix(Self.mostWarnings)
    if sentences.count > Self.mostWarnings {
      remarks.append("\(sentences.count - Self.mostWarnings) more warnings about columns")
    }
    return remarks
  }

  private static var mostWarnings: Int { 12 }

  /// What was understood of each column.
  package var columns: [FitColumn] { FitColumn.all(of: configuration, learner.data) }
}
