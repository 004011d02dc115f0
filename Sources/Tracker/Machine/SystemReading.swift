import Files
import Glibc
import Telemetry

/// The kernel's counters of the machine and of this process, as Linux has them in `/proc`. A number that cannot be read is nil.
struct SystemReading: Sendable {
  /// Monotonic seconds.
  var time: Double
  /// Of all processors, in clock ticks: busy, and busy and idle.
  var busyTicks: UInt64?
  var allTicks: UInt64?
  /// Bytes.
  var memory: UInt64?
  var memoryUsed: UInt64?
  /// Of this process: ticks that its threads ran; bytes; threads.
  var processTicks: UInt64?
  var processMemory: UInt64?
  var threads: UInt64?
  /// Nanoseconds that threads could run and did not, by thread.
  var waits: [Substring: UInt64] = [:]
  /// Bytes that this process moved from and to disks.
  var bytesRead: UInt64?
  var bytesWritten: UInt64?

  /// Of the machine whose files lie in the folder `root`.
  init(below root: String = "", time: Double = MonotonicClock.seconds, pageSize: UInt64 = UInt64(getpagesize())) {
    self.time = time
    if let line = Self.text(of: root + "/proc/stat")?.split(separator: "\n").first, line.hasPrefix("cpu ") {
      // user nice system idle iowait irq softirq steal; what guests have is in user already.
      let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { UInt64($0) }
      if ticks.count >= 5 {
        let all = ticks.reduce(0, &+)
        (allTicks, busyTicks) = (all, all &- ticks[3] &- ticks[4])
      }
    }
    if let text = Self.text(of: root + "/proc/meminfo"), let all = Self.field("MemTotal:", of: text),
      let available = Self.field("MemAvailable:", of: text)
    {
      memory = all << 10
      memoryUsed = (all &- min(all, available)) << 10
    }
    // The name of the program stands in parentheses and may hold anything.
    if let text = Self.text(of: root + "/proc/self/stat"), let end = text.lastIndex(of: ")") {
      let fields = text[text.index(after: end)...].split(separator: " ").map { UInt64($0) }
      if fields.count > 21, let user = fields[11], let kernel = fields[12] {
        processTicks = user &+ kernel
        threads = fields[17]
        processMemory = fields[21].map { $0 &* pageSize }
      }
    }
    if let text = Self.text(of: root + "/proc/self/io") {
      (bytesRead, bytesWritten) = (Self.field("read_bytes:", of: text), Self.field("write_bytes:", of: text))
    }
    for thread in (try? Folder.names(in: root + "/proc/self/task")) ?? [] {
      let fields = Self.text(of: "\(root)/proc/self/task/\(thread)/schedstat")?.split(separator: " ")
      if let fields, fields.count > 1, let wait = UInt64(fields[1]) { waits[thread[...]] = wait }
    }
  }

  private static func text(of path: String) -> String? {
    (try? OpenFile.contents(of: path)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The number behind `name` at the start of a line.
  private static func field(_ name: String, of text: String) -> UInt64? {
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      return line.dropFirst(name.count).split(separator: " ").first.flatMap { UInt64($0) }
    }
    return nil
  }
}

/// What happened between two readings, as metrics.
struct SystemSample: Sendable, Equatable {
  /// Unix time in microseconds.
  var wallTime: Int64
  var values: [Value]

  struct Value: Sendable, Equatable {
    var metric: Metric
    var value: Double
  }

  init(from earlier: SystemReading, to reading: SystemReading, wallTime: Int64, ticksPerSecond: Double) {
    self.wallTime = wallTime
    var values: [Value] = []
    func add(_ metric: Metric, _ value: Double?) {
      if let value, value.isFinite { values.append(Value(metric: metric, value: value)) }
    }
    let seconds = reading.time - earlier.time
    func growth(_ counter: KeyPath<SystemReading, UInt64?>) -> Double? {
      guard seconds > 0, let now = reading[keyPath: counter], let before = earlier[keyPath: counter], now >= before
      else { return nil }
      return Double(now - before)
    }
    if let busy = growth(\.busyTicks), let all = growth(\.allTicks), all > 0 { add(.systemCPU, 100 * busy / all) }
    if let used = reading.memoryUsed, let all = reading.memory, all > 0 {
      add(.systemMemory, Self.megabytes(Double(used)))
      add(.systemMemoryPercentage, 100 * Double(used) / Double(all))
    }
    add(.systemProcessCPU, growth(\.processTicks).map { 100 * $0 / ticksPerSecond / seconds })
    if seconds > 0, !reading.waits.isEmpty {
      // A thread that has ended takes its counter along: what it waited since the last reading is not known.
      let waited = reading.waits.reduce(0.0) { sum, thread in
        let before = earlier.waits[thread.key] ?? 0
        return sum + (thread.value >= before ? Double(thread.value - before) : 0)
      }
      add(.systemProcessWait, waited / 1e7 / seconds)
    }
    add(.systemProcessMemory, reading.processMemory.map { Self.megabytes(Double($0)) })
    add(.systemProcessThreads, reading.threads.map { Double($0) })
    add(.systemProcessDiskRead, growth(\.bytesRead).map { Self.megabytes($0) / seconds })
    add(.systemProcessDiskWritten, growth(\.bytesWritten).map { Self.megabytes($0) / seconds })
    self.values = values
  }

  /// What the file system of `path` holds.
  mutating func addDisk(of path: String) {
    var system = statvfs()
    guard statvfs(path, &system) == 0, system.f_blocks > 0 else { return }
    let unit = Double(system.f_frsize)
    let (all, free) = (Double(system.f_blocks) * unit, Double(system.f_bavail) * unit)
    let used = all - Double(system.f_bfree) * unit
    values.append(Value(metric: .systemDisk, value: Self.megabytes(used)))
    values.append(Value(metric: .systemDiskPercentage, value: 100 * used / max(used + free, 1)))
    values.append(Value(metric: .systemDiskAvailable, value: Self.megabytes(free)))
  }

  private static func megabytes(_ bytes: Double) -> Double { bytes / 1e6 }
}
