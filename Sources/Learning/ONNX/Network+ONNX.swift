import BLASBridge
import ONNX

extension Network {
  /// Adds the layers: `x [n, inputWidth]` → `[n, outputWidth]`, single precision. Throws for a layer of somebody's own.
  package func outputs(
    of x: ONNXValue, parameters: UnsafePointer<Float>, in graph: ONNXGraph
  ) throws(ONNXError) -> ONNXValue {
    var value = x
    for (layer, offset) in zip(layers, parameterOffsets) {
      guard let layer = layer as? any ONNXLayer else {
        throw ONNXError("a layer of type \(type(of: layer)) has no form in ONNX: use dense ones")
      }
      value = layer.output(of: value, parameters: parameters + offset, in: graph)
    }
    return value
  }
}

/// A layer that ONNX's operators express.
protocol ONNXLayer: Layer {
  /// `[n, inputWidth]` → `[n, outputWidth]`
  func output(of x: ONNXValue, parameters: UnsafePointer<Float>, in graph: ONNXGraph) -> ONNXValue
}

extension Dense: ONNXLayer {
  func output(of x: ONNXValue, parameters: UnsafePointer<Float>, in graph: ONNXGraph) -> ONNXValue {
    let count = inputWidth * outputWidth
    let weight = ONNXTensor(
      Array(UnsafeBufferPointer(start: parameters, count: count)), shape: [inputWidth, outputWidth])
    let bias = ONNXTensor(Array(UnsafeBufferPointer(start: parameters + count, count: outputWidth)))
    let y = graph.add("Gemm", x, graph.constant(weight), graph.constant(bias))
    switch activation {
    case .identity: return y
    case .tanh: return graph.add("Tanh", y)
    case .relu: return graph.add("Relu", y)
    case .sigmoid: return graph.add("Sigmoid", y)
    case .silu: return graph.add("Mul", y, graph.add("Sigmoid", y))
    case .gelu:
      let scaled = graph.add("Mul", y, graph.constant(Float(0.5).squareRoot()))
      let share = graph.add("Add", graph.constant(Float(1)), graph.add("Erf", scaled))
      return graph.add("Mul", graph.add("Mul", graph.constant(Float(0.5)), y), share)
    }
  }
}

extension LayerNorm: ONNXLayer {
  func output(of x: ONNXValue, parameters: UnsafePointer<Float>, in graph: ONNXGraph) -> ONNXValue {
    func tensor(_ start: Int) -> ONNXValue {
      graph.constant(ONNXTensor(Array(UnsafeBufferPointer(start: parameters + start, count: width))))
    }
    return graph.add(
      "LayerNormalization", x, tensor(0), tensor(width), attributes: ["axis": .integer(1), "epsilon": .float(epsilon)])
  }
}

extension Dropout: ONNXLayer {
  /// Inference drops nothing.
  func output(of x: ONNXValue, parameters: UnsafePointer<Float>, in graph: ONNXGraph) -> ONNXValue { x }
}

extension SoftClip: ONNXLayer {
  func output(of x: ONNXValue, parameters: UnsafePointer<Float>, in graph: ONNXGraph) -> ONNXValue {
    let limit = graph.constant(self.limit)
    let share = graph.add(
      "Clip", graph.add("Div", x, limit), graph.constant(-Self.largest), graph.constant(Self.largest))
    let root = graph.add("Sqrt", graph.add("Add", graph.constant(Float(1)), graph.add("Mul", share, share)))
    return graph.add("Div", graph.add("Mul", limit, share), root)
  }
}
