import Formats
import Foundation

signal(SIGPIPE, SIG_IGN)
do {
  try await StudioServer.parse().serve()
} catch let error as any UserFacingError {
  FileHandle.standardError.write(Data("rlrun-server: \(error.sentence)\n".utf8))
  exit(error.status.rawValue)
} catch {
  StudioServer.exit(withError: error)
}
