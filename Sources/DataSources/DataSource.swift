/// A format or a system that rows are read from: one file, and one line in `SourceCatalogue.all`.
package protocol DataSource: SendableMetatype {
  /// `xlsx`.
  static var name: String { get }
  /// `Excel workbooks`.
  static var summary: String { get }
  /// How the names of its files end, in lower case, without the dot.
  static var suffixes: [String] { get }
  /// How its addresses begin, without the colon.
  static var schemes: [String] { get }
  /// The options that it has.
  static var options: Set<SourceOption> { get }
  /// Whether a file is of this format, whatever its name.
  static func recognises(_ sample: FileSample) -> Bool

  /// Rows of a file or an address.
  static func open(_ location: DataLocation, options: SourceOptions) throws(DataSourceError) -> any RecordSource
  /// Rows of all files of a folder. Unless a format has another way: one file's after another's.
  static func open(_ folder: FolderListing, options: SourceOptions) throws(DataSourceError) -> any RecordSource
}

extension DataSource {
  package static var suffixes: [String] { [] }
  package static var schemes: [String] { [] }
  package static var options: Set<SourceOption> { [] }
  package static func recognises(_ sample: FileSample) -> Bool { false }

  package static func open(
    _ folder: FolderListing, options: SourceOptions
  ) throws(DataSourceError) -> any RecordSource {
    try FolderRecords(folder, of: Self.self, options: options)
  }
}
