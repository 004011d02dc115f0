import Debugger
import Formats
import Foundation
import Runs
import Synchronization
import Telemetry
import Tracker

/// How far several trainings are, together: a bar that is redrawn on a terminal, a line now and then in a pipe.
///
/// Written to standard error, so that standard output holds results only.
final class ProgressDisplay: Sendable {
  private struct State {
    var standings: [UInt64: RunProgress] = [:]
    var lastDrawn = 0.0
    var lastShare = 0.0
    var lineIsOpen = false
    var findings = FindingLines()
  }

  private let budget: Int
  private let trainings: Int
  private let isQuiet: Bool
  private let unit: StepUnit
  /// Seconds after which it ends, however few steps are done.
  private let limit: Double?
  private let names: [UInt64: String]
  private let isRedrawn = Terminal.errors.movesCursor
  private let start = ProcessInfo.processInfo.systemUptime
  private let state = Mutex(State())

  /// `budget`: steps of one training; `trainings`: how many there are; `unit`: what steps are; `names`: of trainings that
  /// are told apart by something else than their seeds.
  init(
    budget: Int, trainings: Int, isQuiet: Bool = false, unit: StepUnit = .steps, limit: Double? = nil,
    names: [UInt64: String] = [:]
  ) {
    (self.names, self.limit) = (names, limit)
    self.budget = budget
    self.unit = unit
    self.trainings = trainings
    self.isQuiet = isQuiet
  }

  /// Takes in where the training with `seed` is; draws at most ten times a second (a line every 10 % or 10 s, from
  /// the second second on).
  func update(seed: UInt64, _ progress: RunProgress) {
    if isQuiet { return }
    state.withLock { state in
      state.standings[seed] = progress
      let now = ProcessInfo.processInfo.systemUptime - start
      let steps = state.standings.values.reduce(0.0) { $0 + Double(min($1.step, $1.budget)) }
      let ofSteps = Double(steps) / max(1, Double(budget) * Double(trainings))
      let share = max(ofSteps, limit.map { min(1, now / $0) } ?? 0)
      let isDue =
        isRedrawn
        ? now - state.lastDrawn >= 0.1 || share >= 1
        : now - state.lastDrawn >= 10
          || now >= 1
            && (share - state.lastShare >= 0.1 || (share >= 1 && state.lastShare < 1))
      guard isDue else { return }
      (state.lastDrawn, state.lastShare) = (now, share)
      let line = describe(state.standings, steps: steps, share: share, elapsed: now)
      let columns = Terminal.errors.columns
      write(isRedrawn ? "\r\(Self.line(share, line, columns: columns))\u{1B}[K" : "\(line)\n")
      state.lineIsOpen = isRedrawn
    }
  }

  /// Writes a line of its own, even where progress is not written; findings have one a rule and seed.
  func say(_ remark: Remark, seed: UInt64) {
    let label = trainings > 1 ? "\(names[seed] ?? "seed \(seed)"): " : ""
    state.withLock { state in
      guard let finding = remark.finding else {
        state.findings.countLine()
        return writeLine(label + remark.description.printableLines, &state)
      }
      let terminal = Terminal.errors
      let change = state.findings.take(
        finding, seed: seed, label: label, rows: isRedrawn ? terminal.rows : nil, width: terminal.columns - 1)
      switch change {
      case .new(let line): writeLine(line.printable, &state)
      // Up to the line, and down again to where the bar is drawn.
      case .replaced(let line, let above):
        write("\u{1B}[\(above)A\r\(line.printable)\u{1B}[K\u{1B}[\(above)B\r")
      case .counted: break
      }
    }
  }

  /// Ends the bar's line; a pipe hears how often what it was told of came again.
  func finish() {
    state.withLock { state in
      if state.lineIsOpen { write("\n") }
      state.lineIsOpen = false
      if !isRedrawn { for line in state.findings.summary { write(line + "\n") } }
    }
  }

  /// Where the bar is, which is drawn again below it.
  private func writeLine(_ line: String, _ state: inout State) {
    if state.lineIsOpen { write("\r\u{1B}[K") }
    state.lineIsOpen = false
    write(line + "\n")
  }

  private func describe(
    _ standings: [UInt64: RunProgress], steps: Double, share: Double, elapsed: Double
  ) -> String {
    let figures = standings.values.compactMap(\.figure)
    let rate = steps / max(elapsed, 1e-9)
    let rest = share > 0 ? elapsed * (1 - share) / share : 0
    var parts = [
      String(format: "%3.0f %%", share * 100),
      limit == nil
        ? "\(shortest(steps)) of \(shortest(Double(budget) * Double(trainings))) \(unit.rawValue)"
        : "\(shortest(steps)) \(unit.rawValue)",
    ]
    parts.append("\(decimal(rate, rate < 10 ? 1 : 0)) \(unit.rawValue)/s")
    parts.append("\(Self.duration(rest)) left")
    if !figures.isEmpty {
      let mean = Formats.mean(figures)
      parts.append("\(unit.figure) \(decimal(mean, abs(mean) < 10 ? 3 : 1))")
    }
    // Last, as a narrow terminal cuts it off.
    if standings.count < trainings {
      parts.append("\(standings.count) of \(trainings) \(names.isEmpty ? "seeds" : "runs") started")
    }
    return parts.joined(separator: " · ")
  }

  /// The bar and the words in a line that a terminal of so many columns does not break: the bar gives way, then the words.
  static func line(_ share: Double, _ words: String, columns: Int) -> String {
    // The last column stays free: a character there may begin the next line.
    let room = max(columns - 1, 1)
    let width = min(20, room - words.count - 3)
    guard width >= 5 else { return String(words.prefix(room)) }
    let full = Int((Double(width) * min(1, share)).rounded(.down))
    return "[" + String(repeating: "█", count: full) + String(repeating: "░", count: width - full) + "] " + words
  }

  /// `42 s`, `3 min 05 s`, `2 h 10 min`.
  static func duration(_ seconds: Double) -> String {
    // Longer than anybody waits, or no number.
    guard seconds < 1e12 else { return "more than 30,000 years" }
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
    return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
  }

  private func write(_ text: String) { StandardErrors.write(text) }
}

extension StepUnit {
  /// What the number beside the progress is called.
  fileprivate var figure: String {
    switch self {
    case .steps: "return"
    case .epochs: "loss"
    case .trials: "best"
    }
  }
}
