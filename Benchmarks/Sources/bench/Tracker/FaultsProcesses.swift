import ArgumentParser
import Foundation
import Glibc
import Telemetry
import Tracker

/// The process that `bench faults` starts and kills: it records 0, 1, 2, … into a run.
struct FaultsWriter: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "faults-writer", shouldDisplay: false)

  @Argument var store: String
  @Option var seed: UInt64
  /// 0: until it is killed.
  @Option var points: Int

  static func start(_ store: String, seed: Int, points: Int) throws -> Process {
    try startThisProgram(["faults-writer", store, "--seed", "\(seed)", "--points", "\(points)"])
  }

  func run() throws {
    let run = try Store(path: store, create: false).start(benchmarkDescription(seed: seed, budget: points))
    let acknowledged = points == 0 ? open(store + "/.acknowledged", O_WRONLY | O_CREAT, 0o666) : -1
    var step: Int64 = 0
    while points == 0 || step < points {
      for _ in 0..<(points == 0 ? Int(step % 500) + 1 : min(100, points - Int(step))) {
        run.record("a", Double(step), step: Int(step))
        step += 1
      }
      try run.flush()
      if points == 0 {
        pwrite(acknowledged, &step, 8, 0)
        if step % 97 == 0 { try run.saveCheckpoint([UInt8](repeating: 7, count: 2_000), step: Int(step), best: false) }
      }
    }
    try run.finish(status: .finished)
  }
}

extension Process {
  /// What the writer says of itself in a file beside the runs.
  func acknowledgedPoints(in store: String) -> Int64 {
    guard let data = FileManager.default.contents(atPath: store + "/.acknowledged"), data.count == 8 else { return 0 }
    return data.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
  }
}

/// The processes that `bench faults` has read what others write.
struct FaultsReader: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "faults-reader", shouldDisplay: false)

  @Argument var store: String
  @Flag(help: "Count the points followed, not the lists.") var follows = false

  static func start(_ store: String, follows: Bool) throws -> (process: Process, output: Pipe) {
    let output = Pipe()
    let arguments = ["faults-reader", store] + (follows ? ["--follows"] : [])
    return (try startThisProgram(arguments, output: output), output)
  }

  /// Tells readers of a store that it is over; the sum of what they counted.
  static func end(_ readers: [(process: Process, output: Pipe)], in store: String) throws -> Int {
    try Data().write(to: URL(fileURLWithPath: Self.end(of: store)))
    return try readers.reduce(0) { sum, reader in
      let text = String(decoding: reader.output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      reader.process.waitUntilExit()
      guard reader.process.terminationStatus == 0, let count = Int(text.dropLast()) else {
        throw BenchmarkError("a reader failed")
      }
      return sum + count
    }
  }

  private static func end(of store: String) -> String { store + "/.over" }

  func run() throws {
    let store = try Store(path: store, create: false)
    var (follower, lists, seen): (RunFollower?, Int, Int) = (nil, 0, 0)
    while access(Self.end(of: self.store), F_OK) != 0 {
      for record in try store.runs() {
        guard isCounting(record.series("a")?.values ?? []) else { throw BenchmarkError("a reader saw a wrong value") }
        if follows, follower == nil { follower = try RunFollower(record.id, in: store) }
      }
      lists += 1
      var isRight = true
      try follower?.advance { point in
        isRight = isRight && point.value == Double(seen)
        seen += 1
      }
      guard isRight else { throw BenchmarkError("a reader that follows saw a wrong value") }
    }
    print(follows ? seen : lists)
  }
}

/// Whether they are 0, 1, 2, …
func isCounting(_ values: [Double]) -> Bool {
  for (index, value) in values.enumerated() where value != Double(index) { return false }
  return true
}

func startThisProgram(_ arguments: [String], output: Pipe? = nil) throws -> Process {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  process.arguments = arguments
  process.standardInput = FileHandle.nullDevice
  if let output { process.standardOutput = output }
  try process.run()
  return process
}
