import Files
import Glibc
import Synchronization

/// A disk that takes no change from a certain call on, as for a process that is killed there. Put it in place around what is to
/// die, and look at what is on the real disk afterwards:
///
///     let disk = DyingDisk(after: 3)
///     try? SystemCalls.$substitute.withValue(disk.calls) { try cleaning.run(in: repository) }
package final class DyingDisk: Sendable {
  private let changes = Mutex(0)
  private let last: Int

  /// `last`: how many changes are made.
  package init(after last: Int) { self.last = last }

  /// Whether a change was refused.
  package var hasDied: Bool { changes.withLock { $0 > last } }

  private func dies() -> Bool {
    changes.withLock { count in
      count += 1
      return count > last
    }
  }

  package var calls: SystemCalls {
    let system = SystemCalls()
    var calls = system
    calls.open = { path, flags in
      flags & (O_CREAT | O_TRUNC) != 0 && self.dies() ? -EIO : system.open(path, flags)
    }
    calls.write = { descriptor, bytes in
      if !self.dies() { return system.write(descriptor, bytes) }
      // A part of it may have reached the file.
      _ = system.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]))
      return -Int(EIO)
    }
    calls.sync = { self.dies() ? EIO : system.sync($0) }
    calls.truncate = { self.dies() ? EIO : system.truncate($0, $1) }
    calls.rename = { self.dies() ? EIO : system.rename($0, $1) }
    calls.unlink = { self.dies() ? EIO : system.unlink($0) }
    calls.makeFolder = { self.dies() ? EIO : system.makeFolder($0) }
    return calls
  }
}
