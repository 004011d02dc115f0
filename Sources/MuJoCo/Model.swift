import CMuJoCo
import Synchronization

/// A robot and its surroundings as MuJoCo has read them from a file. All its simulations share it, on any thread.
///
/// Unchecked: nothing writes to a model once it is loaded; simulations that rest are behind a lock.
package final class Model: @unchecked Sendable {
  let library: MuJoCoLibrary
  let pointer: OpaquePointer
  let shape: rl_mujoco_shape
  private let resting = Mutex<[Simulation.Core]>([])

  var functions: rl_mujoco_functions { library.functions }

  /// The model in a file, read once.
  static func load(_ path: String, in library: MuJoCoLibrary) throws(MuJoCoError) -> Model {
    let result = loaded.withLock { loaded in
      if let model = loaded[path] { return Result<Model, MuJoCoError>.success(model) }
      let result = Result { () throws(MuJoCoError) in try Model(path, in: library) }
      if case .success(let model) = result { loaded[path] = model }
      return result
    }
    return try result.get()
  }

  private static let loaded = Mutex<[String: Model]>([:])

  private init(_ path: String, in library: MuJoCoLibrary) throws(MuJoCoError) {
    var words = [CChar](repeating: 0, count: 1000)
    guard let pointer = library.functions.load(path, &words, Int32(words.count)) else {
      throw MuJoCoError("MuJoCo cannot read the model \(path): \(MuJoCoLibrary.text(of: words))")
    }
    (self.library, self.pointer) = (library, pointer)
    shape = library.functions.shape(pointer)
  }

  deinit { library.functions.free_model(pointer) }

  var size: ModelSize {
    ModelSize(
      positions: Int(shape.positions), velocities: Int(shape.velocities), bodies: Int(shape.bodies),
      sites: Int(shape.sites))
  }

  /// Lowest and highest control of each actuator.
  var controlRange: (low: [Float], high: [Float]) {
    let actuators = 0..<Int(shape.actuators)
    return (
      actuators.map { Float(shape.control_range[2 * $0]) }, actuators.map { Float(shape.control_range[2 * $0 + 1]) }
    )
  }

  /// nil for a name that no body has.
  func body(named name: String) -> Int? {
    let number = functions.body(pointer, name)
    return number < 0 ? nil : Int(number)
  }

  func body(named name: StaticString) -> Int? {
    let number = name.withUTF8Buffer {
      functions.body(pointer, UnsafeRawPointer($0.baseAddress!).assumingMemoryBound(to: CChar.self))
    }
    return number < 0 ? nil : Int(number)
  }

  /// A simulation that nobody uses, as its last user left it, or a new one.
  func takeSimulation() -> Simulation.Core {
    if let core = resting.withLock({ $0.popLast() }) { return core }
    guard let data = functions.make_data(pointer) else { fatalError("there is no memory for a simulation of MuJoCo") }
    return Simulation.Core(data: data, columns: functions.columns(data))
  }

  func giveBack(_ core: Simulation.Core) { resting.withLock { $0.append(core) } }
}

/// The sizes of a model that observations depend on.
package struct ModelSize: Hashable, Sendable {
  package var positions, velocities, bodies: Int
  var sites = 0
}
