import Foundation

/// Where a command's time goes, by the symbols that Linux's `perf` finds it in.
struct Profile {
  /// Shares of the samples: matrix products (OpenBLAS's and our own), and the other kernels in C.
  var products = 0.0
  var kernels = 0.0

  /// Profiles this program with other arguments; nil where there is no `perf`, or it may not sample.
  static func measure(arguments: [String]) throws -> Profile? {
    guard let perf = Program(named: "perf"), let program = ProcessInfo.processInfo.arguments.first else { return nil }
    let samples = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-perf-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: samples) }
    guard try run(perf, ["record", "-q", "-F", "499", "-o", samples, program] + arguments) != nil,
      let report = try run(perf, ["report", "-i", samples, "--stdio", "--no-children", "--sort", "symbol"])
    else { return nil }
    var profile = Profile()
    for line in report.split(separator: "\n") where !line.hasPrefix("#") {
      // `  60.14%  [.] rl_product_loop`
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count >= 3, fields[0].hasSuffix("%"), let share = Double(fields[0].dropLast()) else { continue }
      let symbol = fields[2]
      if ["sgemm", "sgemv", "rl_product"].contains(where: symbol.hasPrefix) {
        profile.products += share / 100
      } else if symbol.hasPrefix("rl_") {
        profile.kernels += share / 100
      }
    }
    return profile
  }

  /// What a command prints; nil where it fails.
  private static func run(_ program: Program, _ arguments: [String]) throws -> String? {
    let (status, output) = try program.run(arguments, droppingComplaints: true)
    return status == 0 ? output : nil
  }
}
