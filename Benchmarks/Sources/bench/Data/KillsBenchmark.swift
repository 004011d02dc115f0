import ArgumentParser
import DataVersions
import Files
import Foundation
import Glibc
import Tracker

/// Commands that make versions, and workflows, killed at random moments: what is there stays whole, and doing it again completes it.
struct KillsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kills",
    abstract: "Kills commands of data and workflows at random moments; does them again and compares SHA-256s.",
    discussion: """
      After each kill every file of every version is as it was written, and the last version reads to its end. Then the command
      is done again: its versions, models and files have the SHA-256 of those that an undisturbed one makes, and nothing is
      left of what was killed: no unfinished file, no part of no version, no temporary file.
      """)

  @Option(help: "How many commands are killed, all sorts together.")
  var kills = 100

  @Option(help: "Rows of the data.")
  var rows = 20_000

  @Option(help: "The seed of the moments.")
  var seed: UInt64 = 1

  @Option(help: "The program (default: .build/release/rlrun).")
  var program = ResumeBenchmark.built

  func validate() throws {
    if kills < 1 || rows < 100 { throw ValidationError("--kills takes a number ≥ 1, --rows one ≥ 100") }
  }

  func run() throws {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kills-\(getpid())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var moments = Mutation(seed: seed)
    var table = Table("command", "seconds", "killed", "before it ended", "left files", "sound", "equal when done again")
    for (index, work) in KilledWork.all.enumerated() {
      let count = kills / KilledWork.all.count + (index < kills % KilledWork.all.count ? 1 : 0)
      if count == 0 { continue }
      let result = try kill(work, count, in: folder + "/\(index)", &moments)
      table.add(
        work.name, String(format: "%.2f", result.seconds), "\(count)", "\(result.cut)", "\(result.left)", "\(count)",
        "\(count)")
    }
    print(table.text)
    print("\n\(kills) kills: every version whole, every command done again as if undisturbed, nothing left behind")
  }

  /// Throws for the first thing that is not as it should be.
  private func kill(
    _ work: KilledWork, _ count: Int, in folder: String, _ moments: inout Mutation
  ) throws -> (seconds: Double, cut: Int, left: Int) {
    let manager = FileManager.default
    let begun = KilledPlace(folder + "/begun", program)
    try begun.make()
    try work.write(rows: rows, to: begun.folder)
    for command in work.before { try begun.requireSuccess(command) }
    let whole = KilledPlace(folder + "/whole", program)
    try manager.copyItem(atPath: begun.folder, toPath: whole.folder)
    let seconds = try timed { try whole.requireSuccess(work.command) }.seconds
    let wanted = try whole.digests()
    var (cut, left) = (0, 0)
    for number in 0..<count {
      let place = KilledPlace(folder + "/killed", program)
      try manager.copyItem(atPath: begun.folder, toPath: place.folder)
      defer { try? manager.removeItem(atPath: place.folder) }
      let process = try place.start(work.command)
      usleep(UInt32(seconds * Double(moments.below(1_050_000))))
      if process.isRunning { cut += 1 }
      Glibc.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let trial = "'\(work.name)', kill \(number + 1)"
      try place.requireSound(after: trial)
      if try !place.remains().isEmpty { left += 1 }
      try place.requireSuccess(work.command)
      let found = try place.digests()
      guard found == wanted else {
        let names = Set(found.keys).union(wanted.keys).sorted().filter { found[$0] != wanted[$0] }
        throw BenchmarkError("\(trial): done again, these differ: \(names.joined(separator: ", "))")
      }
      try place.requireSound(after: trial)
      let remains = try place.remains()
      if !remains.isEmpty { throw BenchmarkError("\(trial): left behind: \(remains.joined(separator: ", "))") }
    }
    return (seconds, cut, left)
  }
}
