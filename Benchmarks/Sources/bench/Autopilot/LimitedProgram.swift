import Foundation
import Glibc

/// A program that is killed, with all that it started, when it takes too long; with the most memory that it held.
struct LimitedProgram {
  enum Ending: Equatable {
    case done(output: String)
    case failed(status: Int32)
    case overrun
  }

  var path: String
  var arguments: [String]
  var seconds: Double

  struct Result {
    var ending: Ending
    var seconds: Double
    /// Of the core, with what the program waited for.
    var cpuSeconds: Double
    /// Of the program, or of the largest process that it waited for.
    var megabytes: Double
  }

  /// Its complaints go where ours do.
  func run() throws -> Result {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString).out")
    defer { try? FileManager.default.removeItem(at: file) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, file.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var (child, status, usage): (pid_t, Int32, rusage) = (0, 0, rusage())
    var isOver = false
    let time = try timed {
      let code = posix_spawn(&child, path, &actions, &attributes, &words, environ)
      guard code == 0 else { throw BenchmarkError("\(path) cannot be run: \(String(cString: strerror(code)))") }
      let end = Date(timeIntervalSinceNow: seconds)
      while true {
        let ended = wait4(child, &status, isOver ? 0 : WNOHANG, &usage)
        if ended == child || (ended < 0 && errno != EINTR) { break }
        if isOver { continue }
        if Date() > end {
          isOver = true
          kill(-child, SIGKILL)
        } else {
          usleep(20_000)
        }
      }
    }
    func result(_ ending: Ending) -> Result {
      let cpu = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) * 1e-6 }
      return Result(
        ending: ending, seconds: time.seconds, cpuSeconds: cpu, megabytes: Double(usage.ru_maxrss) / 1024)
    }
    if isOver { return result(.overrun) }
    guard status == 0 else { return result(.failed(status: status)) }
    return result(.done(output: String(decoding: try Data(contentsOf: file), as: UTF8.self)))
  }
}
