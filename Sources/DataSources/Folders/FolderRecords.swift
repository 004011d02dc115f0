/// The rows of all files of a folder that have one format, with the columns of all of them, `file`, and, in a folder with a
/// folder for each class, `label`.
final class FolderRecords: RecordSource {
  let columns: [String]
  private let format: any DataSource.Type
  private let options: SourceOptions
  private let files: [FolderListing.File]
  private let folder: String
  private let hasLabels: Bool
  /// The place in a row of each column of the files.
  private let places: [String: Int]
  private var fixedRemarks: [String] = []
  private var skipped = SkippedRecords()
  private var nextFile = 0
  private var current: (file: FolderListing.File, source: any RecordSource, places: [Int])?
  private var cells: [Cell] = []

  init(_ listing: FolderListing, of format: any DataSource.Type, options: SourceOptions) throws(DataSourceError) {
    (self.format, self.options, folder) = (format, options, listing.folder)
    let (files, others) = listing.files(of: format)
    guard !files.isEmpty else {
      throw DataSourceError(location: folder, "there are no \(format.name) files in this folder", status: .badUsage)
    }
    var names: [String] = []
    var seen: Set<String> = []
    var sound: [FolderListing.File] = []
    for file in files {
      do throws(DataSourceError) {
        let source = try format.open(DataLocation(file.path), options: options)
        for name in source.columns where seen.insert(name).inserted { names.append(name) }
        sound.append(file)
      } catch {
        guard options.onError == .skip else { throw error.of(file.path) }
        skipped.add(error.of(file.path))
      }
    }
    guard !sound.isEmpty else {
      throw DataSourceError(location: folder, "none of its \(counted(files.count, "file")) can be read")
    }
    self.files = sound
    hasLabels = sound.contains { $0.label != nil }
    let own = ["file"] + (hasLabels ? ["label"] : [])
    // A text whose rows are files has the column already.
    let isNamed = format.name == PlainText.name && options.textUnit == .file
    if isNamed { names.removeAll { $0 == "file" } }
    columns = own + distinctNames(names, taken: Set(own)).names
    var places = Dictionary(uniqueKeysWithValues: zip(names, own.count..<columns.count))
    if isNamed { places["file"] = 0 }
    self.places = places
    fixedRemarks.append(counted(sound.count, "file"))
    if others > 0 { fixedRemarks.append("\(counted(others, "file")) of other formats passed over") }
  }

  var remarks: [String] { fixedRemarks + [skipped.remark("file")].compactMap(\.self) }

  var place: String { current.map { "\($0.file.name), \($0.source.place)" } ?? "" }

  func next(_ row: inout [Cell]) throws(DataSourceError) -> Bool {
    while true {
      do throws(DataSourceError) {
        guard let current = try openNext() else { return false }
        if try current.source.next(&cells) {
          fill(&row, current)
          return true
        }
        self.current = nil
      } catch {
        let error = error.of(files[max(0, nextFile - 1)].path)
        guard options.onError == .skip else { throw error }
        skipped.add(error)
        current = nil
      }
    }
  }

  private func openNext() throws(DataSourceError) -> (
    file: FolderListing.File, source: any RecordSource, places: [Int]
  )? {
    if let current { return current }
    guard nextFile < files.count else { return nil }
    let file = files[nextFile]
    nextFile += 1
    let source = try format.open(DataLocation(file.path), options: options)
    var found: [Int] = []
    for name in source.columns {
      guard let place = places[name] else {
        throw DataSourceError("it has changed since it was first read: the column '\(name)' is new")
      }
      found.append(place)
    }
    current = (file, source, found)
    return current
  }

  private func fill(_ row: inout [Cell], _ current: (file: FolderListing.File, source: any RecordSource, places: [Int]))
  {
    row.removeAll(keepingCapacity: true)
    row.append(contentsOf: repeatElement(.missing, count: columns.count))
    for (cell, place) in zip(cells, current.places) { row[place] = cell }
    row[0] = .text(current.file.name)
    if let label = current.file.label { row[1] = .text(label) }
  }
}
