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

  /// Runs the script to its end and takes its last line.
  func measure(with python: URL, arguments: [String]) throws -> Figures {
    let lines: [Figures] = try reports(from: python, arguments: arguments)
    guard let figures = lines.last else {
      throw BenchmarkError("\(script) did not end with a line of figures")
    }
    return figures
  }

  /// Runs the script to its end and takes the lines that are JSON; its complaints go to the standard error stream.
  func reports<Report: Decodable>(from python: URL, arguments: [String]) throws -> [Report] {
    guard FileManager.default.isExecutableFile(atPath: python.path) else {
      throw BenchmarkError("\(variable) names no virtual environment: there is no \(python.path)")
    }
    let (status, text) = try Program(at: python.path).run(
      [Self.scripts.appendingPathComponent(script).path] + arguments)
    guard status == 0 else { throw BenchmarkError("\(script) failed with status \(status)") }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return text.split(separator: "\n").compactMap { try? decoder.decode(Report.self, from: Data($0.utf8)) }
  }

  /// The project's folder, found from where this file was compiled.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let scripts = root.appendingPathComponent("Benchmarks/Peers")
}

/// Why a benchmark could not be measured, in one sentence.
struct BenchmarkError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
