import CProcesses
import Formats
import Foundation
import Glibc

/// A Python process that runs the embedded script, and the socket on which it is asked to step its environments.
///
/// The process ends when this object does, when its socket is closed, and when this program dies in whatever way.
final class WorkerProcess {
  private let id: String
  private let number: pid_t
  private let socket: Int32
  /// Where Python writes the traceback of a crash.
  private let crashes: Int32
  private var isReaped = false
  /// Kept, so that a step allocates nothing.
  private var header = [UInt8](repeating: 0, count: 5)

  /// Starts Python. `memory`: what it shares, if anything; `configuration`: what its script is told first.
  init(_ id: String, _ settings: PythonSettings, memory: Int32?, configuration: some Encodable) throws(PythonError) {
    self.id = id
    var ends: [Int32] = [-1, -1]
    let crashes = rl_memory_file()
    guard crashes >= 0, socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else { throw PythonError("\(id): no Python can be started: \(String(cString: strerror(errno)))") }
    self.crashes = Descriptors.aboveStandard(crashes)
    socket = Descriptors.aboveStandard(ends[0])
    let theirs = Descriptors.aboveStandard(ends[1])
    let (python, own, parent) = (settings.python, self.crashes, getpid())
    let started = SpawningThread.shared.run {
      Self.start(python, arguments: ["-c", Self.script, "\(parent)"], descriptors: [theirs, memory ?? own, own])
    }
    close(theirs)
    number = started
    guard started > 0 else {
      isReaped = true
      throw PythonError(
        "\(id): there is no Python at '\(python)' (\(String(cString: strerror(-started)))): name one with --python or "
          + "RLRUN_PYTHON", status: .badUsage)
    }
    guard let first = try? JSONForm.exact.encode(configuration) else { fatalError("a configuration that is no JSON") }
    send("m", Array(first))
  }

  deinit {
    send("q")
    close(socket)
    if !isReaped { end(within: 2) }
    close(crashes)
  }

  // MARK: Talking

  /// Asks for something; the answer is to be received, also that the process is no more, which may have said why.
  func send(_ letter: Unicode.Scalar, _ payload: [UInt8] = []) {
    let length = payload.count
    let bytes = [UInt8(ascii: letter)] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + payload
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return }
      sent += count
    }
  }

  /// What the process answers, within `seconds`. Throws `PythonError` where an environment failed, the process died or took
  /// too long.
  @discardableResult
  func receive(within seconds: Double, _ doing: String) throws(PythonError) -> [UInt8] {
    let deadline = now() + seconds
    try read(5, to: &header, until: deadline, seconds, doing)
    let letter = header[0]
    let length = header[1...].reversed().reduce(0) { $0 << 8 | Int($1) }
    if length == 0 { return [] }
    var payload = [UInt8](repeating: 0, count: length)
    try read(length, to: &payload, until: deadline, seconds, doing)
    guard letter == UInt8(ascii: "e") else { return payload }
    guard let report = try? JSONForm.exact.decode(Report.self, from: Data(payload)) else { throw failure() }
    throw PythonError(
      "\(id): \(report.sentence)", traceback: report.traceback, status: report.usage ? .badUsage : .failedWork)
  }

  private struct Report: Decodable {
    var sentence: String
    var traceback: String
    var usage: Bool
  }

  private func read(
    _ length: Int, to bytes: inout [UInt8], until deadline: Double, _ seconds: Double, _ doing: String
  ) throws(PythonError) {
    var filled = 0
    while filled < length {
      var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let left = min(max(0, (deadline - now()) * 1000), 1e9)
      let ready = Glibc.poll(&poll, 1, Int32(left.rounded(.up)))
      if ready < 0, errno == EINTR { continue }
      if ready == 0 { throw timeout(seconds, doing) }
      let count = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress! + filled, length - filled, 0) }
      // A process that ended without having read everything has reset its socket; what it said is still there.
      if count < 0, errno == EINTR || errno == ECONNRESET { continue }
      guard count > 0 else { throw failure() }
      filled += count
    }
  }

  private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  // MARK: Ends

  /// The process said nothing for too long: asks where it is, and ends it.
  private func timeout(_ seconds: Double, _ doing: String) -> PythonError {
    kill(number, SIGUSR1)
    usleep(200_000)
    end(within: 0)
    return PythonError(
      "\(id): \(doing) took more than \(shortest(seconds)) s (--env-timeout)", traceback: crashReport)
  }

  /// The process has closed its socket: reaps it and says how it ended.
  private func failure() -> PythonError {
    let status = end(within: 10)
    let signal = status & 0x7F
    let what =
      signal != 0
      ? "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
      : "ended with status \(status >> 8 & 0xFF)"
    return PythonError("\(id): its Python process \(what)", traceback: crashReport)
  }

  /// What Python wrote when it crashed or was asked where it is.
  private var crashReport: String {
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = pread(crashes, &bytes, bytes.count, 0)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    // Frames of the worker's own script say nothing to anybody.
    return text.split(separator: "\n").filter { !$0.contains("File \"<string>\"") }.joined(separator: "\n")
  }

  /// Waits for the end, then ends it with all processes it has started. Returns what `waitpid` says.
  @discardableResult
  private func end(within seconds: Double) -> Int32 {
    if isReaped { return 0 }
    var status: Int32 = 0
    let deadline = now() + seconds
    var pause: UInt32 = 200
    while waitpid(number, &status, WNOHANG) == 0 {
      if now() >= deadline {
        kill(-number, SIGKILL)
        kill(number, SIGKILL)
        while waitpid(number, &status, 0) < 0, errno == EINTR {}
        break
      }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
    // What the environment has started and left.
    kill(-number, SIGKILL)
    isReaped = true
    return status
  }

  // MARK: Starting

  private static let script = String(decoding: PackageResources.worker_py, as: UTF8.self)
  private static var environment: [String] {
    // Sets of strings have the same order in every process.
    ProcessInfo.processInfo.environment.merging(["PYTHONHASHSEED": "0"]) { theirs, _ in theirs }
      .map { "\($0.key)=\($0.value)" }
  }

  /// Starts a program as the leader of a process group, so that Ctrl-C is not for it. `descriptors` become 3, 4, … of it.
  /// Returns its number, or minus the error number.
  private static func start(_ program: String, arguments: [String], descriptors: [Int32]) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
    for (place, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(3 + place))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, defaults) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigemptyset(&defaults)
    for number in [SIGTERM, SIGHUP, SIGPIPE, SIGUSR1] { sigaddset(&defaults, number) }
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var number: pid_t = 0
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { for word in words + variables { free(word) } }
    var code = ETXTBSY
    // Busy is what has just been written, until whoever forked meanwhile has executed.
    for _ in 0..<1_000 where code == ETXTBSY {
      code = posix_spawnp(&number, program, &actions, &attributes, words, variables)
      if code == ETXTBSY { usleep(2_000) }
    }
    return code == 0 ? number : -code
  }
}
