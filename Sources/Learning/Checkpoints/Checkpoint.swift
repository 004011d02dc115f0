import BLASBridge
import Formats
import Foundation

/// Everything a training needs to go on, or a policy needs to act: named tensors and texts, stored as safetensors. An agent, a
/// model or a learner of your own saves into one and loads from it; Python reads the file.
///
/// ```swift
/// var checkpoint = Checkpoint()
/// checkpoint.set("policy.weight", [0.5, -1, 2, 0], shape: [2, 2])
/// checkpoint.set("progress", encoding: ["steps": 128])
/// let read = try Checkpoint(safetensors: checkpoint.safetensors())
/// print(try read.floats("policy.weight", count: 4))  // [0.5, -1.0, 2.0, 0.0]
/// print(try read.decode("progress", as: [String: Int].self))  // ["steps": 128]
/// ```
public struct Checkpoint: Sendable, Hashable {
  public var tensors: [String: Tensor] = [:]
  /// Small texts by name; safetensors' `__metadata__`.
  public var texts: [String: String] = [:]

  public init() {}

  /// Whether no number in its tensors is NaN or infinite.
  public var isFinite: Bool { tensors.values.allSatisfy(\.isFinite) }

  /// An array of numbers with a shape, of one of the element types that a checkpoint has. Read one where the shape matters;
  /// `floats`, `doubles` and `integers` give the numbers alone.
  ///
  /// ```swift
  /// let weight = Checkpoint.Tensor(shape: [2, 3], .float32([1, 2, 3, 4, 5, 6]))
  /// var checkpoint = Checkpoint()
  /// checkpoint.tensors["weight"] = weight
  /// print(checkpoint.tensors["weight"]?.shape ?? [])  // [2, 3]
  /// ```
  public struct Tensor: Sendable, Hashable {
    public enum Elements: Sendable, Hashable {
      case float32([Float])
      case float64([Double])
      case int64([Int64])
      case uint8([UInt8])
    }

    public var shape: [Int]
    /// Of a file these are read every time they are asked for, so that a policy takes no memory for what only learning needs.
    public var elements: Elements {
      get {
        switch storage {
        case .own(let elements): elements
        case .inFile(let bytes, let range, let type): Elements(type, bytes, range)
        }
      }
      set { storage = .own(newValue) }
    }
    private var storage: Storage

    private enum Storage: Sendable {
      case own(Elements)
      /// The file's bytes, which all of its tensors share, and where this one's are among them.
      case inFile([UInt8], Range<Int>, Elements.Kind)
    }

    /// Traps where `shape` and the number of elements disagree.
    public init(shape: [Int], _ elements: Elements) {
      let tensor = Tensor(unchecked: shape, elements)
      require(
        tensor.count == shape.reduce(1, *), "shape \(shape) does not hold \(tensor.count) elements")
      self = tensor
    }

    private init(unchecked shape: [Int], _ elements: Elements) {
      self.shape = shape
      storage = .own(elements)
    }

    /// Of `bytes[range]`, which fill the shape.
    init(shape: [Int], _ kind: Elements.Kind, in bytes: [UInt8], _ range: Range<Int>) {
      self.shape = shape
      storage = .inFile(bytes, range, kind)
    }

    public static func == (left: Tensor, right: Tensor) -> Bool {
      left.shape == right.shape && left.elements == right.elements
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(shape)
      hasher.combine(elements)
    }

    var isFinite: Bool {
      switch elements {
      case .float32(let values): values.allSatisfy(\.isFinite)
      case .float64(let values): values.allSatisfy(\.isFinite)
      case .int64, .uint8: true
      }
    }

    var kind: Elements.Kind {
      switch storage {
      case .own(let elements): elements.kind
      case .inFile(_, _, let kind): kind
      }
    }

    var count: Int {
      switch storage {
      case .own(let elements): elements.count
      case .inFile(_, let range, let kind): range.count / kind.width
      }
    }
  }
}

/// A checkpoint that does not fit its reader, in one sentence. Throw it from the `load` of your own agent or learner where
/// what was saved has another shape.
///
/// ```swift
/// do {
///   print(try Checkpoint().floats("weights", count: 8))
/// } catch let error as CheckpointError {
///   print(error.sentence)  // the checkpoint has no tensor 'weights'
/// }
/// ```
public struct CheckpointError: UserFacingError, Hashable, Sendable {
  public var description: String
  public var status: FailureStatus { .failedWork }
  public init(_ description: String) { self.description = description }
}

/// Reading and writing by name. A getter throws `CheckpointError` where the name is missing or of another type.
extension Checkpoint {
  public mutating func set(_ name: String, _ values: [Float], shape: [Int]? = nil) {
    tensors[name] = Tensor(shape: shape ?? [values.count], .float32(values))
  }

  public mutating func set(_ name: String, _ values: [Double]) {
    tensors[name] = Tensor(shape: [values.count], .float64(values))
  }

  public mutating func set(_ name: String, _ values: [Int]) {
    tensors[name] = Tensor(shape: [values.count], .int64(values.map(Int64.init)))
  }

  public mutating func set(_ name: String, bytes: [UInt8]) {
    tensors[name] = Tensor(shape: [bytes.count], .uint8(bytes))
  }

  /// Puts all of another checkpoint into this one, each name after `NAME/`.
  package mutating func nest(_ other: Checkpoint, as name: String) {
    for (own, tensor) in other.tensors { tensors["\(name)/\(own)"] = tensor }
    for (own, text) in other.texts { texts["\(name)/\(own)"] = text }
  }

  /// What `nest` put into it; empty where there is nothing.
  package func nested(_ name: String) -> Checkpoint {
    let prefix = name + "/"
    func inner<Value>(_ all: [String: Value]) -> [String: Value] {
      let own = all.filter { $0.key.hasPrefix(prefix) }
      return Dictionary(uniqueKeysWithValues: own.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    var checkpoint = Checkpoint()
    (checkpoint.tensors, checkpoint.texts) = (inner(tensors), inner(texts))
    return checkpoint
  }

  /// A small value as JSON text, exact for finite numbers.
  public mutating func set(_ name: String, encoding value: some Encodable) {
    // Encoding fails only for numbers that JSON has no form for, and these have one here.
    texts[name] = try! JSONForm.exact.text(value)
  }

  public func floats(_ name: String, count: Int? = nil) throws -> [Float] {
    guard case .float32(let values) = try tensor(name, count: count).elements else { throw wrongType(name, "float32") }
    return values
  }

  public func doubles(_ name: String, count: Int? = nil) throws -> [Double] {
    guard case .float64(let values) = try tensor(name, count: count).elements else { throw wrongType(name, "float64") }
    return values
  }

  public func integers(_ name: String, count: Int? = nil) throws -> [Int] {
    guard case .int64(let values) = try tensor(name, count: count).elements else { throw wrongType(name, "int64") }
    return values.map(Int.init)
  }

  public func bytes(_ name: String) throws -> [UInt8] {
    guard case .uint8(let values) = try tensor(name, count: nil).elements else { throw wrongType(name, "uint8") }
    return values
  }

  public func text(_ name: String) throws -> String {
    guard let text = texts[name] else { throw CheckpointError("the checkpoint has no text named '\(name)'") }
    return text
  }

  public func decode<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    do {
      return try JSONForm.exact.decode(type, from: Data(try text(name).utf8))
    } catch let error as DecodingError {
      throw CheckpointError("the checkpoint's text '\(name)' does not fit: \(error)")
    }
  }

  private func tensor(_ name: String, count: Int?) throws -> Tensor {
    guard let tensor = tensors[name] else { throw CheckpointError("the checkpoint has no tensor named '\(name)'") }
    if let count, tensor.count != count {
      throw CheckpointError("the checkpoint's tensor '\(name)' has \(tensor.count) elements instead of \(count)")
    }
    return tensor
  }

  private func wrongType(_ name: String, _ expected: String) -> CheckpointError {
    CheckpointError("the checkpoint's tensor '\(name)' is not of type \(expected)")
  }
}
