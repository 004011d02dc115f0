import BLASBridge
import Foundation
import Learning
import Telemetry

/// Something that rlrun and its peers both do, and the least that could be done for it.
struct SupervisedWork {
  /// How often it was done, in what time, and how well.
  struct Outcome {
    var count = 1
    var time: (seconds: Double, cpuSeconds: Double)
    var quality: Double?
    /// How often all rows were gone through.
    var passes = 1
  }

  struct Rival {
    var name: String
    /// What the script calls it.
    var work: String
    /// How many times as fast as the peer rlrun should be.
    var wanted: Double
  }

  var name: String
  /// What is counted: rows a second, or a whole fit.
  var isFit = false
  /// Rows of a call, where a model is applied.
  var rows = 256
  var rivals: [Rival] = []
  /// What `quality` is.
  var quality = ""
  /// What the limit is of.
  var limitedBy: String
  /// What could not be done faster, given what rlrun did.
  var limit: (SupervisedData, Outcome) -> Outcome
  /// The second argument: the quality that the first rival reached in this round.
  var go: (SupervisedData, Double?) throws -> Outcome
}

/// Does `work`, which has so many rows, for about `seconds`.
func repeated(rows: Int, seconds: Double = 0.3, quality: Double? = nil, _ work: () -> Void) -> SupervisedWork.Outcome {
  var calls = 1
  while true {
    let time = timed { for _ in 0..<calls { work() } }
    if time.seconds > seconds / 4 {
      calls = max(1, Int(Double(calls) * seconds / time.seconds))
      break
    }
    calls *= 2
  }
  let time = timed { for _ in 0..<calls { work() } }
  return .init(count: calls * rows, time: time, quality: quality)
}

/// The products of a perceptron's layers for a batch, and nothing between them.
struct LayerProducts {
  let widths: [Int]
  let rows: Int
  let buffers: [FloatBuffer]
  let weights: [FloatBuffer]

  init(widths: [Int], rows: Int) {
    self.widths = widths
    self.rows = rows
    buffers = widths.map { FloatBuffer(count: rows * $0) }
    weights = zip(widths, widths.dropFirst()).map { FloatBuffer(count: $0 * $1) }
    for buffer in buffers + weights {
      for i in 0..<buffer.count { buffer.base[i] = Float(i % 13) / 8 - 0.75 }
    }
  }

  func forward(_ x: UnsafePointer<Float>? = nil) {
    for layer in weights.indices {
      let (inputs, outputs) = (widths[layer], widths[layer + 1])
      BLAS.gemm(
        m: rows, n: outputs, k: inputs, (layer == 0 ? x : nil) ?? UnsafePointer(buffers[layer].base), lda: inputs,
        weights[layer].base, ldb: outputs, buffers[layer + 1].base, ldc: outputs)
    }
  }

  /// Gradients of all weights, and of the inputs of all layers but the first.
  func backward() {
    for layer in weights.indices.reversed() {
      let (inputs, outputs) = (widths[layer], widths[layer + 1])
      BLAS.gemm(
        transposeA: true, m: inputs, n: outputs, k: rows, buffers[layer].base, lda: inputs, buffers[layer + 1].base,
        ldb: outputs, weights[layer].base, ldc: outputs)
      if layer > 0 {
        BLAS.gemm(
          transposeB: true, m: rows, n: inputs, k: outputs, buffers[layer + 1].base, lda: outputs, weights[layer].base,
          ldb: outputs, buffers[layer].base, ldc: inputs)
      }
      // What stays finite: the numbers above would grow.
      for buffer in [buffers[layer], weights[layer]] { buffer.base[0] = 0.5 }
    }
  }
}

/// Takes what is recorded and forgets it.
final class DeafSink: MetricSink {
  func record(_ metric: Metric, _ value: Double, step: Int) {}
  func record(_ episode: Episode, step: Int) {}
}
