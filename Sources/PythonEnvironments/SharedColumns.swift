import CProcesses
import Glibc
import RLCore

/// The columns of a step in memory that workers share: a row for each environment. It has no name, so that nothing of it can be
/// left behind.
final class SharedColumns {
  let descriptor: Int32
  let byteCount: Int
  let layout: Layout
  private let base: UnsafeMutableRawPointer

  /// Where each column begins, in bytes.
  struct Layout: Sendable, Encodable {
    let actions, observations, finals, rewards, endings, masks: Int
  }

  /// Throws `PythonError` where there is no memory. `hasBytes`: observations are bytes, not floats.
  init(count: Int, specification: EnvironmentSpecification, hasBytes: Bool) throws(PythonError) {
    var end = 0
    func place(_ bytes: Int) -> Int {
      defer { end += (bytes + 63) / 64 * 64 }
      return end
    }
    let cells = count * specification.observationSpace.width * (hasBytes ? 1 : 4)
    layout = Layout(
      actions: place(count * specification.actionSpace.width * 4), observations: place(cells), finals: place(cells),
      rewards: place(count * 8), endings: place(count), masks: place(count * (specification.maskWidth ?? 0)))
    byteCount = max(end, 64)
    let file = rl_memory_file()
    guard file >= 0, ftruncate(file, byteCount) == 0,
      let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), memory != MAP_FAILED
    else {
      let reason = String(cString: strerror(errno))
      if file >= 0 { close(file) }
      throw PythonError("\(specification.id): no memory to share with Python: \(reason)")
    }
    descriptor = Descriptors.aboveStandard(file)
    base = memory
  }

  deinit {
    munmap(base, byteCount)
    close(descriptor)
  }

  var actions: UnsafeMutablePointer<Float> { (base + layout.actions).assumingMemoryBound(to: Float.self) }
  var rewards: UnsafeMutablePointer<Double> { (base + layout.rewards).assumingMemoryBound(to: Double.self) }
  var endings: UnsafeMutablePointer<UInt8> { (base + layout.endings).assumingMemoryBound(to: UInt8.self) }
  var masks: UnsafeMutablePointer<UInt8> { (base + layout.masks).assumingMemoryBound(to: UInt8.self) }
  var observations: UnsafeMutableRawPointer { base + layout.observations }
  var finals: UnsafeMutableRawPointer { base + layout.finals }
}

/// Descriptors that a child gets under fixed small numbers must not have those here.
enum Descriptors {
  static func aboveStandard(_ descriptor: Int32) -> Int32 {
    let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 20)
    guard moved >= 0 else { return descriptor }
    close(descriptor)
    return moved
  }
}
