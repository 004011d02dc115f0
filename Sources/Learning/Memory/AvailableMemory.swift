import Files
import Foundation

/// The memory that this process can still get.
package enum AvailableMemory {
  /// Bytes: what the kernel can hand out without swapping, or less where a control group allows less. On systems that do
  /// not tell, all of the machine's memory.
  package static var bytes: Double { bytes(below: "") }

  /// As above, of a machine whose files lie in the folder `root`.
  static func bytes(below root: String) -> Double {
    var available = Double(ProcessInfo.processInfo.physicalMemory)
    if let kilobytes = field("MemAvailable:", of: root + "/proc/meminfo") { available = 1024 * kilobytes }
    for folder in groups(root) {
      guard let room = room(in: folder) else { continue }
      available = min(available, room)
    }
    return available
  }

  /// The folders of the control groups that this process is in, of both versions, the outer ones too.
  private static func groups(_ root: String) -> [String] {
    guard let text = text(of: root + "/proc/self/cgroup") else { return [] }
    return text.split(separator: "\n").flatMap { line -> [String] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let isFirstVersion = fields[1].split(separator: ",").contains("memory")
      guard isFirstVersion || fields[0] == "0" && fields[1].isEmpty else { return [] }
      let mount = root + "/sys/fs/cgroup" + (isFirstVersion ? "/memory" : "")
      var path = fields[2].split(separator: "/")
      var folders = [mount]
      while !path.isEmpty {
        folders.append(mount + "/" + path.joined(separator: "/"))
        path.removeLast()
      }
      return folders
    }
  }

  /// Of a control group: its limit less what it uses, not counting files that the kernel keeps in memory while there is
  /// room; nil where there is no limit.
  private static func room(in folder: String) -> Double? {
    for (limit, used, files) in [
      ("memory.max", "memory.current", "inactive_file"),
      ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ] {
      guard let limit = number(in: "\(folder)/\(limit)"), let used = number(in: "\(folder)/\(used)") else { continue }
      return max(0, limit - max(0, used - (field(files, of: "\(folder)/memory.stat") ?? 0)))
    }
    return nil
  }

  private static func text(of path: String) -> String? {
    (try? OpenFile.contents(of: path)).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func number(in path: String) -> Double? {
    guard let text = text(of: path) else { return nil }
    return Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// The number behind `name` at the start of a line.
  private static func field(_ name: String, of path: String) -> Double? {
    guard let text = text(of: path) else { return nil }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      if words.count >= 2, words[0] == name { return Double(words[1]) }
    }
    return nil
  }
}
