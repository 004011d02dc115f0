import Experiments
import Foundation
import RLCore
import Synchronization
import Telemetry
import Tracker

/// How far several trainings are, together: a bar that is redrawn on a terminal, a line now and then in a pipe.
///
/// Written to standard error, so that standard output holds results only.
final class ProgressDisplay: Sendable {
  /// Where one training is, and how well it does.
  private struct Standing {
    var steps: Int
    var budget: Int
    var figure: Double?
  }

  private struct State {
    var standings: [UInt64: Standing] = [:]
    var lastDrawn = 0.0
    var lastShare = 0.0
    var lineIsOpen = false
    var findings = FindingLines()
  }

  private let budget: Int
  private let trainings: Int
  private let isQuiet: Bool
  private let unit: String
  private let figure: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ProcessInfo.processInfo.systemUptime
  private let state = Mutex(State())

  /// `budget`: steps of one training; `trainings`: how many there are; `unit` and `figure`: what steps and the number
  /// beside them are called.
  init(budget: Int, trainings: Int, isQuiet: Bool = false, unit: String = "steps", figure: String = "return") {
    self.budget = budget
    self.unit = unit
    self.figure = figure
    self.trainings = trainings
    self.isQuiet = isQuiet
  }

  /// Takes in where the training with `seed` is; draws at most ten times a second (a line every 10 % or 10 s, from
  /// the second second on).
  func update(seed: UInt64, steps: Int, of budget: Int, figure: Double? = nil) {
    if isQuiet { return }
    state.withLock { state in
      state.standings[seed] = Standing(steps: steps, budget: budget, figure: figure)
      let now = ProcessInfo.processInfo.systemUptime - start
      let steps = state.standings.values.reduce(0) { $0 + min($1.steps, $1.budget) }
      let share = Double(steps) / Double(max(1, budget * trainings))
      let isDue =
        isTerminal
        ? now - state.lastDrawn >= 0.1 || share >= 1
        : now - state.lastDrawn >= 10
          || now >= 1
            && (share - state.lastShare >= 0.1 || (share >= 1 && state.lastShare < 1))
      guard isDue else { return }
      (state.lastDrawn, state.lastShare) = (now, share)
      let line = describe(state.standings, steps: steps, share: share, elapsed: now)
      write(isTerminal ? "\r\(bar(share)) \(line)\u{1B}[K" : "\(line)\n")
      state.lineIsOpen = isTerminal
    }
  }

  func update(seed: UInt64, _ status: Trainer.Status) {
    update(seed: seed, steps: status.steps, of: status.budget, figure: status.meanReward)
  }

  func update(seed: UInt64, _ status: FitRun.Status) {
    update(seed: seed, steps: status.epoch, of: status.epochs, figure: status.loss)
  }

  /// Writes a line of its own, even where progress is not written; findings have one a rule and seed.
  func say(_ remark: Remark, seed: UInt64) {
    let label = trainings > 1 ? "seed \(seed): " : ""
    state.withLock { state in
      guard let finding = remark.finding else {
        state.findings.countLine()
        return writeLine(label + remark.description, &state)
      }
      let change = state.findings.take(
        finding, seed: seed, label: label, rows: isTerminal ? terminalRows : nil, width: 79)
      switch change {
      case .new(let line): writeLine(line, &state)
      // Up to the line, and down again to where the bar is drawn.
      case .replaced(let line, let above): write("\u{1B}[\(above)A\r\(line)\u{1B}[K\u{1B}[\(above)B\r")
      case .counted: break
      }
    }
  }

  /// Ends the bar's line; a pipe hears how often what it was told of came again.
  func finish() {
    state.withLock { state in
      if state.lineIsOpen { write("\n") }
      state.lineIsOpen = false
      if !isTerminal { for line in state.findings.summary { write(line + "\n") } }
    }
  }

  /// Where the bar is, which is drawn again below it.
  private func writeLine(_ line: String, _ state: inout State) {
    if state.lineIsOpen { write("\r\u{1B}[K") }
    state.lineIsOpen = false
    write(line + "\n")
  }

  private var terminalRows: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0 ? Int(size.ws_row) : 24
  }

  private func describe(
    _ standings: [UInt64: Standing], steps: Int, share: Double, elapsed: Double
  ) -> String {
    let figures = standings.values.compactMap(\.figure)
    let rate = Double(steps) / max(elapsed, 1e-9)
    let rest = share > 0 ? elapsed * (1 - share) / share : 0
    var parts = [String(format: "%3.0f %%", share * 100), "\(steps) of \(budget * trainings) \(unit)"]
    parts.append("\(decimal(rate, rate < 10 ? 1 : 0)) \(unit)/s")
    if !figures.isEmpty {
      let mean = figures.reduce(0, +) / Double(figures.count)
      parts.append("\(figure) \(decimal(mean, abs(mean) < 10 ? 3 : 1))")
    }
    if trainings > 1 { parts.append("\(standings.count) of \(trainings) seeds started") }
    parts.append("\(Self.duration(rest)) left")
    return parts.joined(separator: " · ")
  }

  private func bar(_ share: Double) -> String {
    let width = 20
    let full = Int((Double(width) * min(1, share)).rounded(.down))
    return "[" + String(repeating: "█", count: full) + String(repeating: "░", count: width - full) + "]"
  }

  /// `42 s`, `3 min 05 s`, `2 h 10 min`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
    return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
