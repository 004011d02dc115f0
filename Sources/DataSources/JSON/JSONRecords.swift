/// The objects of a JSON file as rows; its columns are the keys of all of them, for which the file is read twice.
final class JSONRecords: RecordSource {
  let columns: [String]
  let path: String
  private let policy: SourceOptions.ErrorPolicy
  private var reader: JSONObjectReader
  private let places: [String: Int]
  private let fixedRemarks: [String]
  private var skipped = SkippedRecords()
  private static let mostColumns = 1 << 16

  init(_ path: String, options: SourceOptions) throws(DataSourceError) {
    (self.path, policy) = (path, options.onError)
    var (names, places): ([String], [String: Int]) = ([], [:])
    var survey = try JSONObjectReader(path, options)
    var ignored = SkippedRecords()
    while try Self.advance(&survey, path, policy, &ignored) {
      for (key, _) in survey.fields where places[key] == nil {
        places[key] = names.count
        names.append(key)
      }
      guard names.count <= Self.mostColumns else {
        throw DataSourceError(
          location: path, place: "line \(survey.line)", "the objects have more than \(Self.mostColumns) different keys")
      }
    }
    guard !names.isEmpty else {
      throw DataSourceError(location: path, ignored.remark("object") ?? "there is no object with a key in it")
    }
    columns = distinctNames(names).names
    self.places = places
    fixedRemarks = survey.remarks
    reader = try JSONObjectReader(path, options)
  }

  var place: String { "line \(reader.line)" }
  var remarks: [String] { fixedRemarks + [skipped.remark("object")].compactMap(\.self) }

  func next(_ row: inout [Cell]) throws(DataSourceError) -> Bool {
    guard try Self.advance(&reader, path, policy, &skipped) else { return false }
    row.removeAll(keepingCapacity: true)
    row.append(contentsOf: repeatElement(.missing, count: columns.count))
    for (key, cell) in reader.fields {
      guard let place = places[key] else {
        throw DataSourceError(
          location: path, place: place, "it has changed since it was first read: the key '\(key)' is new")
      }
      row[place] = cell
    }
    return true
  }

  /// Goes to the next object that can be read.
  private static func advance(
    _ reader: inout JSONObjectReader, _ path: String, _ policy: SourceOptions.ErrorPolicy,
    _ skipped: inout SkippedRecords
  ) throws(DataSourceError) -> Bool {
    while true {
      do throws(DataSourceError) {
        return try reader.next()
      } catch {
        let error = error.of(path, place: "line \(reader.errorLine)")
        guard policy == .skip, try reader.recover() else { throw error }
        skipped.add(error)
      }
    }
  }
}
