import ArgumentParser
import Foundation

struct AutopilotHonestyBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "autopilot-honesty",
    abstract: "What an autopilot says of tables from which nothing can be learnt, of leaks, and of wrong labels.",
    discussion: """
      Of shuffled targets it counts how often the answer is called better than the baseline, which may happen in 5 % of the
      tables; of leaks how often the column is left out; of wrong labels how many of the rows that it lists are wrong, and how
      many of the wrong ones it lists. Every autopilot that was run is kept in honesty.csv in the folder.
      """)

  @Option(help: "The folder for the tables, and for what was measured.")
  var folder: String
  @Option(help: "Tables of each kind.")
  var seeds = 40
  @Option(help: "Candidates.")
  var trials = 20
  @Option(help: "Only these kinds of tables, with commas between them.")
  var tables = HonestyTable.allCases.map(\.rawValue).joined(separator: ",")
  @Option(help: "The program (default: .build/release/rlrun).")
  var program: String?

  private struct Answer: Decodable {
    struct Report: Decodable {
      struct Plan: Decodable {
        struct LeftOut: Decodable { var column: String }
        var leftOut: [LeftOut]
      }
      struct Test: Decodable { var isBetterThanBaseline: Bool }
      struct Improvement: Decodable { var low: Double? }
      struct Entry: Decodable { var run: String? }
      var plan: Plan
      var test: Test?
      var improvementInFolds: Improvement?
      var doubtfulLabels: Int
      var leaderboard: [Entry]
    }
    var run: String
    var report: Report
  }

  /// An autopilot; a line of honesty.csv.
  private struct Cell {
    var table: HonestyTable
    var seed: Int
    var isBetter: Bool
    var leavesLeakOut: Bool
    /// Rows with a doubtful label, those of them that are wrong, and all that are wrong.
    var doubtful = 0
    var found = 0
    var wrong = 0

    static let header = "table,seed,trials,better,leak_left_out,doubtful,found,wrong"

    func line(_ trials: Int) -> String {
      "\(table.rawValue),\(seed),\(trials),\(isBetter),\(leavesLeakOut),\(doubtful),\(found),\(wrong)"
    }

    init(_ table: HonestyTable, seed: Int, isBetter: Bool, leavesLeakOut: Bool) {
      (self.table, self.seed, self.isBetter, self.leavesLeakOut) = (table, seed, isBetter, leavesLeakOut)
    }

    /// nil for one of another number of trials.
    init?(_ line: Substring, trials: Int) {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 8, let table = HonestyTable(rawValue: fields[0]), let seed = Int(fields[1]),
        fields[2] == "\(trials)", let isBetter = Bool(fields[3]), let leavesLeakOut = Bool(fields[4]),
        let doubtful = Int(fields[5]), let found = Int(fields[6]), let wrong = Int(fields[7])
      else { return nil }
      self.init(table, seed: seed, isBetter: isBetter, leavesLeakOut: leavesLeakOut)
      (self.doubtful, self.found, self.wrong) = (doubtful, found, wrong)
    }
  }

  func validate() throws {
    guard (1...10_000).contains(seeds), (1...10_000).contains(trials) else {
      throw ValidationError("--seeds and --trials take 1 to 10000")
    }
    if let unknown = names.first(where: { HonestyTable(rawValue: $0) == nil }) {
      throw ValidationError(
        "there is no table '\(unknown)': --tables takes \(HonestyTable.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
  }

  private var names: [String] { tables.split(separator: ",").map(String.init) }

  func run() throws {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    let folder = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("honesty.csv")
    var text = (try? String(contentsOf: file, encoding: .utf8)) ?? Cell.header + "\n"
    var cells = text.split(separator: "\n").compactMap { Cell($0, trials: trials) }
    let chosen = names.compactMap { HonestyTable(rawValue: $0) }
    // All tables once before a second seed of any: so that what there is can be looked at at any time.
    for seed in 0..<seeds {
      for table in chosen where !cells.contains(where: { $0.table == table && $0.seed == seed }) {
        let cell = try measure(table, seed: seed, in: folder)
        cells.append(cell)
        text += cell.line(trials) + "\n"
        try Data(text.utf8).write(to: file, options: .atomic)
      }
    }
    print(report(cells.filter { $0.seed < seeds }, chosen))
  }

  private func measure(_ table: HonestyTable, seed: Int, in folder: URL) throws -> Cell {
    let (csv, wrong) = table.made(seed: UInt64(seed))
    let (data, store) = (folder.appendingPathComponent("table.csv"), folder.appendingPathComponent("store").path)
    try Data(csv.utf8).write(to: data)
    try? FileManager.default.removeItem(atPath: store)
    let rlrun = Program(at: program ?? ResumeBenchmark.built)
    let ended = try rlrun.run(
      [
        "autopilot", data.path, "--target", "y", "--trials", "\(trials)", "--jobs", "1", "--seed", "\(seed)", "--json",
        "--store", store,
      ], droppingComplaints: true)
    guard ended.status == 0 else {
      throw BenchmarkError("an autopilot of '\(table.rawValue)' ends with status \(ended.status)")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Answer.self, from: Data(ended.output.utf8)).report
    var cell = Cell(
      table, seed: seed, isBetter: report.test?.isBetterThanBaseline ?? ((report.improvementInFolds?.low ?? 1) > 0),
      leavesLeakOut: report.plan.leftOut.contains { $0.column == HonestyTable.leakingColumn })
    cell.wrong = wrong.count
    guard !wrong.isEmpty, let run = report.leaderboard.lazy.compactMap(\.run).first else { return cell }
    let listed = try rlrun.run(["artifact", run, "label-issues.csv", "--store", store], droppingComplaints: true).output
    let rows = listed.split(separator: "\n").dropFirst().compactMap { Int($0.prefix { $0 != "," }) }
    (cell.doubtful, cell.found) = (rows.count, rows.count(where: wrong.contains))
    return cell
  }

  private func report(_ cells: [Cell], _ tables: [HonestyTable]) -> String {
    var table = Table([
      "table", "autopilots", "better than the baseline", "of 100", "leak left out", "labels listed", "wrong",
    ])
    for kind in tables {
      let own = cells.filter { $0.table == kind }
      if own.isEmpty { continue }
      let better = own.count(where: \.isBetter)
      let listed = own.reduce(0) { $0 + $1.doubtful }
      let (found, wrong) = (own.reduce(0) { $0 + $1.found }, own.reduce(0) { $0 + $1.wrong })
      let isLeak = kind == .leak || kind == .numberLeak
      table.add([
        kind.rawValue, "\(own.count)", "\(better)", String(format: "%.1f", 100 * Double(better) / Double(own.count)),
        isLeak ? "\(own.count(where: \.leavesLeakOut))" : "–",
        wrong > 0 ? "\(listed), of which \(found) are wrong" : "–", wrong > 0 ? "\(wrong)" : "–",
      ])
    }
    let shuffled = cells.filter(\.table.isShuffled)
    let claims = shuffled.count(where: \.isBetter)
    return table.text + "\nshuffled: called better than the baseline in \(claims) of \(shuffled.count)"
  }
}
