import Foundation
import Testing

@testable import rlrun

/// What a terminal is known by, and what is shown on one.
@Suite struct TerminalTests {
  @Test func `COLUMNS and LINES come before the size a terminal reports, and 80 by 24 after it`() {
    func size(_ environment: [String: String], _ reported: (Int, Int)? = nil) -> [Int] {
      let terminal = Terminal(isTerminal: true, size: reported, environment: environment)
      return [terminal.columns, terminal.rows]
    }
    #expect(size([:]) == [80, 24])
    #expect(size([:], (132, 50)) == [132, 50])
    #expect(size(["COLUMNS": "40", "LINES": "9"], (132, 50)) == [40, 9])
    for wrong in ["", "0", "-3", "wide", "99999999999999999999"] { #expect(size(["COLUMNS": wrong]) == [80, 24]) }
  }

  @Test(
    arguments: [
      (true, [:], .indexed, true), (true, ["COLORTERM": "truecolor"], .full, true),
      (true, ["NO_COLOR": "1"], .none, true),
      (true, ["NO_COLOR": ""], .indexed, true), (true, ["TERM": "dumb", "COLORTERM": "truecolor"], .none, false),
      (false, ["COLORTERM": "truecolor"], .none, false),
    ] as [(Bool, [String: String], Colours, Bool)])
  func `colours and the cursor's moves are for terminals that have them`(
    isTerminal: Bool, environment: [String: String], colours: Colours, movesCursor: Bool
  ) {
    let terminal = Terminal(isTerminal: isTerminal, size: nil, environment: environment)
    #expect("\(terminal.colours)" == "\(colours)" && terminal.movesCursor == movesCursor)
  }

  enum Colours { case none, indexed, full }

  @Test func `data on a terminal lose their control characters wherever their bytes are parted`() {
    let data = Array("a\u{1B}[31m ä\u{9B} €\u{202E} 😀\tb\n".utf8)
    let expected = "a\\x1b[31m ä\\x9b €\\u202e 😀\tb\n"
    for size in 1...data.count {
      var filter = TerminalFilter()
      let shown = stride(from: 0, to: data.count, by: size).flatMap {
        filter.filter(Array(data[$0..<min($0 + size, data.count)]))
      }
      #expect(String(decoding: shown, as: UTF8.self) == expected)
    }
  }

  @Test func `a line of progress fits every width: the bar gives way first, then the words`() {
    let words = "50 % · 100 of 200 steps · 7 steps/s"
    #expect(ProgressDisplay.line(0.5, words, columns: 80) == "[██████████░░░░░░░░░░] " + words)
    for columns in 1...100 {
      let line = ProgressDisplay.line(0.5, words, columns: columns)
      #expect(line.count < max(columns, 2), "\(columns) columns")
      #expect(line.hasSuffix(words) || words.hasPrefix(line))
    }
  }

  /// What a command shows on a terminal.
  private func shown(
    _ arguments: [String], columns: Int, environment: [String: String] = [:], in workplace: Workplace
  ) throws -> String {
    let screen = try PseudoTerminal(columns: columns, rows: 24)
    let handle = FileHandle(fileDescriptor: screen.device, closeOnDealloc: false)
    let defaults = ["TERM": "xterm-256color", "COLORTERM": ""]
    let process = try workplace.start(
      "rlrun", arguments, output: handle, errors: handle, environment: defaults.merging(environment) { $1 })
    // A terminal holds a few kilobytes; who does not read makes the program wait.
    var text = ""
    while process.isRunning {
      text += screen.read()
      usleep(1_000)
    }
    return text + screen.read()
  }

  @Test func `NO_COLOR, TERM=dumb and COLUMNS are heeded by charts, films and progress`() throws {
    let workplace = try Workplace()
    let training = ["train", "CartPole-v1", "--steps", "3000", "--eval-freq", "0"]
    let bar = try shown(training, columns: 30, in: workplace)
    #expect(bar.contains("\r") && bar.contains("\u{1B}[K"))
    for line in bar.split(separator: "\r\n")[0].split(separator: "\r") {
      #expect(line.replacing("\u{1B}[K", with: "").count < 30, "\(line)")
    }
    #expect(try !shown(training, columns: 30, environment: ["TERM": "dumb"], in: workplace).contains("\u{1B}"))
    let chart = ["plot", "latest", "--metric", "train/loss"]
    let coloured = try shown(chart, columns: 100, in: workplace)
    #expect(coloured.contains("\u{1B}[38;5;"))
    for setting in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      #expect(try !shown(chart, columns: 100, environment: setting, in: workplace).contains("\u{1B}"))
    }
    func width(_ text: String) -> Int {
      text.split(whereSeparator: \.isNewline).filter { $0.contains("└") }.map(\.count).max() ?? 0
    }
    let plain = ["NO_COLOR": "1"]
    #expect(try width(shown(chart, columns: 100, environment: plain, in: workplace)) <= 100)
    #expect(
      try width(shown(chart, columns: 100, environment: plain.merging(["COLUMNS": "50"]) { $1 }, in: workplace)) == 50)
    let film = ["play", "CartPole-v1", "--seed", "1"]
    #expect(try shown(film, columns: 80, environment: plain, in: workplace).contains("\u{1B}[?25l"))
    #expect(try !shown(film, columns: 80, environment: plain, in: workplace).contains("\u{1B}[38"))
    #expect(try !shown(film, columns: 80, environment: ["TERM": "dumb"], in: workplace).contains("\u{1B}"))
  }

  @Test func `names with line breaks and escapes reach no table, no sentence and no terminal`() throws {
    let workplace = try Workplace()
    // It would turn the screen red, clear it, set the window's title, and show a text from right to left.
    let evil = "a\u{1B}[31m\u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}b\r\nc"
    let escaped = "a\\x1b[31m\\x1b[2J\\x1b]0;owned\\x07\\x9b31m\\u202eb\\r\\nc"
    let start = try workplace.rlrun(
      "log", "--start", "--experiment", evil, "--name", evil, "--agent", evil, "--environment", evil, "--tag",
      "\(evil)=\(evil)", "--param", "\(evil)=x")
    let id = start.output.trimmingCharacters(in: .newlines)
    try #require(start.status == 0 && id.count == 8, "\(start.errors)")
    try workplace.rlrun("log", id, "\(evil)=1", "--step", "1")
    try workplace.rlrun("log", id, "\(evil)=2", "--step", "2")
    try workplace.rlrun("note", id, evil)
    try workplace.write("x", to: "odd\u{1B}[31m.bin")
    try workplace.rlrun("log", id, "--artifact", "odd\u{1B}[31m.bin", "--failed", evil)
    try workplace.write(
      "\"\(evil)\",k\n" + (0..<40).map { "\($0),\($0 % 2 == 0 ? "\"\(evil)\"" : "y")\n" }.joined(), to: "e.csv")
    let fit = try workplace.rlrun("fit", "e.csv", "--target", "k", "--model", "logistic", "--experiment", "fits")
    try #require(fit.status == 0, "\(fit.errors)")
    #expect(fit.output.contains(escaped))
    let commands = [
      ["show", id], ["show", id, "--json"], ["runs"], ["runs", "--columns", "id,name,agent,tags.\(evil)"],
      ["runs", "--json"],
      ["compare", id], ["compare", id, "--metric", evil], ["compare", id, "--metric", evil, "--markdown"],
      ["compare", id, "--json"], ["plot", id, "--metric", evil], ["plot", id, "--metric", "x" + evil], ["debug", id],
      ["diff", id, "latest"], ["tail", id, "--no-follow"], ["tag", id, "\(evil)=\(evil)"], ["verify"], ["show", evil],
      ["runs", "--experiment", evil], ["runs", "--where", evil], ["runs", "--sort", evil],
      ["export", "--experiment", evil + "x"],
      ["train", evil], ["train", "CartPole-v1", "--agent", evil], ["train", "CartPole-v1", "--set", evil],
      ["train", "CartPole-v1", "--set", "\(evil)=1"], ["train", "CartPole-v1", "--config", evil],
      ["fit", evil, "--model", "mlp"],
      ["fit", "e.csv", "--target", evil + "x", "--model", "mlp"], ["predict", "latest", evil],
      ["predict", "latest", "e.csv"],
      ["import", evil], ["artifact", id, evil], ["env", evil], ["agents", evil], ["models", evil], ["rules", evil],
      ["show", "latest"], ["export", id], ["export", id, "--format", "jsonl"], ["runs", "--csv"], [evil],
      ["show", "--" + evil],
    ]
    var named = 0
    for command in commands {
      let text = try shown(command, columns: 200, environment: ["NO_COLOR": "1"], in: workplace)
      let odd = text.unicodeScalars.filter { scalar in
        (scalar.value < 0x20 && !"\r\n\t".unicodeScalars.contains(scalar)) || (0x7F..<0xA0).contains(scalar.value)
          || scalar.value == 0x202E
      }
      #expect(
        odd.isEmpty, "\(command[0]) \(command.last!.debugDescription) shows \(odd.map { $0.escaped(asASCII: true) })")
      if text.contains("\\x1b[31m") || text.contains("\\u001b[31m") { named += 1 }
    }
    #expect(named > 30)
    // A name in a table keeps to its row.
    let table = try workplace.rlrun("runs", "--columns", "id,name,experiment").output
    #expect(table.split(separator: "\n").count == 3 && table.contains(escaped))
    // Data are as they are where a program reads them.
    #expect(try workplace.rlrun("export", id).output.contains("\u{1B}[31m\u{1B}[2J"))
    let json = try workplace.rlrun("show", id, "--json").output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect((object["summary"] as? [String: Any])?["name"] as? String == evil)
  }
}
