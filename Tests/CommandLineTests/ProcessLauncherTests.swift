import Files
import Foundation
import Testing

@testable import Runs
@testable import Tracker

/// Programs that outlive whoever started them, with the rlrun that was built as their supervisor.
@Suite struct ProcessLauncherTests {
  private let workplace: Workplace
  private let store: Store
  private let launcher: ProcessLauncher

  init() throws {
    workplace = try Workplace()
    store = try Store(path: workplace.path("runs"), create: true)
    launcher = Self.launcher(in: store)
  }

  private static func launcher(in store: Store) -> ProcessLauncher {
    ProcessLauncher(in: store, supervisor: Workplace.programs.appendingPathComponent("rlrun").path)
  }

  private func shell(_ script: String, environment: [String: String] = [:]) -> JobCommand {
    JobCommand(["sh", "-c", script], program: "sh", directory: workplace.folder.path, environment: environment)
  }

  /// A shell that says when it is `ready`, and then waits at the `gate`.
  private func waiting(after preparation: String = ":") throws -> (job: ProcessJob, gate: NamedPipe) {
    let (ready, gate) = (try NamedPipe(workplace.path("ready")), try NamedPipe(workplace.path("gate")))
    let job = try launcher.spawn(shell("\(preparation); echo > ready; read line <> gate"))
    try #require(ready.waitForLine())
    return (job, gate)
  }

  private func ending(_ state: JobState) -> JobEnding? { if case .ended(let ending) = state { ending } else { nil } }

  @Test func `a program has its directory and variables, and its output and status are kept`() throws {
    let job = try launcher.spawn(
      shell("echo \"$API_TOKEN\"; pwd; echo sorry >&2; exit 3", environment: ["API_TOKEN": "hunter2"]))
    let state = try launcher.wait(for: job)
    #expect(ending(state)?.status == 3 && state.name == "failed")
    let output = try String(contentsOfFile: job.output, encoding: .utf8)
    #expect(output == "hunter2\n\(workplace.folder.path)\nsorry\n")
    let record = try String(contentsOfFile: job.folder + "/job.json", encoding: .utf8)
    #expect(!record.contains("hunter2") && record.contains("\"started\""))
  }

  @Test func `secrets in a command line are not recorded`() throws {
    let command = JobCommand(["true", "--api-key", "hunter2", "a b"], program: "true")
    let job = try launcher.spawn(command)
    #expect(job.record.command == ["true", "--api-key", "***", "a b"])
    #expect(try launcher.wait(for: job).name == "finished")
  }

  @Test func `another launcher sees a job run and end, and waits for it`() throws {
    let (job, gate) = try waiting()
    let other = Self.launcher(in: try Store(path: store.path, create: false))
    let seen = try #require(try other.jobs().first)
    #expect(try other.jobs().count == 1)
    #expect(try seen.id == job.id && seen.record == job.record && seen.state() == .running)
    #expect(seen.record.process.isAlive && getpgid(seen.record.process.number) == seen.record.process.number)
    // A session of its own, in which no Ctrl-C of a terminal arrives.
    #expect(getsid(seen.record.process.number) != getsid(0))
    #expect(try other.find(String(job.id.prefix(7)))?.id == job.id)
    #expect(try other.find("nothing") == nil)
    gate.writeLine()
    let state = try other.wait(for: seen)
    #expect(try ending(state)?.status == 0 && state == job.state())
    #expect(!seen.record.process.isAlive)
    // Waiting again, and signalling what has ended, does nothing.
    #expect(try launcher.wait(for: job) == state)
    try other.signal(seen, .kill)
    #expect(try seen.state() == state)
  }

  @Test func `an interrupted job ends as it likes, and a killed one at once`() throws {
    let (job, _) = try waiting(after: "trap 'exit 7' INT")
    try launcher.signal(job, .interrupt)
    #expect(try ending(launcher.wait(for: job))?.status == 7)
    for name in ["ready", "gate"] { unlink(workplace.path(name)) }
    let (stubborn, _) = try waiting(after: "trap '' INT TERM")
    try launcher.signal(stubborn, .interrupt)
    try launcher.signal(stubborn, .terminate)
    #expect(try stubborn.state() == .running)
    try launcher.signal(stubborn, .kill)
    let state = try launcher.wait(for: stubborn)
    #expect(ending(state)?.signal == SIGKILL && state.name == "killed")
    #expect(try launcher.jobs().map(\.id) == [job.id, stubborn.id])
  }

  @Test func `a job whose supervisor was killed runs on, and how it ended is unknown`() throws {
    let (job, gate) = try waiting()
    let stat = try String(contentsOfFile: "/proc/\(job.record.process.number)/stat", encoding: .utf8)
    let fields = try #require(stat.split(separator: ")").last).split(separator: " ")
    let parent = try #require(Int32(fields[1]))
    let supervisor = try #require(ProcessIdentity(of: parent))
    // It ignores what would end a job.
    #expect(supervisor.signal(SIGINT) == 0 && supervisor.signal(SIGTERM) == 0 && supervisor.isAlive)
    #expect(supervisor.signal(SIGKILL) == 0)
    supervisor.waitForEnd()
    #expect(try job.state() == .running)
    gate.writeLine()
    #expect(try launcher.wait(for: job) == .lost)
    #expect(try job.state().name == "lost")
  }

  @Test func `a process that was given the number of a job is not signalled`() throws {
    let (input, output) = (Pipe(), Pipe())
    let process = try workplace.start(
      "/bin/cat", [], output: output, errors: FileHandle.nullDevice, input: input.fileHandleForReading)
    let number = process.processIdentifier
    let own = try #require(ProcessIdentity(of: number))
    #expect(own.isAlive && own == ProcessIdentity(of: number))
    var earlier = own
    earlier.startTime -= 1
    var beforeBoot = own
    beforeBoot.boot = "0"
    for identity in [earlier, beforeBoot] {
      let folder = store.path + "/.jobs/\(identity.startTime)\(identity.boot.prefix(1))"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let record = JobRecord(
        command: ["cat"], directory: "/", process: identity, host: ProcessInfo.processInfo.hostName, started: 1)
      try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: folder + "/job.json"))
    }
    let jobs = try launcher.jobs()
    #expect(jobs.count == 2)
    for job in jobs {
      #expect(try job.state() == .lost)
      try launcher.signal(job, .kill)
      #expect(job.record.process.signal(SIGKILL) == ESRCH)
      #expect(try launcher.wait(for: job) == .lost)
    }
    for number: Int32 in [0, -1, .min, .max] {
      #expect(ProcessIdentity(number: number, startTime: own.startTime, boot: own.boot).signal(SIGKILL) == ESRCH)
    }
    try input.fileHandleForWriting.write(contentsOf: Data("alive".utf8))
    try input.fileHandleForWriting.close()
    #expect(output.fileHandleForReading.readDataToEndOfFile() == Data("alive".utf8))
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && !own.isAlive)
  }

  @Test func `what cannot be started leaves no job`() throws {
    let missing = JobCommand(["nosuchprogram"], program: "nosuchprogram")
    #expect(throws: LaunchError.notStarted("nosuchprogram", code: ENOENT)) { try launcher.spawn(missing) }
    let nowhere = JobCommand(["true"], program: "true", directory: "/nosuchfolder")
    #expect(throws: LaunchError.notStarted("/nosuchfolder", code: ENOENT)) { try launcher.spawn(nowhere) }
    let alone = ProcessLauncher(in: store, supervisor: "/nosuchprogram")
    #expect(throws: LaunchError.notStarted("/nosuchprogram", code: ENOENT)) { try alone.spawn(shell("true")) }
    #expect(try Folder.names(in: store.path + "/.jobs").isEmpty)
    // A supervisor that ends without a word.
    #expect(throws: LaunchError.self) { try ProcessLauncher(in: store, supervisor: "false").spawn(shell("true")) }
    #expect(try launcher.jobs().isEmpty)
  }

  @Test func `a job of another machine is not signalled, and a damaged record is a sentence`() throws {
    let (job, gate) = try waiting()
    var record = job.record
    record.host = "elsewhere"
    let path = job.folder + "/job.json"
    try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: path))
    let moved = try #require(try launcher.jobs().first)
    #expect(throws: LaunchError.elsewhere(job: job.id, host: "elsewhere")) { try launcher.signal(moved, .kill) }
    gate.writeLine()
    try launcher.wait(for: job)
    for text in ["", "{", "{\"process\":{\"number\":1e99}}"] {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: LaunchError.damaged(path: path)) { try launcher.jobs() }
    }
  }

  @Test func `many programs run a few at a time, each with its own end`() throws {
    let works = (0..<5).map { shell("exit \($0)") } + [JobCommand(["x"], program: "nosuchprogram")]
    let outcomes = launcher.run(works, atOnce: 2)
    #expect(try outcomes.prefix(5).map { try ending($0.get())?.status } == [0, 1, 2, 3, 4])
    #expect(throws: LaunchError.notStarted("nosuchprogram", code: ENOENT)) { try outcomes[5].get() }
    #expect(try launcher.jobs().count == 5)
  }
}
