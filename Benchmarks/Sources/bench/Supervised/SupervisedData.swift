import BLASBridge
import Foundation
import Learning
import Randomness

/// The rows that both sides learn from, in a folder that both read: 60,000 of 784 numbers, in 10 classes.
final class SupervisedData {
  static let classes = 10
  static let width = 784
  let folder: URL
  let x: Matrix<Float>
  let labels: [Int]
  /// First centres `[10, 784]`: rows of the data.
  let centres: Matrix<Float>
  /// What both sides apply to rows: a perceptron, and any numbers for its parameters.
  let network = Network(widths: [width, 128, classes], hidden: .relu)
  let parameters: FloatBuffer

  /// Written by the peers' Python where there is one, else clouds around ten points.
  init(python: URL?) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    if let python {
      let script = Peer(name: "data", variable: "PEERS", script: "supervised_data.py")
      _ = try script.measure(with: python, arguments: ["--folder", folder.path])
      let bytes = try Data(contentsOf: folder.appendingPathComponent("rows.f32"))
      let rows = Matrix<Float>(rows: bytes.count / 4 / Self.width, columns: Self.width)
      bytes.withUnsafeBytes {
        UnsafeMutableRawPointer(rows.base).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
      }
      x = rows
      labels = try Data(contentsOf: folder.appendingPathComponent("labels.i32")).withUnsafeBytes {
        $0.bindMemory(to: Int32.self).map(Int.init)
      }
    } else {
      var generator = CounterGenerator(SeedSequence(0).child(named: "supervised"))
      let points = (0..<Self.classes * Self.width).map { _ in generator.uniform() }
      x = Matrix(rows: 60_000, columns: Self.width)
      labels = (0..<x.rows).map { _ in generator.integer(below: Self.classes) }
      for row in 0..<x.rows {
        for i in 0..<Self.width {
          x.base[row * Self.width + i] = points[labels[row] * Self.width + i] + generator.normal()
        }
      }
    }
    centres = Matrix(rows: Self.classes, columns: Self.width)
    for cluster in 0..<Self.classes { centres.row(cluster).fill(from: x.row(cluster * 5_501 + 17)) }
    parameters = FloatBuffer(count: network.parameterCount)
    for i in 0..<parameters.count { parameters.base[i] = Float(i * 7919 % 1009) / 1009 - 0.5 }
    try write(centres.elements, as: "centres.f32")
    var rest = parameters.elements[...]
    for (name, count) in [("w0", 784 * 128), ("b0", 128), ("w1", 1280), ("b1", 10)] {
      try write(Array(rest.prefix(count)), as: "\(name).f32")
      rest = rest.dropFirst(count)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ values: [Float], as name: String) throws {
    try values.withUnsafeBytes { try Data($0).write(to: folder.appendingPathComponent(name)) }
  }
}
