import CKernels
import CReference

/// A kernel beside the scalar loop that does the same, and how much memory it moves.
struct KernelCase {
  /// Arrays of `count` floats, and of doubles; a case reads some and writes others.
  final class Arrays {
    let count: Int
    let floats: [UnsafeMutablePointer<Float>]
    let doubles: [UnsafeMutablePointer<Double>]

    init(count: Int) {
      self.count = count
      func make<Scalar: BinaryFloatingPoint>(_ type: Scalar.Type) -> [UnsafeMutablePointer<Scalar>] {
        (0..<4).map { _ in
          let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Scalar>.stride, alignment: 64)
          return bytes.bindMemory(to: Scalar.self, capacity: count)
        }
      }
      (floats, doubles) = (make(Float.self), make(Double.self))
      refresh()
    }

    /// −4 to 4 everywhere, but positive in the last array, which holds squares.
    func refresh() {
      for (place, array) in floats.enumerated() {
        for i in 0..<count {
          let value = Float(i * 7919 % 4001) / 500 - 4
          array[i] = place == 3 ? abs(value) + 0.1 : value
        }
      }
      for array in doubles { for i in 0..<count { array[i] = Double(i * 7919 % 4001) / 500 - 4 } }
    }

    deinit {
      for array in floats { array.deallocate() }
      for array in doubles { array.deallocate() }
    }
  }

  typealias Loop = (Arrays) -> Void
  var name: String
  /// Arrays read and written.
  var reads: Int
  var writes: Int
  /// Whether those written are the first of those read.
  var isInPlace = false
  var isDouble = false
  var kernel: Loop
  var reference: Loop

  /// Moves as much memory as the kernel does between arrays like its own.
  func moveMemory(_ arrays: Arrays) {
    let all =
      isDouble ? arrays.doubles.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: Float.self) } : arrays.floats
    let (sources, targets) = (
      all.map { $0 as Optional }, (isInPlace ? all : Array(all[reads...])).map { $0 as Optional }
    )
    move_memory(sources, Int32(reads), targets, Int32(writes), arrays.count * (isDouble ? 2 : 1))
  }

  /// Rows of 64, as of a network's layer; rows of 4, as of a policy's choices.
  private static let (wide, narrow) = (64, 4)

  private typealias Map = @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
  private typealias Backward =
    @convention(c) (
      UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int
    ) -> Void
  private typealias Rows = @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int) -> Void

  private static func map(_ name: String, _ kernel: @escaping Map, _ reference: @escaping Map, from: Int = 0) -> Self {
    Self(
      name: name, reads: 1, writes: 1, kernel: { kernel($0.floats[from], $0.floats[1], $0.count) },
      reference: { reference($0.floats[from], $0.floats[1], $0.count) })
  }

  private static func slope(_ name: String, _ kernel: @escaping Backward, _ reference: @escaping Backward) -> Self {
    Self(
      name: "slope of \(name)", reads: 2, writes: 1,
      kernel: { kernel($0.floats[0], $0.floats[3], $0.floats[1], $0.count) },
      reference: { reference($0.floats[0], $0.floats[3], $0.floats[1], $0.count) })
  }

  private static func rows(
    _ name: String, _ columns: Int, _ kernel: @escaping Rows, _ reference: @escaping Rows, writes: Int = 1
  ) -> Self {
    Self(
      name: "\(name), rows of \(columns)", reads: 1, writes: writes,
      kernel: { kernel($0.floats[0], $0.floats[1], $0.count / columns, columns) },
      reference: { reference($0.floats[0], $0.floats[1], $0.count / columns, columns) })
  }

  static var all: [KernelCase] {
    [
      map("exp", rl_exp, reference_exp), map("log", rl_log, reference_log, from: 3),
      map("tanh", rl_tanh, reference_tanh), map("sigmoid", rl_sigmoid, reference_sigmoid),
      map("softplus", rl_softplus, reference_softplus), map("ReLU", rl_relu, reference_relu),
      map("GELU", rl_gelu, reference_gelu), map("SiLU", rl_silu, reference_silu),
      slope("tanh", rl_tanh_backward, reference_tanh_backward),
      slope("sigmoid", rl_sigmoid_backward, reference_sigmoid_backward),
      slope("softplus", rl_softplus_backward, reference_softplus_backward),
      slope("ReLU", rl_relu_backward, reference_relu_backward),
      slope("GELU", rl_gelu_backward, reference_gelu_backward),
      slope("SiLU", rl_silu_backward, reference_silu_backward),
      Self(
        name: "sine and cosine", reads: 1, writes: 2,
        kernel: { rl_sine_cosine($0.floats[0], $0.floats[1], $0.floats[2], $0.count) },
        reference: { reference_sine_cosine($0.floats[0], $0.floats[1], $0.floats[2], $0.count) }),
      Self(
        name: "the same of Double", reads: 1, writes: 2, isDouble: true,
        kernel: { rl_sine_cosine_double($0.doubles[0], $0.doubles[1], $0.doubles[2], $0.count) },
        reference: { reference_sine_cosine_double($0.doubles[0], $0.doubles[1], $0.doubles[2], $0.count) }),
      rows("softmax", wide, rl_softmax, reference_softmax), rows("softmax", narrow, rl_softmax, reference_softmax),
      rows("log softmax", wide, rl_log_softmax, reference_log_softmax),
      rows("log softmax", narrow, rl_log_softmax, reference_log_softmax),
      rows("log-sum-exp", wide, rl_log_sum_exp, reference_log_sum_exp, writes: 0),
      rows("log-sum-exp", narrow, rl_log_sum_exp, reference_log_sum_exp, writes: 0),
      Self(
        name: "layer norm, rows of 64", reads: 1, writes: 1,
        kernel: {
          rl_layer_norm(
            $0.floats[0], $0.floats[3], $0.floats[3], 1e-5, $0.floats[1], $0.floats[2], $0.floats[2] + $0.count / 2,
            $0.count / wide, wide)
        },
        reference: {
          reference_layer_norm(
            $0.floats[0], $0.floats[3], $0.floats[3], 1e-5, $0.floats[1], $0.count / wide, wide)
        }),
      Self(
        name: "Huber", reads: 2, writes: 1,
        kernel: { _ = rl_huber($0.floats[0], $0.floats[3], 1, $0.floats[1], $0.count) },
        reference: { _ = reference_huber($0.floats[0], $0.floats[3], 1, $0.floats[1], $0.count) }),
    ] + optimizers + fills
  }

  private static var optimizers: [KernelCase] {
    [
      Self(
        name: "Adam", reads: 4, writes: 3, isInPlace: true,
        kernel: {
          rl_adam($0.floats[0], $0.floats[1], $0.floats[2], $0.floats[3], $0.count, 1e-4, 0.9, 0.999, 1e-8, 1)
        },
        reference: {
          reference_adam($0.floats[0], $0.floats[1], $0.floats[2], $0.floats[3], $0.count, 1e-4, 0.9, 0.999, 1e-8, 1)
        }),
      Self(
        name: "AdamW", reads: 4, writes: 3, isInPlace: true,
        kernel: {
          rl_adamw($0.floats[0], $0.floats[1], $0.floats[2], $0.floats[3], $0.count, 1e-4, 0.9, 0.999, 1e-8, 1, 0.9999)
        },
        reference: {
          reference_adam(
            $0.floats[0], $0.floats[1], $0.floats[2], $0.floats[3], $0.count, 1e-4, 0.9, 0.999, 1e-8, 0.9999)
        }),
      Self(
        name: "RMSProp", reads: 3, writes: 2, isInPlace: true,
        kernel: { rl_rmsprop($0.floats[0], $0.floats[1], $0.floats[3], $0.count, 1e-4, 0.99, 1e-5, 1) },
        reference: { reference_rmsprop($0.floats[0], $0.floats[1], $0.floats[3], $0.count, 1e-4, 0.99, 1e-5) }),
      Self(
        name: "SGD, momentum", reads: 3, writes: 2, isInPlace: true,
        kernel: { rl_sgd_momentum($0.floats[0], $0.floats[1], $0.floats[2], $0.count, 1e-4, 0.9, 0, 1) },
        reference: { reference_sgd_momentum($0.floats[0], $0.floats[1], $0.floats[2], $0.count, 1e-4, 0.9) }),
      Self(
        name: "Polyak average", reads: 2, writes: 1, isInPlace: true,
        kernel: { rl_polyak($0.floats[0], $0.floats[1], 0.005, $0.count) },
        reference: { reference_polyak($0.floats[0], $0.floats[1], 0.005, $0.count) }),
      Self(
        name: "sum of squares", reads: 1, writes: 0, kernel: { _ = rl_sum_of_squares($0.floats[0], $0.count) },
        reference: { _ = reference_sum_of_squares($0.floats[0], $0.count) }),
      Self(
        name: "scale", reads: 1, writes: 1, isInPlace: true, kernel: { rl_scale($0.floats[0], 1.0000001, $0.count) },
        reference: { reference_scale($0.floats[0], 1.0000001, $0.count) }),
    ]
  }

  private static var fills: [KernelCase] {
    [
      Self(
        name: "uniform numbers", reads: 0, writes: 1, kernel: { rl_uniform(7, 0, 0, $0.floats[1], $0.count) },
        reference: { reference_uniform(7, $0.floats[1], $0.count) }),
      Self(
        name: "normal numbers", reads: 0, writes: 1, kernel: { rl_normal(7, 0, 0, $0.floats[1], $0.count) },
        reference: { reference_normal(7, $0.floats[1], $0.count) }),
    ]
  }
}
