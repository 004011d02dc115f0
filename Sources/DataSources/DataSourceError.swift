import Datasets
import Files
import Formats

/// Why rows could not be read from a source.
package struct DataSourceError: UserFacingError, Hashable, Sendable {
  /// The file or the address, without a password; empty for bytes in memory.
  package var location: String
  /// Where in it, in a few words; empty where it is about the whole.
  package var place: String
  /// What is wrong and what to do, as the rest of a sentence.
  package var problem: String
  package var status: FailureStatus

  package init(
    location: String = "", place: String = "", _ problem: String, status: FailureStatus = .failedWork
  ) {
    (self.location, self.place, self.problem, self.status) = (location, place, problem, status)
  }

  /// One sentence.
  package var description: String {
    let source = location.isEmpty ? "" : "'\(location)'"
    let start = [source, place].filter { !$0.isEmpty }.joined(separator: ", ")
    return (start.isEmpty ? problem : "\(start): \(problem)").printable
  }

  /// The same of this file, where none is named yet.
  func of(_ location: String, place: String = "") -> DataSourceError {
    var error = self
    if error.location.isEmpty { error.location = location }
    if error.place.isEmpty { error.place = place }
    return error
  }

  init(_ error: FileError) {
    self.init(location: error.path, "it cannot be read: \(FileError.words(error.code))", status: .badUsage)
  }

  init(_ error: DatasetError, location: String) {
    switch error {
    case .unreadable(_, let reason): self.init(location: location, "it cannot be read: \(reason)", status: .badUsage)
    case .unsuitable(let problem):
      self.init(location: location, problem.prefix(1).lowercased() + problem.dropFirst())
    default: self.init(location: location, error.description)
    }
  }
}
