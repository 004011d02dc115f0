import Formats

/// What Python asked for and cannot have, in one sentence.
struct LibraryError: UserFacingError, Hashable {
  var description: String
  var status = FailureStatus.badUsage

  init(_ description: String) { self.description = description }
}

/// An error as Python raises it: a sentence, with what is to be shown under it, and whether the request was wrong or the work.
struct Failure {
  let text: String
  let status: Int32

  init(_ error: any Error) {
    if let error = error as? any UserFacingError {
      text = ([error.sentence] + error.excerpt).joined(separator: "\n")
      status = error.status.rawValue
    } else {
      text = "\(error)"
      status = FailureStatus.failedWork.rawValue
    }
  }
}
