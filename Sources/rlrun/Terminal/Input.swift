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

/// A text file that the user named.
func text(of path: String) throws -> String {
  let bytes: [UInt8]
  do throws(FileError) {
    bytes = try OpenFile.contents(of: path)
  } catch {
    throw InputError(path: path, code: error.code)
  }
  guard let text = String(validating: bytes, as: UTF8.self) else { throw UsageError("'\(path)' is no text in UTF-8") }
  return text
}
