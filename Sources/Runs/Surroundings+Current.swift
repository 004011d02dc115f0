import BLASBridge
import CKernels
import Foundation
import Tracker

/// The version of this program, as `rlrun --version` prints it and every run records it.
public let programVersion = "0.1.0"

extension Surroundings {
  /// This machine, this program, and the commit of the git repository the working directory lies in.
  public static func current(commandLine: [String] = CommandLine.arguments) -> Surroundings {
    Surroundings(
      programVersion: Runs.programVersion, gitCommit: gitCommit, host: ProcessInfo.processInfo.hostName,
      cores: ProcessInfo.processInfo.activeProcessorCount, blasCoreType: BLAS.coreType,
      blasThreads: currentBLASThreads,
      kernelVariant: String(cString: rl_kernel_variant()), commandLine: commandLine)
  }

  /// One thread a product: parallelism comes from seeds, and results do not depend on how many run.
  package static let currentBLASThreads = 1

  /// What a run's numbers may depend on, by name: those that differ between two records.
  func numericalDifferences(from other: Surroundings) -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ mine: String, _ theirs: String) {
      if mine != theirs { differences.append("\(name) \(theirs) (recorded) and \(mine) (here)") }
    }
    compare("program version", programVersion, other.programVersion)
    compare("BLAS core type", blasCoreType, other.blasCoreType)
    compare("BLAS threads", "\(blasThreads)", "\(other.blasThreads)")
    compare("kernel variant", kernelVariant, other.kernelVariant)
    return differences
  }

  /// What is checked out where this program runs, asked once.
  static let gitCommit = commit(in: FileManager.default.currentDirectoryPath)

  /// The hash of what is checked out in the repository that the folder `path` lies in; nil if there is none.
  static func commit(in path: String) -> String? {
    guard let hash = Git.output(of: ["rev-parse", "--verify", "HEAD"], in: path, limit: 1_000) else { return nil }
    return String(decoding: hash.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
