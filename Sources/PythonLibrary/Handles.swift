import Synchronization

/// The objects that Python holds, by numbers: a number that stands for none is an error, never a trap.
enum Handles {
  private struct Table: ~Copyable, Sendable {
    nonisolated(unsafe) var objects: [Int: AnyObject] = [:]
    var next = 1
  }

  private static let table = Mutex(Table())

  static func keep(_ object: some AnyObject & Sendable) -> Int {
    table.withLock { table in
      defer { table.next += 1 }
      table.objects[table.next] = object
      return table.next
    }
  }

  /// Throws where `handle` stands for nothing, or for something else.
  static func find<Object: AnyObject & Sendable>(_ handle: Int, _ type: Object.Type = Object.self) throws -> Object {
    guard let object = table.withLock({ $0.objects[handle] as? Object }) else {
      throw LibraryError("this \(Object.self) has been closed")
    }
    return object
  }

  static func release(_ handle: Int) {
    // What it holds ends outside the lock.
    let object = table.withLock { table in Released(object: table.objects.removeValue(forKey: handle)) }
    _ = object
  }

  private struct Released: @unchecked Sendable { let object: AnyObject? }
}
