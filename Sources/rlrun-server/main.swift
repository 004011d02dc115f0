import CProcesses
import Formats
import Foundation

signal(SIGPIPE, SIG_IGN)
// Pages are made by whichever thread is free. With a heap each the server keeps twice as much memory, for nothing in return.
rl_limit_heaps(2)
do {
  try await StudioServer.parse().serve()
} catch let error as any UserFacingError {
  FileHandle.standardError.write(Data("rlrun-server: \(error.sentence)\n".utf8))
  exit(error.status.rawValue)
} catch {
  StudioServer.exit(withError: error)
}
