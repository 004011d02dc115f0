import Files
import Formats
import Foundation
import Glibc

/// Registered models with their versions, a file each in the store's `.models/registry`, replaced in one step under a lock:
/// any number of processes may share it, and what a call has answered is on the disk.
package struct ModelRegistry: Sendable {
  private let folder: String
  private let system = SystemCalls()

  package init(store: String) { folder = store + "/.models/registry" }

  /// Sorted by name.
  package func all() throws -> [RegisteredModel] {
    try Folder.names(in: folder).filter { $0.hasSuffix(".json") }.compactMap { try read(folder + "/" + $0) }
      .sorted { $0.name < $1.name }
  }

  package func find(_ name: String) throws -> RegisteredModel? { try read(path(of: name)) }

  /// Changes a model, alone; throws `RegistryError` where there is none.
  @discardableResult
  package func change<Result>(_ name: String, _ body: (inout RegisteredModel) throws -> Result) throws -> Result {
    try locked {
      guard var model = try find(name) else {
        throw RegistryError.missing(name)
      }
      let result = try body(&model)
      model.updated = Int(WallClock.now / 1_000)
      try write(model)
      return result
    }
  }

  package func create(_ model: RegisteredModel) throws {
    try locked {
      if try find(model.name) != nil {
        throw RegistryError.exists(model.name)
      }
      try write(model)
    }
  }

  package func delete(_ name: String) throws {
    try locked {
      guard try find(name) != nil else { throw RegistryError.missing(name) }
      unlink(path(of: name))
      try OpenFile.syncFolder(folder, system)
    }
  }

  package func rename(_ name: String, to new: String) throws -> RegisteredModel {
    try locked {
      guard var model = try find(name) else {
        throw RegistryError.missing(name)
      }
      if try find(new) != nil {
        throw RegistryError.exists(new)
      }
      (model.name, model.updated) = (new, Int(WallClock.now / 1_000))
      try write(model)
      unlink(path(of: name))
      try OpenFile.syncFolder(folder, system)
      return model
    }
  }

  /// A name of any length and letters is a file's name of 64.
  private func path(of name: String) -> String { "\(folder)/\(SHA256.hexadecimal(Array(name.utf8))).json" }

  private func read(_ path: String) throws -> RegisteredModel? {
    guard Folder.holds(path) else { return nil }
    let bytes = try OpenFile(path, O_RDONLY, .read).readAll()
    do {
      return try JSONForm.log.decode(RegisteredModel.self, from: Data(bytes))
    } catch {
      throw RegistryError.damaged(path: path)
    }
  }

  private func write(_ model: RegisteredModel) throws {
    try Folder.place(Array(try JSONForm.log.encode(model)), at: path(of: model.name), system: system)
  }

  private func locked<Result>(_ body: () throws -> Result) throws -> Result {
    try Folder.makeAll(folder, system: system)
    let lock = try OpenFile(folder + "/lock", O_RDWR | O_CREAT, .lock, system)
    try lock.waitForLock()
    return try withExtendedLifetime(lock) { try body() }
  }
}
