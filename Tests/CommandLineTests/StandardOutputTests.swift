import Foundation
import Testing

/// Standard output that takes nothing, or that nobody reads any more.
@Suite struct StandardOutputTests {
  /// A command line for every command that prints, and for its other forms.
  private static let commands = [
    "train CartPole-v1 --dry-run", "train CartPole-v1 --dry-run --json",
    "train CartPole-v1 --steps 64 --set n_steps=32",
    "train CartPole-v1 --steps 64 --set n_steps=32 --json", "train CartPole-v1 --steps 64 --set n_steps=32 --no-log",
    "fit data.csv --target b --model logistic", "resume $trained", "reproduce $trained",
    "data add d data.csv", "data add d data.csv --json", "data list", "data list --json", "data show d",
    "data show d --json",
    "data profile d", "data profile d --json", "data check d", "data check d --json",
    "data head d", "data diff d@1 d@1", "data diff d@1 d@1 --json", "data log d", "data log d --json", "data tag d t",
    "data export d", "data lineage d", "data lineage d --json", "data verify", "data du",
    "data gc --dry-run", "data gc --json", "data gc d", "data erase d --rows 1 -y",
    "data delete d -y", "workflow run flow.yaml --dry-run", "workflow run flow.yaml", "workflow run flow.yaml --json",
    "workflow show flow.yaml", "workflow show flow.yaml --json",
    "evaluate $trained --episodes 2",
    "evaluate $trained --episodes 2 --json", "play CartPole-v1", "predict $fitted data.csv",
    "explain $fitted", "explain $fitted --json", "explain $fitted data.csv --rows 1 --column a", "runs", "runs --json",
    "runs --csv", "runs --columns id,seed", "show $trained", "show $trained --json", "debug $trained",
    "debug $trained --json", "diff $trained $fitted", "diff $trained $fitted --json", "compare --experiment default",
    "compare --experiment default --csv", "compare --experiment default --json",
    "compare --experiment default --markdown",
    "report --experiment default", "plot $trained --metric time/fps", "profile $trained", "profile $trained --json",
    "export $trained",
    "export $trained --format jsonl", "export $trained --what episodes", "tail $trained", "artifact $trained data.csv",
    "verify", "verify $trained", "log --start", "import progress.csv", "tag $trained a=b", "note $trained words",
    "experiments", "experiments --json", "delete $fitted", "restore $fitted", "delete $fitted", "repair $trained", "gc",
    "gc --dry-run", "train CartPole-v1 --steps 64 --set n_steps=32 --detach",
    "jobs", "jobs --json", "stop --wait $(ls runs/.jobs)", "envs", "envs --json", "env CartPole-v1",
    "env CartPole-v1 --json", "check FrozenLake-v1 --steps 30", "check FrozenLake-v1 --steps 30 --json", "agents",
    "agents ppo", "agents --json", "models", "models mlp", "rules", "rules Overfit", "rules --json", "describe",
    "describe --json", "studio --dry-run",
    "trace CartPole-v1 --seed 1 --actions actions.txt", "autopilot data.csv --target b --plan-only",
    "search train CartPole-v1 --space default --dry-run",
    "search run --space space.yaml --metric loss --trials 1 -- echo loss={x}", "search show latest",
    "search show latest --json", "search open --space space.yaml --metric loss",
    "search ask $(rlrun search open --space space.yaml --metric loss)", "--help", "help train", "--version",
    "--generate-completion-script bash", "--experimental-dump-help",
  ]

  /// A store with a training that has an artifact, and with a fit.
  private func filledPlace() throws -> (Workplace, trained: String, fitted: String) {
    let workplace = try Workplace()
    try workplace.write("a,b\n" + (0..<60).map { "\($0),\($0 % 2)\n" }.joined(), to: "data.csv")
    try workplace.write("time/total_timesteps,x\n1,2\n", to: "progress.csv")
    try workplace.write("0\n1\n", to: "actions.txt")
    try workplace.write("x: [1, 2]\n", to: "space.yaml")
    try workplace.write("workflow: w\nsteps:\n  raw: {add: data.csv}\n", to: "flow.yaml")
    let training = try workplace.rlrun("train", "CartPole-v1", "--steps", "64", "--set", "n_steps=32", "--json")
    let fit = try workplace.rlrun("fit", "data.csv", "--target", "b", "--model", "logistic", "--json")
    let ids = try [training, fit].map { result in
      String(try #require(result.output.firstMatch(of: /"run" : "([0-9a-z]+)"/)).1)
    }
    #expect(try workplace.rlrun("log", ids[0], "--artifact", "data.csv").status == 0)
    return (workplace, ids[0], ids[1])
  }

  @Test func `a full disk under standard output is said, with status 1, by every command`() throws {
    let (workplace, trained, fitted) = try filledPlace()
    let help = try workplace.rlrun("--help").output
    let names = help.split(separator: "\n").compactMap { $0.firstMatch(of: /^  ([a-z]+)( |$)/)?.1 }.map(String.init)
      .filter { $0 != "rlrun" }
    try #require(names.count > 25)
    for name in names {
      #expect(Self.commands.contains { $0 == name || $0.hasPrefix(name + " ") }, "no case for \(name)")
    }
    let script = Self.commands.map { "rlrun \($0) > /dev/full 2> errors; echo \"$? $(tail -n 1 errors)\"" }
    let lines = try workplace.run(
      "/bin/bash", ["-c", "trained=\(trained) fitted=\(fitted)\n" + script.joined(separator: "\n")]
    ).output.split(separator: "\n")
    try #require(lines.count == Self.commands.count)
    for (command, line) in zip(Self.commands, lines) {
      #expect(line == "1 rlrun: could not write standard output: No space left on device", "\(command)")
    }
    // What was to be done has been done all the same.
    #expect(try workplace.rlrun("show", trained).output.contains("words"))
  }

  @Test func `a reader that has gone ends a command without a word`() throws {
    let (workplace, trained, _) = try filledPlace()
    // Ignoring the signal is inherited, from Python's subprocess or a service's manager.
    for setting in ["", "trap '' PIPE; "] {
      for command in ["runs --json", "export \(trained)", "show \(trained)", "tail \(trained)", "verify", "--help"] {
        let script = "\(setting)exec rlrun \(command)"
        let result = try workplace.runIntoClosedPipe("/bin/bash", ["-c", script])
        #expect(result == Output(status: SIGPIPE, output: "", errors: ""), "\(setting)\(command)")
      }
    }
    let piped = try workplace.run("/bin/bash", ["-c", "set -o pipefail; rlrun export \(trained) | head -n 1; echo $?"])
    #expect(piped.errors.isEmpty)
    #expect(piped.output.hasPrefix("experiment,run,") && ["\n141\n", "\n0\n"].contains { piped.output.hasSuffix($0) })
  }

  @Test func `without standard output nothing goes into a run's log in its place`() throws {
    let workplace = try Workplace()
    let script = "rlrun train CartPole-v1 --steps 64 --set n_steps=32 <&- >&- 2> errors; echo $?"
    #expect(try workplace.run("/bin/bash", ["-c", script]).output == "1\n")
    let errors = try String(contentsOfFile: workplace.path("errors"), encoding: .utf8)
    #expect(errors.hasSuffix("rlrun: could not write standard output: Bad file descriptor\n"))
    #expect(try workplace.rlrun("verify").output.contains("0 damaged"))
    // Standard error may be closed, or full, and the work is done.
    for end in ["2>&-", "2> /dev/full"] {
      let script = "rlrun train CartPole-v1 --steps 64 --set n_steps=32 \(end); echo $?"
      #expect(try workplace.run("/bin/bash", ["-c", script]).output.hasSuffix("\n0\n"))
    }
    #expect(try workplace.rlrun("verify").output.contains("3 runs, 0 damaged"))
  }

  @Test func `what rlrun prints goes through one place`() throws {
    let sources = Workplace.package.appendingPathComponent("Sources/rlrun").path
    var files = 0
    for case let name as String in try #require(FileManager.default.enumerator(atPath: sources))
    where name.hasSuffix(".swift") && !name.hasSuffix("/StandardOutput.swift") {
      let text = try String(contentsOfFile: sources + "/" + name, encoding: .utf8)
      for way in ["Swift.print(", "debugPrint(", "FileHandle.standard", "fputs(", "fwrite(", "putchar(", "puts("] {
        #expect(!text.contains(way), "\(name) writes by \(way)…)")
      }
      files += 1
    }
    #expect(files > 30)
  }
}
