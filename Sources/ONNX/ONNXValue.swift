import Formats

/// A tensor that a graph computes, is given or holds.
package struct ONNXValue: Hashable, Sendable {
  package let name: String
}

/// The types of elements that graphs here have, by ONNX's numbers.
package enum ONNXType: Int, Sendable {
  case float32 = 1
  case int8 = 3
  case int64 = 7
  case string = 8
  case bool = 9
  case float64 = 11
}

/// A tensor that is part of the graph.
package struct ONNXTensor: Hashable, Sendable {
  package let type: ONNXType
  package let shape: [Int]
  /// Little-endian; empty where there are strings.
  let bytes: [UInt8]
  let strings: [String]

  private init(_ type: ONNXType, _ shape: [Int], bytes: [UInt8] = [], strings: [String] = []) {
    (self.type, self.shape, self.bytes, self.strings) = (type, shape, bytes, strings)
  }

  package init(_ values: [Float], shape: [Int]? = nil) {
    self.init(.float32, shape ?? [values.count], bytes: values.withUnsafeBytes { Array($0) })
  }

  package init(_ values: [Double], shape: [Int]? = nil) {
    self.init(.float64, shape ?? [values.count], bytes: values.withUnsafeBytes { Array($0) })
  }

  package init(_ values: [Int], shape: [Int]? = nil) {
    self.init(.int64, shape ?? [values.count], bytes: values.withUnsafeBytes { Array($0) })
  }

  package init(_ values: [String]) { self.init(.string, [values.count], strings: values) }
}

package enum ONNXAttribute: Sendable {
  case float(Float)
  case integer(Int)
  case text(String)
  case integers([Int])
  case texts([String])
  case tensor(ONNXTensor)
  case graph(ONNXGraph)
}

/// The reason why a policy or a model cannot be written as ONNX, in one sentence.
package struct ONNXError: UserFacingError, Hashable, Sendable {
  package var description: String
  package var status: FailureStatus { .failedWork }
  package init(_ description: String) { self.description = description }
}
