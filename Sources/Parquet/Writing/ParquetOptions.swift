/// How a Parquet file is written. Equal rows and options give equal bytes, with one version of each codec's library.
package struct ParquetOptions: Hashable, Sendable {
  package enum Compression: Hashable, Sendable {
    case none, snappy
    /// 1, the fastest, to 9.
    case gzip(level: Int)
    /// 1, the fastest, to 19.
    case zstd(level: Int)
  }

  /// How columns are encoded: with a dictionary, or as differences, each where it pays; or plainly throughout.
  package var compression = Compression.zstd(level: 3)
  package var hasDictionaries = true
  package var hasDifferences = true
  /// 1, which every reader knows, or 2, whose nulls are not compressed.
  package var pageVersion = 1
  /// A reader holds a column of as many rows in memory.
  package var rowsPerGroup = 1 << 18
  package var rowsPerPage = 1 << 16
  /// Of the values of a page, before they are compressed.
  package var bytesPerPage = 1 << 20
  /// Whether readers can tell that a page was damaged.
  package var hasChecksums = true
  package var keyValues: [KeyValue] = []

  package init() {}
}

extension ParquetOptions.Compression {
  var codec: Codec {
    switch self {
    case .none: .none
    case .snappy: .snappy
    case .gzip: .gzip
    case .zstd: .zstd
    }
  }
}
