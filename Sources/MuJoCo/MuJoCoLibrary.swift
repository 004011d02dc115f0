import CMuJoCo
import Formats
import Foundation
import Synchronization

/// What `make mujoco` has fetched and built, loaded when it is first needed: the engine, and Gymnasium's models of robots.
package struct MuJoCoLibrary: Sendable {
  package static let version = "4.0.0"
  private static let versionNumber: Int32 = 4_000_000

  /// Where it lies.
  package let folder: String
  package let functions: rl_mujoco_functions

  /// The library in the folder that `RLRUN_MUJOCO` names, else in `.mujoco` beside the program or in a folder above it.
  package static func load() throws(MuJoCoError) -> MuJoCoLibrary {
    let named = ProcessInfo.processInfo.environment["RLRUN_MUJOCO"].flatMap { $0.isEmpty ? nil : $0 }
    guard let folder = named ?? folderAboveProgram() else { throw MuJoCoError.notInstalled }
    return try load(from: folder)
  }

  /// The library in `folder`. What has been loaded stays loaded.
  static func load(from folder: String) throws(MuJoCoError) -> MuJoCoLibrary {
    let found = loaded.withLock { loaded in
      if let known = loaded[folder] { return Result<MuJoCoLibrary, MuJoCoError>.success(known) }
      let result = Result { () throws(MuJoCoError) in try open(folder) }
      if case .success(let library) = result { loaded[folder] = library }
      return result
    }
    return try found.get()
  }

  package func model(named file: String) -> String { "\(folder)/models/\(file)" }

  private static let loaded = Mutex<[String: MuJoCoLibrary]>([:])
  private static let file = "librlrun-mujoco.so"

  private static func open(_ folder: String) throws(MuJoCoError) -> MuJoCoLibrary {
    let path = "\(folder)/\(file)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw MuJoCoError("there is no MuJoCo in \(folder), which RLRUN_MUJOCO names: run 'make mujoco'")
    }
    var words = [CChar](repeating: 0, count: 1000)
    guard let functions = rl_mujoco_open(path, &words, Int32(words.count)) else {
      throw MuJoCoError("MuJoCo cannot be loaded: \(text(of: words)); run 'make mujoco' again")
    }
    try check(functions.pointee, in: folder)
    return MuJoCoLibrary(folder: folder, functions: functions.pointee)
  }

  /// Throws for what was built from other sources or for another MuJoCo.
  static func check(_ functions: rl_mujoco_functions, in folder: String) throws(MuJoCoError) {
    guard functions.interface == RL_MUJOCO_INTERFACE else {
      throw MuJoCoError("the library in \(folder) was built for another version of rlrun: run 'make mujoco' again")
    }
    for found in [functions.version, functions.header_version] where found != versionNumber {
      throw MuJoCoError(
        "MuJoCo in \(folder) is version \(spelled(found)), and rlrun needs \(version): run 'make mujoco' again")
    }
  }

  /// 4000012 as 4.0.12.
  static func spelled(_ version: Int32) -> String {
    "\(version / 1_000_000).\(version / 1000 % 1000).\(version % 1000)"
  }

  static func text(of words: [CChar]) -> String {
    String(decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      .split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  private static func folderAboveProgram() -> String? {
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
    var folder = URL(filePath: program).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appending(path: ".mujoco").path
      if FileManager.default.fileExists(atPath: "\(candidate)/\(file)") { return candidate }
      folder.deleteLastPathComponent()
    }
    return nil
  }
}

/// MuJoCo is not there, is of another version, or does not read a model.
package struct MuJoCoError: UserFacingError, Hashable {
  package var description: String
  package var status: FailureStatus { .badUsage }
  init(_ description: String) { self.description = description }

  static let notInstalled = MuJoCoError(
    "this environment needs MuJoCo \(MuJoCoLibrary.version), which is not installed: run 'make mujoco'")
}
