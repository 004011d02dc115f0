import Foundation
import Synchronization

// The functions that Python calls: few, with JSON or columns of numbers on both sides. None traps, whatever it is given; a status
// other than 0 is a failure, which `rlrun_failure` words.

/// The number of this interface, which the Python package compares with its own.
@_cdecl("rlrun_interface")
package func interface() -> Int32 { 1 }

/// Does the call `name` with the request `[length]`; the answer is to be freed.
@_cdecl("rlrun_call")
package func call(
  _ name: UnsafePointer<CChar>?, _ request: UnsafePointer<UInt8>?, _ length: Int,
  _ answer: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ answerLength: UnsafeMutablePointer<Int>?
) -> Int32 {
  guarded {
    guard let name, let request, length >= 0, let answer, let answerLength else {
      throw LibraryError("rlrun_call needs a name, a request and a place for its answer")
    }
    let data = try Calls.answer(String(cString: name), Data(bytes: request, count: length))
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, data.count), alignment: 1)
    data.withUnsafeBytes { if let base = $0.baseAddress { copy.copyMemory(from: base, byteCount: $0.count) } }
    (answer.pointee, answerLength.pointee) = (copy, data.count)
  }
}

/// Frees an answer or a failure.
@_cdecl("rlrun_free")
package func free(_ pointer: UnsafeMutableRawPointer?) { pointer?.deallocate() }

/// Lets go of an object.
@_cdecl("rlrun_release")
package func release(_ handle: Int) { Handles.release(handle) }

/// The sentence of this thread's last failure, as UTF-8 `[length]`, to be freed; nil where nothing has failed.
@_cdecl("rlrun_failure")
package func failure(_ length: UnsafeMutablePointer<Int>?) -> UnsafeMutableRawPointer? {
  guard let length, let text = Failures.takeLast() else { return nil }
  let bytes = Array(text.utf8)
  let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
  bytes.withUnsafeBytes { if let base = $0.baseAddress { copy.copyMemory(from: base, byteCount: $0.count) } }
  length.pointee = bytes.count
  return copy
}

/// Steps a vector's environments by its column of actions; how many episodes have ended, or −1 for a failure.
@_cdecl("rlrun_vector_step")
package func vectorStep(_ handle: Int) -> Int32 {
  var endings: Int32 = 0
  let status = guarded { endings = try Handles.find(handle, SteppedVector.self).step() }
  return status == 0 ? endings : -1
}

/// Records `count` values of the metrics with these numbers at a step.
@_cdecl("rlrun_log")
package func log(
  _ handle: Int, _ metrics: UnsafePointer<Int32>?, _ values: UnsafePointer<Double>?, _ count: Int, _ step: Int
) -> Int32 {
  guarded {
    guard let metrics, let values, count >= 0 else { throw LibraryError("there are no values to record") }
    try Handles.find(handle, LoggedRun.self).record(
      UnsafeBufferPointer(start: metrics, count: count), UnsafeBufferPointer(start: values, count: count), step: step)
  }
}

/// Writes the actions `[count, A]` of a policy for observations `[count, W]`; `masks` `[count, maskWidth]` may be nil.
@_cdecl("rlrun_act")
package func act(
  _ handle: Int, _ observations: UnsafePointer<Float>?, _ masks: UnsafePointer<Bool>?, _ count: Int,
  _ deterministic: Int32, _ actions: UnsafeMutablePointer<Float>?
) -> Int32 {
  guarded {
    guard let observations, let actions, count >= 1 else { throw LibraryError("there are no observations to act on") }
    try Handles.find(handle, ActingPolicy.self).act(
      on: observations, masks: masks, count: count, deterministic: deterministic != 0, into: actions)
  }
}

/// Trains to the end of the budget, or until `progress` returns another number than 0, which it is asked after each iteration.
@_cdecl("rlrun_train")
package func train(
  _ handle: Int, _ progress: (@convention(c) (_ step: Int, _ budget: Int, _ figure: Double) -> Int32)?
) -> Int32 {
  guarded { try Handles.find(handle, TrainedRun.self).train(progress) }
}

/// Does `work`, and keeps the sentence of what it throws for `rlrun_failure`.
private func guarded(_ work: () throws -> Void) -> Int32 {
  do {
    try work()
    return 0
  } catch {
    let failure = Failure(error)
    Failures.keep(failure.text)
    return failure.status
  }
}

/// The last failure of each thread that has not been asked for.
private enum Failures {
  private static let texts = Mutex<[UInt: String]>([:])

  static func keep(_ text: String) { texts.withLock { $0[UInt(pthread_self())] = text } }
  static func takeLast() -> String? { texts.withLock { $0.removeValue(forKey: UInt(pthread_self())) } }
}
