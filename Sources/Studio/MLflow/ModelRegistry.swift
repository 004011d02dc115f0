import Files
import Formats
import Foundation
import Glibc

/// Registered models with their versions, a file each in the store's `.models/registry`, replaced in one step under a lock:
/// any number of processes may share it, and what a call has answered is on the disk.
struct ModelRegistry: Sendable {
  private let folder: String
  private let system = SystemCalls()

  init(store: String) { folder = store + "/.models/registry" }

  /// Sorted by name.
  func all() throws -> [RegisteredModel] {
    try Folder.names(in: folder).filter { $0.hasSuffix(".json") }.compactMap { try read(folder + "/" + $0) }
      .sorted { $0.name < $1.name }
  }

  func find(_ name: String) throws -> RegisteredModel? { try read(path(of: name)) }

  /// Changes a model, alone; throws `MLflowError` where there is none.
  @discardableResult
  func change<Result>(_ name: String, _ body: (inout RegisteredModel) throws -> Result) throws -> Result {
    try locked {
      guard var model = try find(name) else {
        throw MLflowError.missing("Registered Model with name=\(name) not found")
      }
      let result = try body(&model)
      model.updated = Int(WallClock.now / 1_000)
      try write(model)
      return result
    }
  }

  func create(_ model: RegisteredModel) throws {
    try locked {
      if try find(model.name) != nil {
        throw MLflowError(.resourceAlreadyExists, "Registered Model (name=\(model.name)) already exists.")
      }
      try write(model)
    }
  }

  func delete(_ name: String) throws {
    try locked {
      guard try find(name) != nil else { throw MLflowError.missing("Registered Model with name=\(name) not found") }
      unlink(path(of: name))
      try OpenFile.syncFolder(folder, system)
    }
  }

  func rename(_ name: String, to new: String) throws -> RegisteredModel {
    try locked {
      guard var model = try find(name) else {
        throw MLflowError.missing("Registered Model with name=\(name) not found")
      }
      if try find(new) != nil {
        throw MLflowError(.resourceAlreadyExists, "Registered Model (name=\(new)) already exists.")
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
      throw MLflowError(.internalError, "The registered model in \(path) cannot be read.")
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

/// A model under a name, and its versions in order.
struct RegisteredModel: Codable, Sendable {
  struct Version: Codable, Sendable {
    var number: Int
    /// Milliseconds of Unix time.
    var created: Int
    var updated: Int
    var source: String
    /// Where the artifacts are.
    var storage: String?
    var run: String?
    var runLink: String?
    var model: String?
    var text: String?
    var user: String?
    var stage = "None"
    var tags: [String: String] = [:]
  }

  var name: String
  var created: Int
  var updated: Int
  var text: String?
  var user: String?
  var tags: [String: String] = [:]
  /// Version numbers by alias.
  var aliases: [String: Int] = [:]
  var versions: [Version] = []
  /// A number is given once, even where its version was deleted.
  var lastNumber = 0

  /// The place of a version in `versions`; throws where there is none.
  func place(of number: String) throws(MLflowError) -> Int {
    guard let wanted = Int(number) else { throw .invalid("Model version must be an integer, got '\(number)'") }
    guard let place = versions.firstIndex(where: { $0.number == wanted }) else {
      throw .missing("Model Version (name=\(name), version=\(number)) not found")
    }
    return place
  }
}
