import CProcesses
import Foundation
import Glibc

/// Starts programs, which Foundation's `Process` does too, but neither in a group of their own nor with default signals.
enum ChildProcess {
  /// Starts a program, found along PATH, as the leader of a process group unless `leadsGroup` is false.
  ///
  /// `streams` become its standard input, output and errors. Returns its number, or minus the error number.
  static func start(
    _ program: String, _ words: [String], environment: [String: String], streams: (Int32, Int32, Int32),
    leadsGroup: Bool = true, withDefaultSignals: Bool = false
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, streams.0, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, streams.1, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, streams.2, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var flags = leadsGroup ? POSIX_SPAWN_SETPGROUP : 0
    posix_spawnattr_setpgroup(&attributes, 0)
    if withDefaultSignals {
      var signals = sigset_t()
      sigemptyset(&signals)
      posix_spawnattr_setsigmask(&attributes, &signals)
      for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, number) }
      posix_spawnattr_setsigdefault(&attributes, &signals)
      flags |= POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    }
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var number: pid_t = 0
    let code = withCStrings(words) { words in
      withCStrings(environment.map { "\($0)=\($1)" }) { variables in
        posix_spawnp(&number, program, &actions, &attributes, words, variables)
      }
    }
    return code == 0 ? number : -code
  }

  /// Starts a program that is killed when the calling thread ends, and with it whatever waits for the program.
  ///
  /// Its output and errors go to `output`; `memory` limits its address space, in bytes. Returns its number, or minus the error
  /// number.
  static func startDependent(
    _ words: [String], environment: [String: String], output: Int32, memory: Int?
  ) -> Int32 {
    withCStrings(words) { words in
      withCStrings(environment.map { "\($0)=\($1)" }) { variables in
        rl_start_dependent(words[0], words, variables, output, UInt(memory ?? 0))
      }
    }
  }

  private static func withCStrings(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
  ) -> Int32 {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { text in text.withCString { strdup($0) } }
    defer { pointers.forEach { free($0) } }
    pointers.append(nil)
    return body(&pointers)
  }

  /// What comes from a descriptor until its other end is closed. A connection that is reset has ended; Foundation's
  /// `FileHandle` traps on one.
  static func readAll(_ descriptor: Int32) -> Data {
    var (all, part) = (Data(), [UInt8](repeating: 0, count: 4096))
    while true {
      let count = read(descriptor, &part, part.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return all }
      all.append(contentsOf: part[..<count])
    }
  }

  /// Waits for the end of a child; returns what `waitpid` says of it.
  static func waitForEnd(of number: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(number, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
