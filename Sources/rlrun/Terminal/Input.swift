import Files
import Formats

/// The bytes of a file a user named.
func readFile(_ path: String) throws(InputError) -> [UInt8] {
  do {
    return try OpenFile.contents(of: path)
  } catch {
    throw InputError(path: path, code: error.code)
  }
}

/// A file a user named could not be read.
struct InputError: UserFacingError {
  var path: String
  var code: Int32

  var status: FailureStatus { .badUsage }
  var description: String { "could not read \(path): \(FileError.words(code))" }
}
