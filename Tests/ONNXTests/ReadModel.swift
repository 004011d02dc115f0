import Interchange

/// What a file of ONNX's says, by the numbers of its fields.
struct ReadModel {
  var numbers: [UInt64: UInt64] = [:]
  var texts: [UInt64: String] = [:]
  /// Domains and versions.
  var operatorSets: [String: UInt64] = [:]
  var metadata: [String: String] = [:]
  var graph = ReadGraph()

  /// nil where the bytes are no message.
  init?(_ bytes: [UInt8]) {
    var message = ProtocolBuffer(bytes, 0..<bytes.count)
    while let (number, value) = message.next() {
      switch (number, value) {
      case (7, .bytes(let inner)):
        guard let read = ReadGraph(inner) else { return nil }
        graph = read
      case (8, .bytes(var inner)):
        var (domain, version) = ("", UInt64(0))
        while let (number, value) = inner.next() {
          if number == 1, case .bytes(let text) = value { domain = text.text }
          if number == 2, case .varint(let number) = value { version = number }
        }
        operatorSets[domain] = version
      case (14, .bytes(let inner)):
        metadata[inner.firstMessage(1)?.text ?? ""] = inner.firstMessage(2)?.text
      case (_, .bytes(let inner)): texts[number] = inner.text
      case (_, .varint(let value)): numbers[number] = value
      default: return nil
      }
    }
    if message.isBroken { return nil }
  }
}

struct ReadGraph {
  struct Node {
    var (inputs, outputs) = ([String](), [String]())
    var (name, type, domain) = ("", "", "")
    var attributes: [String: ProtocolBuffer] = [:]
  }

  struct Place {
    var name = ""
    var type: UInt64 = 0
    /// Names or sizes of axes.
    var shape: [String] = []
  }

  var nodes: [Node] = []
  var inputs: [Place] = []
  var outputs: [Place] = []
  /// Shapes and contents.
  var tensors: [String: (shape: [UInt64], type: UInt64, bytes: ProtocolBuffer?, texts: [String])] = [:]

  init() {}

  /// nil where it is no message.
  init?(_ buffer: ProtocolBuffer) {
    var message = buffer
    while let (number, value) = message.next() {
      guard case .bytes(let inner) = value else { return nil }
      switch number {
      case 1: nodes.append(Node(inner))
      case 5:
        var own = inner
        var (name, shape, type) = ("", [UInt64](), UInt64(0))
        var (bytes, texts) = (ProtocolBuffer?.none, [String]())
        while let (number, value) = own.next() {
          switch (number, value) {
          case (1, .varint(let size)): shape.append(size)
          case (2, .varint(let value)): type = value
          case (6, .bytes(let text)): texts.append(text.text)
          case (8, .bytes(let text)): name = text.text
          case (9, .bytes(let raw)): bytes = raw
          default: return nil
          }
        }
        tensors[name] = (shape, type, bytes, texts)
      case 11: inputs.append(Place(inner))
      case 12: outputs.append(Place(inner))
      default: break
      }
    }
    if message.isBroken { return nil }
  }
}

extension ReadGraph.Node {
  init(_ buffer: ProtocolBuffer) {
    var message = buffer
    while let (number, value) = message.next() {
      guard case .bytes(let inner) = value else { continue }
      switch number {
      case 1: inputs.append(inner.text)
      case 2: outputs.append(inner.text)
      case 3: name = inner.text
      case 4: type = inner.text
      case 5: attributes[inner.firstMessage(1)?.text ?? ""] = inner
      case 7: domain = inner.text
      default: break
      }
    }
  }
}

extension ReadGraph.Place {
  init(_ buffer: ProtocolBuffer) {
    name = buffer.firstMessage(1)?.text ?? ""
    guard var tensor = buffer.firstMessage(2)?.firstMessage(1) else { return }
    while let (number, value) = tensor.next() {
      if number == 1, case .varint(let type) = value { self.type = type }
      guard number == 2, case .bytes(var axes) = value else { continue }
      while let (_, value) = axes.next() {
        guard case .bytes(var axis) = value, let (_, size) = axis.next() else { continue }
        switch size {
        case .bytes(let name): shape.append(name.text)
        case .varint(let count): shape.append("\(count)")
        default: shape.append("?")
        }
      }
    }
  }
}
