/// How pages are compressed.
enum Codec: Int {
  case none = 0, snappy, gzip, lzo, brotli, lz4, zstd, lz4Raw

  var name: String {
    switch self {
    case .none: "uncompressed"
    case .snappy: "Snappy"
    case .gzip: "gzip"
    case .lzo: "LZO"
    case .brotli: "Brotli"
    case .lz4: "LZ4"
    case .zstd: "Zstandard"
    case .lz4Raw: "LZ4 (raw)"
    }
  }

  /// Of the number in a file; throws where it cannot be read.
  static func readable(_ code: Int) throws(Fault) -> Codec {
    guard let codec = Codec(rawValue: code) else {
      throw .damaged("it is compressed by an unknown codec, number \(code)")
    }
    switch codec {
    case .none, .snappy, .gzip, .zstd: return codec
    case .lzo, .brotli, .lz4, .lz4Raw:
      throw .unsupported(
        "it is compressed with \(codec.name), which is not supported: write it with Snappy, gzip or Zstandard")
    }
  }
}
