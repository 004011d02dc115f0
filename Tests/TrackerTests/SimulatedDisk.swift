import Foundation
import Glibc
import Randomness
import TestSupport

@testable import Files
@testable import Tracker

/// A disk that fails at random, and remembers in which order what was asked of it, so that a power loss at any moment
/// can be played: what was synced is there; of the rest each write, and each change of a folder, may be there, missing
/// or, if it is a write, half there, whatever came later.
final class SimulatedDisk: @unchecked Sendable {
  enum Event {
    case created(path: String, file: Int)
    case wrote(file: Int, offset: Int, bytes: [UInt8])
    case truncated(file: Int, size: Int)
    case synced(file: Int)
    case syncedFolder(String)
    case renamed(String, String)
    case unlinked(String)
    case madeFolder(String)
    /// Points that the program was told are durable.
    case acknowledged(Int)
  }

  private(set) var events: [Event] = []
  private let lock = NSLock()
  private let root: String
  private var random: CounterGenerator
  /// One of so many calls fails; 0: none.
  private let failureRate: UInt64
  private let real = SystemCalls()
  private var files: [String: Int] = [:]
  private var sizes: [Int: Int] = [:]
  private var descriptors: [Int32: (file: Int?, path: String)] = [:]

  init(root: String, seed: UInt64, failureRate: UInt64 = 0) {
    self.root = root
    self.failureRate = failureRate
    random = CounterGenerator(SeedSequence(seed))
  }

  func acknowledge(_ points: Int) { lock.withLock { events.append(.acknowledged(points)) } }

  private func fails() -> Int32? {
    guard failureRate > 0, random.next() % failureRate == 0 else { return nil }
    return [ENOSPC, EIO, EDQUOT][Int(random.next() % 3)]
  }

  var system: SystemCalls {
    var system = quietSystem()
    let real = real
    system.open = { path, flags in
      self.lock.withLock {
        let isNew = flags & O_CREAT != 0 && access(path, F_OK) != 0
        if isNew, let code = self.fails() { return -code }
        let descriptor = real.open(path, flags)
        guard descriptor >= 0 else { return descriptor }
        if flags & O_DIRECTORY != 0 {
          self.descriptors[descriptor] = (nil, path)
        } else if flags & O_ACCMODE != O_RDONLY {
          // One that was there before this disk is as it was.
          let file = isNew ? self.sizes.count : self.files[path] ?? self.sizes.count
          if !isNew, self.files[path] == nil { self.sizes[file] = Int(lseek(descriptor, 0, SEEK_END)) }
          self.files[path] = file
          if isNew { self.events.append(.created(path: path, file: file)) }
          if isNew || flags & O_TRUNC != 0 { self.sizes[file] = 0 }
          self.descriptors[descriptor] = (file, path)
        }
        return descriptor
      }
    }
    system.close = { descriptor in
      self.lock.withLock {
        self.descriptors[descriptor] = nil
        real.close(descriptor)
      }
    }
    system.write = { descriptor, bytes in
      self.lock.withLock {
        if let code = self.fails() { return -Int(code) }
        // Half of the failing disk's writes are short.
        let isShort = self.failureRate > 0 && self.random.next() % 2 == 0
        let count = isShort ? Int(self.random.next() % UInt64(bytes.count)) + 1 : bytes.count
        let written = real.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        guard written > 0, let file = self.descriptors[descriptor]?.file else { return written }
        self.events.append(.wrote(file: file, offset: self.sizes[file]!, bytes: Array(bytes[..<written])))
        self.sizes[file]! += written
        return written
      }
    }
    system.sync = { descriptor in
      self.lock.withLock {
        if self.failureRate > 0, self.random.next() % (8 * self.failureRate) == 0 { return EIO }
        let opened = self.descriptors[descriptor]
        if let file = opened?.file {
          self.events.append(.synced(file: file))
        } else if let path = opened?.path {
          self.events.append(.syncedFolder(path))
        }
        return 0
      }
    }
    system.truncate = { descriptor, size in
      self.lock.withLock {
        if self.failureRate > 0, self.random.next() % (8 * self.failureRate) == 0 { return EIO }
        if let file = self.descriptors[descriptor]?.file {
          self.events.append(.truncated(file: file, size: size))
          self.sizes[file] = size
        }
        return real.truncate(descriptor, size)
      }
    }
    system.rename = { old, new in
      self.lock.withLock {
        if let code = self.fails() { return code }
        self.events.append(.renamed(old, new))
        self.files[new] = self.files.removeValue(forKey: old)
        return real.rename(old, new)
      }
    }
    system.unlink = { path in
      self.lock.withLock {
        self.files[path] = nil
        self.events.append(.unlinked(path))
        return real.unlink(path)
      }
    }
    system.makeFolder = { path in
      self.lock.withLock {
        let code = real.makeFolder(path)
        if code == 0 { self.events.append(.madeFolder(path)) }
        return code
      }
    }
    return system
  }

  /// What a disk may hold if the power goes after the first `count` events, as files below `folder`; returns the last
  /// acknowledged number of points, nil before the first.
  func losePower(after count: Int, seed: UInt64, into folder: String) throws -> Int? {
    var random = CounterGenerator(SeedSequence(seed))
    var acknowledged: Int?
    var durable: [Int: [UInt8]] = [:]
    var pending: [Int: [Event]] = [:]
    // A name leads to a file, or to a folder, which is -1.
    var entries: [String: Int] = [root: -1]
    var names: [String: Int] = [:]
    var folders: [String: [[String: Int?]]] = [:]
    func parent(_ path: String) -> String { String(path[..<path.lastIndex(of: "/")!]) }
    for event in events[..<count] {
      switch event {
      case .created(let path, let file):
        names[path] = file
        durable[file] = []
        folders[parent(path), default: []].append([path: file])
      case .wrote(let file, _, _), .truncated(let file, _): pending[file, default: []].append(event)
      case .synced(let file):
        for event in pending.removeValue(forKey: file) ?? [] { apply(event, to: &durable[file]!) }
      case .syncedFolder(let path):
        for change in folders.removeValue(forKey: path) ?? [] { for (name, to) in change { entries[name] = to } }
      case .renamed(let old, let new):
        let file = names.removeValue(forKey: old)
        names[new] = file
        folders[parent(new), default: []].append([old: nil, new: file])
      case .unlinked(let path):
        names[path] = nil
        folders[parent(path), default: []].append([path: nil])
      case .madeFolder(let path): folders[parent(path), default: []].append([path: -1])
      case .acknowledged(let points): acknowledged = points
      }
    }
    for (_, changes) in folders.sorted(by: { $0.key < $1.key }) {
      for change in changes where random.next() % 2 == 0 { for (name, to) in change { entries[name] = to } }
    }
    for (file, events) in pending.sorted(by: { $0.key < $1.key }) {
      for event in events {
        switch (random.next() % 3, event) {
        case (0, _): break
        case (1, .wrote(_, let offset, let bytes)):
          let half = bytes.prefix(Int(random.next() % UInt64(bytes.count + 1)))
          apply(.wrote(file: file, offset: offset, bytes: Array(half)), to: &durable[file]!)
        default: apply(event, to: &durable[file]!)
        }
      }
    }
    for (path, file) in entries.sorted(by: { $0.key < $1.key }) where path == root || entries[parent(path)] == -1 {
      let place = folder + path.dropFirst(root.count)
      if file < 0 {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      } else if FileManager.default.fileExists(atPath: parent(place)) {
        try writeBytes(durable[file]!, place)
      }
    }
    return acknowledged
  }

  private func apply(_ event: Event, to bytes: inout [UInt8]) {
    switch event {
    case .wrote(_, let offset, let new):
      if bytes.count < offset + new.count { bytes += Array(repeating: 0, count: offset + new.count - bytes.count) }
      bytes.replaceSubrange(offset..<offset + new.count, with: new)
    case .truncated(_, let size): bytes = Array(bytes.prefix(size))
    default: break
    }
  }
}
