import Foundation

/// What one program came to on one fold of a table.
struct AutopilotCell: Hashable {
  enum Status: String { case done, overrun, failed }

  var table: String
  var fold: Int
  /// `rlrun`, `autogluon`, …
  var by: String
  /// Seconds that it was given.
  var limit: Double
  var metric: String
  var score: Double?
  var seconds: Double
  /// Of the core; fewer than `seconds` where it was shared.
  var cpuSeconds: Double
  var megabytes: Double
  /// The share of the rows whose interval, or set of classes, holds the truth.
  var coverage: Double?
  var status: Status

  static let header = "table,fold,by,limit,metric,score,seconds,cpu_seconds,megabytes,coverage,status"

  /// The lower, the better.
  var loss: Double? { score.map { metric == "roc_auc" ? -$0 : $0 } }

  /// nil for a line that is none, as one whose end was not written.
  init?(_ line: some StringProtocol) {
    let fields = line.components(separatedBy: ",")
    guard fields.count >= 11, let fold = Int(fields[1]), let limit = Double(fields[3]),
      // A reason may stand behind the status, in quotation marks.
      let status = Status(rawValue: String(fields[10].drop { $0 == "\"" }.prefix { $0.isLetter }))
    else { return nil }
    (table, self.fold, by, self.limit, metric) = (fields[0], fold, fields[2], limit, fields[4])
    (score, seconds) = (Double(fields[5]), Double(fields[6]) ?? .nan)
    (cpuSeconds, megabytes) = (Double(fields[7]) ?? .nan, Double(fields[8]) ?? .nan)
    (coverage, self.status) = (Double(fields[9]), status)
  }

  init(
    table: String, fold: Int, by: String, limit: Double, metric: String, score: Double? = nil, seconds: Double,
    cpuSeconds: Double,
    megabytes: Double, coverage: Double? = nil, status: Status
  ) {
    (self.table, self.fold, self.by, self.limit, self.metric) = (table, fold, by, limit, metric)
    self.cpuSeconds = cpuSeconds
    (self.score, self.seconds, self.megabytes, self.coverage, self.status) = (
      score, seconds, megabytes, coverage, status
    )
  }

  var line: String {
    let numbers = [score, seconds, cpuSeconds, megabytes, coverage].map { $0.map { "\($0)" } ?? "" }
    return ([table, "\(fold)", by, "\(limit)", metric] + numbers + [status.rawValue]).joined(separator: ",")
  }
}

/// The cells that were measured before, in a CSV file that grows by a line a cell.
struct AutopilotCells {
  private let file: URL
  private(set) var all: [AutopilotCell] = []

  init(in folder: URL) throws {
    file = folder.appendingPathComponent("results.csv")
    if let text = try? String(contentsOf: file, encoding: .utf8) {
      all = text.split(whereSeparator: \.isNewline).compactMap { AutopilotCell($0) }
    } else {
      try Data((AutopilotCell.header + "\n").utf8).write(to: file)
    }
  }

  func has(_ table: String, _ fold: Int, _ by: String, _ limit: Double) -> Bool {
    all.contains { $0.table == table && $0.fold == fold && $0.by == by && $0.limit == limit }
  }

  mutating func add(_ cell: AutopilotCell) throws {
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data((cell.line + "\n").utf8))
    try handle.close()
    all.append(cell)
  }
}
