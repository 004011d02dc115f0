import ArgumentParser
import Foundation

struct ParityBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Repeats updates of our trainings in Stable-Baselines3's own code and compares the weights.",
    discussion: """
      Each case trains for a while; then Stable-Baselines3 takes up the checkpoint, is given what the environments gave and
      the random numbers that were drawn, and goes on by its own code. Where every case was run, Docs/PARITY.md is written.
      Fails where a difference is larger than rounding explains.
      """)

  @Option(help: "Only cases whose agent or environment is this.")
  var only: String?

  @Option(help: "The largest share of the furthest move of a weight, or of a loss, that a difference may be.")
  var tolerance = 1e-3

  /// What the script says of a case.
  struct Comparison: Decodable {
    var version: String
    /// The largest difference between weights, and the furthest that one of ours has moved.
    var weights: Double
    var movement: Double
    /// The largest difference of a loss, and the same as a share of that loss's largest magnitude.
    var losses: Double
    var relativeLosses: Double
    /// The largest difference between an action of its policy, with our noise, and ours.
    var actions: Double

    var relativeWeights: Double { weights / movement }
  }

  func run() throws {
    let cases = ParityCase.all.filter { [nil, $0.agent, $0.environment].contains(only) }
    guard !cases.isEmpty else { throw ValidationError("no case is about '\(only ?? "")'") }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-parity-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var (paths, updates) = ([String](), [Int]())
    for (number, parity) in cases.enumerated() {
      let recording = try ParityRecording(parity)
      let file = folder.appendingPathComponent("\(number).safetensors")
      try Data(recording.file.safetensors()).write(to: file)
      paths.append(file.path)
      updates.append(recording.updates)
      FileHandle.standardError.write(Data("\(parity.agent) \(parity.environment) \(parity.options): recorded\n".utf8))
    }
    let peer = Peer(name: "Stable-Baselines3", variable: "PEERS", script: "parity_stable_baselines3.py")
    guard let python = peer.python else {
      print("Stable-Baselines3: not measured (PEERS names no virtual environment)")
      return
    }
    let comparisons: [Comparison] = try peer.reports(from: python, arguments: paths)
    guard comparisons.count == cases.count else {
      throw BenchmarkError("\(peer.script) told of \(comparisons.count) of \(cases.count) cases")
    }
    let page = ParityPage(rows: zip(zip(cases, updates), comparisons).map { ($0.0, $0.1, $1) })
    print(page.table)
    if only == nil { try page.write() }
    let failed = page.rows.filter {
      !(max($0.comparison.relativeWeights, $0.comparison.relativeLosses, $0.comparison.actions) <= tolerance)
    }
    if let first = failed.first {
      throw BenchmarkError(
        "\(failed.count) of \(cases.count) cases differ by more than rounding, first \(first.parity.agent) in "
          + "\(first.parity.environment) (\(first.parity.options))")
    }
  }
}
