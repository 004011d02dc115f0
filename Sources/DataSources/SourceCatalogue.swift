import Files
import Settings

/// All formats, and the one that reads a location.
package enum SourceCatalogue {
  /// Of those that recognise a file the first reads it.
  package static let all: [any DataSource.Type] = [
    ExcelWorkbooks.self, WordDocuments.self, JSONObjects.self, PlainText.self, ImageFiles.self, SQLiteDatabases.self,
    PostgreSQLDatabases.self,
  ]

  /// Rows of what is at a location.
  package static func open(
    _ location: DataLocation, options: SourceOptions = SourceOptions()
  ) throws(DataSourceError) -> any RecordSource {
    let folder = location.kind == .folder ? try FolderListing(location) : nil
    var format = try requested(options)
    if format == nil { format = if let folder { try folder.format() } else { try self.format(of: location) } }
    guard let format else {
      throw DataSourceError(
        location: location.redacted, "its format is not known: \(names(all)) are read", status: .badUsage)
    }
    for option in options.given where !format.options.contains(option) {
      let others = all.filter { $0.options.contains(option) }
      throw DataSourceError(
        location: location.redacted, "\(format.name) has no option '\(option.rawValue)', only \(names(others))",
        status: .badUsage)
    }
    if let folder { return try format.open(folder, options: options) }
    return try format.open(location, options: options)
  }

  /// The format of a file or an address; nil where it is none of these. First by the bytes, then by the name.
  package static func format(of location: DataLocation) throws(DataSourceError) -> (any DataSource.Type)? {
    switch location.kind {
    case .address(let scheme): return all.first { $0.schemes.contains(scheme) }
    case .folder: return try FolderListing(location).format()
    case .file:
      let sample = try FileSample(location.path)
      return all.first { $0.recognises(sample) } ?? format(named: location.path)
    }
  }

  /// By the end of a file's name, in front of which it may be compressed.
  static func format(named path: String) -> (any DataSource.Type)? {
    var parts = (path.split(separator: "/").last ?? "").lowercased().split(separator: ".").map(String.init)
    guard parts.count > 1 else { return nil }
    if parts.count > 2, ["gz", "zst"].contains(parts.last) { parts.removeLast() }
    return all.first { $0.suffixes.contains(parts.last!) }
  }

  private static func requested(_ options: SourceOptions) throws(DataSourceError) -> (any DataSource.Type)? {
    guard let name = options.format else { return nil }
    if let format = all.first(where: { $0.name == name }) { return format }
    let guess = didYouMean(name, among: all.map { $0.name }) ?? ": \(names(all)) are read"
    throw DataSourceError("there is no format '\(name)'\(guess)", status: .badUsage)
  }

  private static func names(_ formats: [any DataSource.Type]) -> String {
    formats.map { $0.name }.joined(separator: ", ")
  }
}
