import Foundation
import Testing

/// What `-o` does to what is there already.
@Suite struct OutputTests {
  /// A run with a point, and the CSV that its export is.
  private func placeWithRun() throws -> (Workplace, csv: String) {
    let workplace = try Workplace()
    let id = try workplace.rlrun("log", "--start", "--experiment", "e").output.trimmingCharacters(in: .newlines)
    try workplace.rlrun("log", id, "loss=0.5", "--step", "1")
    let csv = try workplace.rlrun("export", id).output
    try #require(csv.contains("loss,1,"))
    return (workplace, csv)
  }

  private func export(_ workplace: Workplace, to output: String) throws -> Output {
    try workplace.rlrun("export", "--experiment", "e", "-o", output)
  }

  private func contents(_ workplace: Workplace, _ name: String) -> String? {
    FileManager.default.contents(atPath: workplace.path(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  private func kind(_ workplace: Workplace, _ name: String) -> mode_t? {
    var status = stat()
    return lstat(workplace.path(name), &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  @Test func `a new name and a regular file get what was written, and the file keeps its mode`() throws {
    let (workplace, csv) = try placeWithRun()
    #expect(try export(workplace, to: "new.csv").status == 0)
    #expect(contents(workplace, "new.csv") == csv)
    try workplace.write("old", to: "old.csv")
    chmod(workplace.path("old.csv"), 0o600)
    #expect(try export(workplace, to: "old.csv").status == 0)
    #expect(contents(workplace, "old.csv") == csv)
    var status = stat()
    #expect(stat(workplace.path("old.csv"), &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try workplace.names() == ["new.csv", "old.csv", "runs"])
  }

  @Test func `of a symbolic link what it names is replaced, and the link stays`() throws {
    let (workplace, csv) = try placeWithRun()
    try FileManager.default.createDirectory(atPath: workplace.path("there"), withIntermediateDirectories: true)
    try workplace.write("old", to: "there/target.csv")
    // One link to another, from a folder away; and one to nothing yet.
    symlink("second", workplace.path("first"))
    symlink("there/target.csv", workplace.path("second"))
    symlink(workplace.path("there/nothing.csv"), workplace.path("dangling"))
    for name in ["first", "dangling"] { #expect(try export(workplace, to: name).status == 0) }
    #expect(contents(workplace, "there/target.csv") == csv && contents(workplace, "there/nothing.csv") == csv)
    for name in ["first", "second", "dangling"] { #expect(kind(workplace, name) == S_IFLNK, "\(name)") }
    symlink("round", workplace.path("round"))
    let round = try export(workplace, to: "round")
    #expect(round.status == 1)
    #expect(round.errors == "rlrun: could not write round: Too many levels of symbolic links\n")
    #expect(kind(workplace, "round") == S_IFLNK)
  }

  @Test(arguments: [["export"], ["plot", "--metric", "loss"]])
  func `a named pipe is written through`(command: [String]) throws {
    let (workplace, _) = try placeWithRun()
    let ending = command[0] == "plot" ? ".svg" : ""
    try workplace.run("rlrun", command + ["--experiment", "e", "-o", "plain" + ending])
    try #require(mkfifo(workplace.path("pipe" + ending), 0o600) == 0)
    symlink("pipe" + ending, workplace.path("link" + ending))
    for name in ["pipe", "link"] {
      let script =
        "cat \(name)\(ending) > got & rlrun \(command.joined(separator: " ")) --experiment e -o \(name)\(ending) && wait"
      #expect(try workplace.run("/bin/bash", ["-c", script]).status == 0)
      #expect(contents(workplace, "got") == contents(workplace, "plain" + ending) && contents(workplace, "got") != "")
      #expect(kind(workplace, "pipe" + ending) == S_IFIFO)
    }
    #expect(kind(workplace, "link" + ending) == S_IFLNK)
  }

  @Test func `a device is written through, and says when it is full`() throws {
    let (workplace, csv) = try placeWithRun()
    // A terminal of our own is a device that nobody else needs.
    let screen = try PseudoTerminal(columns: 80, rows: 24)
    var attributes = termios()
    tcgetattr(screen.device, &attributes)
    attributes.c_oflag &= ~tcflag_t(OPOST)
    tcsetattr(screen.device, TCSANOW, &attributes)
    #expect(try export(workplace, to: screen.name).status == 0)
    #expect(screen.read() == csv)
    var status = stat()
    #expect(stat(screen.name, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    symlink("/dev/full", workplace.path("full"))
    let full = try export(workplace, to: "full")
    #expect(full.status == 1)
    #expect(full.errors == "rlrun: could not write full: No space left on device\n")
    #expect(kind(workplace, "full") == S_IFLNK)
  }

  @Test func `this program's own streams are written through, from where they stand`() throws {
    let (workplace, csv) = try placeWithRun()
    for name in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1"] {
      // Written anew from the beginning, or under another name, the first line would be lost.
      let script = "{ echo before; rlrun export --experiment e -o \(name); echo after; } > got"
      #expect(try workplace.run("/bin/bash", ["-c", script]).status == 0)
      #expect(contents(workplace, "got") == "before\n" + csv + "after\n", "\(name)")
    }
    #expect(try export(workplace, to: "/dev/stdout").output == csv)
    let other = try workplace.run("/bin/bash", ["-c", "rlrun export --experiment e -o /dev/fd/7 7>> seven"])
    #expect(other.status == 0 && other.output.isEmpty && contents(workplace, "seven") == csv)
    let closed = try export(workplace, to: "/dev/fd/9")
    #expect(closed.status == 1)
    #expect(closed.errors == "rlrun: could not write /dev/fd/9: Bad file descriptor\n")
  }

  @Test func `where nothing can be written one sentence says so, and nothing is left`() throws {
    let (workplace, _) = try placeWithRun()
    try FileManager.default.createDirectory(atPath: workplace.path("folder"), withIntermediateDirectories: true)
    for (name, reason) in [
      ("folder", "it is a folder; name a file in it"), ("folder/", "it is a folder; name a file in it"),
      ("none/x.csv", "No such file or directory"), ("new/", "it names a folder that is not there"),
      ("runs/rlrun-store/x", "Not a directory"),
    ] {
      let result = try export(workplace, to: name)
      #expect(result.status == 1, "\(name)")
      #expect(result.errors == "rlrun: could not write \(name): \(reason)\n")
    }
    #expect(try export(workplace, to: "").errors == "rlrun: could not write to '': an output needs a name\n")
    #expect(try workplace.names() == ["folder", "runs"])
  }

  @Test func `what fails or is interrupted on the way leaves the old file and no other`() throws {
    let (workplace, _) = try placeWithRun()
    try workplace.write("old", to: "kept.csv")
    // The header is read, the file opened, and then a row is refused.
    try workplace.write("a,b\n" + (0..<60).map { "\($0),\($0 % 2)\n" }.joined(), to: "data.csv")
    #expect(try workplace.rlrun("fit", "data.csv", "--target", "b", "--model", "logistic").status == 0)
    try workplace.write("c\n1\n", to: "wrong.csv")
    #expect(try workplace.rlrun("predict", "latest", "wrong.csv", "-o", "kept.csv").status != 0)
    // Rows that come through a pipe to which nobody writes: the program waits in the midst of its work.
    try #require(mkfifo(workplace.path("rows"), 0o600) == 0)
    do {
      // Other signals may be ignored in whatever runs the tests, which a child inherits.
      let (process, output, errors) = try workplace.start("rlrun", ["predict", "latest", "rows", "-o", "kept.csv"])
      while process.isRunning, try !workplace.names(hidden: true).contains(where: { $0.hasPrefix(".kept.csv.") }) {
        usleep(2_000)
      }
      kill(process.processIdentifier, SIGTERM)
      _ = Workplace.finish(process, output, errors)
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
      #expect(try workplace.names(hidden: true).allSatisfy { !$0.hasPrefix(".kept") })
    }
    // Playing takes note of the first signal and ends in its own time.
    let (process, output, errors) = try workplace.start(
      "rlrun", ["play", "Acrobot-v1", "-o", "kept.svg", "--episodes", "1000"])
    while process.isRunning, try !workplace.names(hidden: true).contains(where: { $0.hasPrefix(".kept.svg.") }) {
      usleep(2_000)
    }
    kill(process.processIdentifier, SIGINT)
    _ = Workplace.finish(process, output, errors)
    #expect(process.terminationStatus == 130)
    #expect(try workplace.names(hidden: true).allSatisfy { !$0.contains("kept.svg") })
    #expect(contents(workplace, "kept.csv") == "old")
  }
}
