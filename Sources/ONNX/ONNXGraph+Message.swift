import Formats

extension ONNXGraph {
  /// The version of the format that these operators' sets came with.
  private static let formatVersion = 8
  /// Protocol buffers end here.
  private static let mostBytes = Int(Int32.max)

  /// The file's bytes. Throws where there would be 2 GB or more.
  package func model() throws(ONNXError) -> [UInt8] {
    // Before they are copied.
    try Self.check(size: tensors.reduce(0) { $0 + $1.tensor.bytes.count })
    var bytes: [UInt8] = []
    bytes.append(field: 1, integer: Self.formatVersion)
    bytes.append(field: 2, text: "rlrun")
    bytes.append(field: 7, bytes: message)
    for (domain, version) in [("", Self.operatorSet), (Self.machineLearning, Self.machineLearningSet)] {
      var set: [UInt8] = []
      set.append(field: 1, text: domain)
      set.append(field: 2, integer: version)
      bytes.append(field: 8, bytes: set)
    }
    for (key, value) in metadata {
      var entry: [UInt8] = []
      entry.append(field: 1, text: key)
      entry.append(field: 2, text: value)
      bytes.append(field: 14, bytes: entry)
    }
    try Self.check(size: bytes.count)
    return bytes
  }

  private static func check(size: Int) throws(ONNXError) {
    guard size < mostBytes else {
      throw ONNXError("the model takes \(size) bytes, and a file of ONNX's has less than 2 GB: fit a smaller one")
    }
  }

  fileprivate var message: [UInt8] {
    var bytes: [UInt8] = []
    for node in nodes { bytes.append(field: 1, bytes: node.message) }
    bytes.append(field: 2, text: name)
    for (name, tensor) in tensors { bytes.append(field: 5, bytes: tensor.message(name)) }
    if !documentation.isEmpty { bytes.append(field: 10, text: documentation) }
    for place in inputs { bytes.append(field: 11, bytes: place.message) }
    for place in outputs { bytes.append(field: 12, bytes: place.message) }
    return bytes
  }
}

extension ONNXGraph.Node {
  fileprivate var message: [UInt8] {
    var bytes: [UInt8] = []
    for input in inputs { bytes.append(field: 1, text: input) }
    for output in outputs { bytes.append(field: 2, text: output) }
    bytes.append(field: 3, text: name)
    bytes.append(field: 4, text: type)
    for (name, value) in attributes { bytes.append(field: 5, bytes: value.message(name)) }
    if !domain.isEmpty { bytes.append(field: 7, text: domain) }
    return bytes
  }
}

extension ONNXGraph.Place {
  /// A name with a type, and the first axis by a name.
  fileprivate var message: [UInt8] {
    var shape: [UInt8] = []
    if hasBatch {
      var dimension: [UInt8] = []
      dimension.append(field: 2, text: "batch")
      shape.append(field: 1, bytes: dimension)
    }
    for size in self.shape {
      var dimension: [UInt8] = []
      dimension.append(field: 1, integer: size)
      shape.append(field: 1, bytes: dimension)
    }
    var tensor: [UInt8] = []
    tensor.append(field: 1, integer: self.type.rawValue)
    tensor.append(field: 2, bytes: shape)
    var type: [UInt8] = []
    type.append(field: 1, bytes: tensor)
    var bytes: [UInt8] = []
    bytes.append(field: 1, text: name)
    bytes.append(field: 2, bytes: type)
    return bytes
  }
}

extension ONNXTensor {
  fileprivate func message(_ name: String) -> [UInt8] {
    var message: [UInt8] = []
    for size in shape { message.append(field: 1, integer: size) }
    message.append(field: 2, integer: type.rawValue)
    for string in strings { message.append(field: 6, text: string) }
    if !name.isEmpty { message.append(field: 8, text: name) }
    if type != .string { message.append(field: 9, bytes: bytes) }
    return message
  }
}

extension ONNXAttribute {
  fileprivate func message(_ name: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(field: 1, text: name)
    let type: Int
    switch self {
    case .float(let value):
      bytes.append(field: 2, float: value)
      type = 1
    case .integer(let value):
      bytes.append(field: 3, integer: value)
      type = 2
    case .text(let value):
      bytes.append(field: 4, text: value)
      type = 3
    case .tensor(let tensor):
      bytes.append(field: 5, bytes: tensor.message(""))
      type = 4
    case .graph(let graph):
      bytes.append(field: 6, bytes: graph.message)
      type = 5
    case .integers(let values):
      for value in values { bytes.append(field: 8, integer: value) }
      type = 7
    case .texts(let values):
      for value in values { bytes.append(field: 9, text: value) }
      type = 8
    }
    bytes.append(field: 20, integer: type)
    return bytes
  }
}
