import BLASBridge
import Foundation
import Learning
import Randomness

/// The nearest ten of all rows to each: the last table of `bench models`.
struct NeighboursBenchmark {
  let rounds: Int

  private static let peers = [("scikit-learn", "scikit-learn, brute"), ("faiss", "faiss, IndexFlatL2")]

  /// What one measurement gives.
  private struct Figures: Decodable {
    var version: String
    var fit: Double
    var search: Double
    var distances: Double
  }

  func run() throws {
    let peer = Peer(name: "", variable: "PEERS", script: "neighbours.py")
    var table = Table("", "by", "index", "search", "rlrun is", "sum of distances")
    let (rows, columns) = (50_000, 20)
    var generator = CounterGenerator(SeedSequence(1))
    let x = Matrix<Float>(rows: rows, columns: columns, (0..<rows * columns).map { _ in generator.normal() })
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    if peer.python != nil { try x.elements.withUnsafeBytes { Data($0) }.write(to: file) }
    var (own, theirs) = ([Figures](), [[Figures]](repeating: [], count: Self.peers.count))
    for _ in 0..<rounds {
      own.append(search(x))
      guard let python = peer.python else { continue }
      for (index, (library, _)) in Self.peers.enumerated() {
        let arguments = ["--file", file.path, "--columns", "\(columns)", "--library", library]
        let reports: [Figures] = try peer.reports(from: python, arguments: arguments)
        guard let figures = reports.last else {
          throw BenchmarkError("neighbours.py did not end with a line of figures")
        }
        theirs[index].append(figures)
      }
    }
    let ours = median(own.map(\.search))
    func add(_ name: String, _ by: String, _ figures: [Figures]) {
      guard let last = figures.last else { return table.add(name, by, "not measured", "", "", "") }
      let search = median(figures.map(\.search))
      table.add(
        name, "\(by) \(last.version)", String(format: "%.3f s", median(figures.map(\.fit))),
        String(format: "%.2f s", search), String(format: "%.2f×", search / ours), String(format: "%.2f", last.distances)
      )
    }
    add("\(grouped(Double(rows))) × \(columns), 10 neighbours of each", "rlrun", own)
    for (index, (_, name)) in Self.peers.enumerated() { add("", name, theirs[index]) }
    print("\n\(table.text)")
  }

  private func search(_ x: Matrix<Float>) -> Figures {
    var points: NearestNeighbours?
    let fitting = timed { points = NearestNeighbours(x) }
    var sum = 0.0
    let searching = timed { sum = points!.nearest(10, to: x).distances.reduce(0, +) }
    return Figures(version: "", fit: fitting.cpuSeconds, search: searching.cpuSeconds, distances: sum)
  }
}
