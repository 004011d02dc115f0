import Foundation
import Telemetry
import Testing

@testable import Learning
@testable import Settings

@Suite struct MemoryTests {
  /// A folder in the place of the root of the file system.
  private func machine(_ files: [String: String]) throws -> String {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("memory-\(UUID().uuidString)")
    for (path, text) in files {
      let url = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    return root.path
  }

  private static let meminfo = "MemTotal:       16000000 kB\nMemFree:         1000 kB\nMemAvailable:    8000000 kB\n"

  @Test func `available is what the kernel has, or less where a control group allows less`() throws {
    var files = ["proc/meminfo": Self.meminfo]
    func available() throws -> Double {
      let root = try machine(files)
      defer { try? FileManager.default.removeItem(atPath: root) }
      return AvailableMemory.bytes(below: root)
    }
    #expect(try available() == 8_000_000 * 1024)
    files["proc/self/cgroup"] = "0::/jobs/one\n"
    #expect(try available() == 8_000_000 * 1024)
    // The outer group has the limit; files that the kernel keeps do not count as used.
    files["sys/fs/cgroup/jobs/memory.max"] = "4000000000\n"
    files["sys/fs/cgroup/jobs/memory.current"] = "3000000000\n"
    files["sys/fs/cgroup/jobs/memory.stat"] = "anon 1\ninactive_file 500000000\n"
    files["sys/fs/cgroup/jobs/one/memory.max"] = "max\n"
    files["sys/fs/cgroup/jobs/one/memory.current"] = "1\n"
    #expect(try available() == 1_500_000_000)
    files["proc/self/cgroup"] = "3:cpu,memory:/old\n"
    files["sys/fs/cgroup/memory/old/memory.limit_in_bytes"] = "100\n"
    files["sys/fs/cgroup/memory/old/memory.usage_in_bytes"] = "300\n"
    #expect(try available() == 0)
  }

  @Test func `this machine has memory`() { #expect(AvailableMemory.bytes > 1_000_000) }

  @Test func `more than there is is one sentence with both numbers and what to lower`() throws {
    var memory = MemoryEstimate()
    memory.add("the replay buffer", bytes: 36e15, lower: "buffer_size")
    memory.add("the rest", bytes: 1e6, lower: "net_arch")
    #expect(
      throws: HyperparameterError(
        "sac needs 36.0 PB of memory, the replay buffer 36.0 PB of it, and 12.3 GB are available: lower buffer_size")
    ) { try memory.require("sac", count: 1, available: 12.3e9) }
    #expect(
      throws: HyperparameterError(
        "2 trainings need 72.0 PB of memory, the replay buffer 72.0 PB of it, and 12.3 GB are available: lower "
          + "buffer_size, or run fewer at once")
    ) { try memory.require("2 trainings", count: 2, available: 12.3e9) }
    #expect(throws: Never.self) { try memory.require("sac", count: 2, available: 1e17) }
  }

  @Test func `a network's estimate covers what is allocated, and absurd widths are a large number`() {
    let network = Network(widths: [17, 64, 32, 6], hidden: .gelu)
    var memory = MemoryEstimate()
    memory.addNetwork(widths: [17, 64, 32, 6], floatsPerParameter: 5, rows: 100, lower: "net_arch")
    let workspace = 4 * 100 * 3 * (64 + 32 + 6)
    #expect(memory.bytes >= Double(4 * 5 * network.parameterCount + workspace))
    #expect(memory.bytes <= Double(4 * 5 * network.parameterCount + workspace) * 2)
    memory.addNetwork(widths: [.max, .max, .max], floatsPerParameter: 5, rows: .max, lower: "net_arch")
    #expect(memory.bytes > 1e38 && memory.bytes.isFinite)
  }

  @Test(arguments: [
    (0.0, "0.0 MB"), (4.4e6, "4.4 MB"), (1.06e9, "1.1 GB"), (3e12, "3.0 TB"), (36e15, "36.0 PB"), (8e18, "8.0 EB"),
    (1e24, "1e+24 bytes"),
  ])
  func `bytes have the unit that fits`(bytes: Double, text: String) { #expect(byteCount(bytes) == text) }
}
