import Formats
import Foundation

/// The safetensors format: an 8-byte little-endian header length, a JSON header, then the tensors' bytes back to back.
///
/// Tensors are laid out in the order of their names and the header's keys are sorted, so equal checkpoints are equal
/// files. The header is padded with spaces to a multiple of 8, as the format's own writers do.
/// Source: https://github.com/huggingface/safetensors, "Format".
extension Checkpoint {
  /// The file's bytes.
  public func safetensors() -> [UInt8] {
    var header: [String: HeaderEntry] = [:]
    var offset = 0
    let names = tensors.keys.sorted()
    for name in names {
      let tensor = tensors[name]!
      let size = tensor.count * tensor.kind.width
      header[name] = .tensor(
        dtype: tensor.kind.rawValue, shape: tensor.shape, start: offset, end: offset + size)
      offset += size
    }
    if !texts.isEmpty { header["__metadata__"] = .metadata(texts) }
    var json = Array(try! JSONForm.line.encode(header))
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + json.count + offset)
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: json)
    for name in names { tensors[name]!.elements.append(to: &bytes) }
    return bytes
  }

  /// Reads a file's bytes. Throws `CheckpointError` where they are no safetensors file or use an element type other
  /// than F32, F64, I64 and U8.
  public init(safetensors bytes: [UInt8]) throws {
    self.init()
    guard bytes.count >= 8 else { throw CheckpointError("too short to be a safetensors file: \(bytes.count) bytes") }
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(bytes.count - 8) else {
      throw CheckpointError("not a safetensors file: its header would end beyond the file")
    }
    let start = 8 + Int(length)
    let header: [String: HeaderEntry]
    do {
      header = try JSONDecoder().decode([String: HeaderEntry].self, from: Data(bytes[8..<start]))
    } catch {
      throw CheckpointError("not a safetensors file: its header is not the JSON it should be")
    }
    for (name, entry) in header {
      switch entry {
      case .metadata(let metadata):
        texts = metadata
      case .tensor(let dtype, let shape, let from, let to):
        guard 0 <= from, from <= to, to <= bytes.count - start, shape.allSatisfy({ $0 >= 0 }) else {
          throw CheckpointError("the tensor '\(name)' lies outside the file")
        }
        guard let kind = Tensor.Elements.Kind(rawValue: dtype) else {
          throw CheckpointError("the tensor '\(name)' has the element type \(dtype), which is not read here")
        }
        let (count, overflow) = shape.reduce((1, false)) { product, side in
          let (value, overflow) = product.0.multipliedReportingOverflow(by: side)
          return (value, product.1 || overflow)
        }
        guard !overflow, (to - from) / kind.width == count, (to - from) % kind.width == 0 else {
          throw CheckpointError("the tensor '\(name)' has \(to - from) bytes, which do not fill its shape \(shape)")
        }
        tensors[name] = Tensor(shape: shape, kind, in: bytes, start + from..<start + to)
      }
    }
  }

  private enum HeaderEntry: Codable {
    case tensor(dtype: String, shape: [Int], start: Int, end: Int)
    case metadata([String: String])

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }

    init(from decoder: any Decoder) throws {
      if decoder.codingPath.last?.stringValue == "__metadata__" {
        self = .metadata(try [String: String](from: decoder))
        return
      }
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let offsets = try container.decode([Int].self, forKey: .offsets)
      guard offsets.count == 2 else {
        throw DecodingError.dataCorruptedError(forKey: .offsets, in: container, debugDescription: "two offsets")
      }
      self = .tensor(
        dtype: try container.decode(String.self, forKey: .dtype),
        shape: try container.decode([Int].self, forKey: .shape), start: offsets[0], end: offsets[1])
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .metadata(let texts):
        try texts.encode(to: encoder)
      case .tensor(let dtype, let shape, let start, let end):
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(dtype, forKey: .dtype)
        try container.encode(shape, forKey: .shape)
        try container.encode([start, end], forKey: .offsets)
      }
    }
  }
}

extension Checkpoint.Tensor.Elements {
  /// The element types by the format's names for them.
  enum Kind: String, Sendable {
    case float32 = "F32"
    case float64 = "F64"
    case int64 = "I64"
    case uint8 = "U8"

    /// Bytes an element takes.
    var width: Int {
      switch self {
      case .float32: 4
      case .float64, .int64: 8
      case .uint8: 1
      }
    }
  }

  var kind: Kind {
    switch self {
    case .float32: .float32
    case .float64: .float64
    case .int64: .int64
    case .uint8: .uint8
    }
  }

  var count: Int {
    switch self {
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .int64(let values): values.count
    case .uint8(let values): values.count
    }
  }

  func append(to bytes: inout [UInt8]) {
    switch self {
    case .float32(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    case .float64(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    case .int64(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    case .uint8(let values): bytes.append(contentsOf: values)
    }
  }

  /// Reads whole elements.
  init(_ kind: Kind, _ bytes: [UInt8], _ range: Range<Int>) {
    func load<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] {
      [Element](unsafeUninitializedCapacity: range.count / MemoryLayout<Element>.stride) { elements, count in
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(elements).copyMemory(from: .init(rebasing: $0[range])) }
        count = elements.count
      }
    }
    switch kind {
    case .float32: self = .float32(load(Float.self))
    case .float64: self = .float64(load(Double.self))
    case .int64: self = .int64(load(Int64.self))
    case .uint8: self = .uint8(load(UInt8.self))
    }
  }
}
