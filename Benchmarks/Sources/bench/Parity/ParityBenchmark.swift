import Analysis
import ArgumentParser
import Foundation

struct ParityBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Repeats updates of our trainings in Stable-Baselines3's own code and compares the weights.",
    discussion: """
      Each case trains for a while; then Stable-Baselines3 takes up the checkpoint, is given what the environments gave and
      the random numbers that were drawn, and goes on by its own code; and again with every weight moved to a neighbouring
      number, which shows what rounding alone does. Where every case was run, Docs/PARITY.md is written. Fails where a
      difference is larger than rounding explains.
      """)

  @Option(help: "Only cases whose agent or environment is this.")
  var only: String?

  @Option(help: "The share of the weights' movement, or of a loss, that a difference may always be.")
  var tolerance = 1e-3

  /// What the script says of a case.
  struct Comparison: Decodable {
    var version: String
    /// The distance between both sides' weights, as a share of the distance that ours have moved.
    var weights: Double
    /// The same between two of its own replays, the largest of some that began with every weight moved to a neighbouring
    /// number: what rounding alone makes of the stretch.
    var ownWeights: Double
    /// The largest difference of a loss, as a share of that loss's largest magnitude.
    var losses: Double
    var ownLosses: Double
    /// The largest difference between an action of its policy, with our noise, and ours.
    var actions: Double

    /// Whether rounding explains the differences: they are small, or it makes such differences by itself.
    func isExplained(tolerance: Double) -> Bool {
      weights <= max(tolerance, 4 * ownWeights) && losses <= max(tolerance, 4 * ownLosses) && actions <= tolerance
    }
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
    let failed = page.rows.filter { !$0.comparison.isExplained(tolerance: tolerance) }
    if let first = failed.first {
      throw BenchmarkError(
        "\(failed.count) of \(cases.count) cases differ by more than rounding, first \(first.parity.agent) in "
          + "\(first.parity.environment) (\(first.parity.options))")
    }
    if only == nil { try page.write() }
  }
}
