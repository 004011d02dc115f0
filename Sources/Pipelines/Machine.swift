import Foundation

enum Machine {
  /// Bytes.
  static let memory = Double(ProcessInfo.processInfo.physicalMemory)
}
