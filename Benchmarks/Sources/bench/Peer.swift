import Foundation

/// Somebody else's program for the same work: a script in Benchmarks/Peers, run by a virtual environment's Python.
struct Peer {
  /// What a script reports in its last line of output, as JSON.
  struct Figures: Decodable {
    var version: String
    var steps: Int
    var seconds: Double
    var cpuSeconds: Double
    /// How well it was done, where that can be said in a number.
    var quality: Double?
  }

  var name: String
  /// What to know about its figures; empty where there is nothing.
  var remark = ""
  /// The environment variable that names the virtual environment.
  var variable: String
  var script: String

  /// nil where the variable is not set: then the peer is not measured.
  var python: URL? {
    guard let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty else { return nil }
    return URL(fileURLWithPath: path).appendingPathComponent("bin/python")
  }

  /// Runs the script to its end; its complaints go to the standard error stream.
  func measure(with python: URL, arguments: [String]) throws -> Figures {
    guard FileManager.default.isExecutableFile(atPath: python.path) else {
      throw BenchmarkError("\(variable) names no virtual environment: there is no \(python.path)")
    }
    let (status, text) = try Program(at: python.path).run(
      [Self.scripts.appendingPathComponent(script).path] + arguments)
    guard status == 0 else { throw BenchmarkError("\(script) failed with status \(status)") }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let line = text.split(separator: "\n").last,
      let figures = try? decoder.decode(Figures.self, from: Data(line.utf8))
    else { throw BenchmarkError("\(script) did not end with a line of figures") }
    return figures
  }

  /// Benchmarks/Peers, found from where this file was compiled.
  private static let scripts = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Peers")
}

/// Why a benchmark could not be measured, in one sentence.
struct BenchmarkError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
