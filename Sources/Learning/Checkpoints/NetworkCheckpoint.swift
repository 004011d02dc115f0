extension Network {
  /// Adds every layer i's parameters as `NAME.i.PARAMETER`: a dense layer's `weight [inputWidth, outputWidth]`, `bias`.
  public func save(_ parameters: UnsafePointer<Float>, into checkpoint: inout Checkpoint, as name: String) {
    forEachParameter { key, shape, offset, count in
      let values = Array(UnsafeBufferPointer(start: parameters + offset, count: count))
      checkpoint.set("\(name).\(key)", values, shape: shape)
    }
  }

  /// Loads what `save` wrote. Throws `CheckpointError` where a tensor is missing or has another size.
  public func load(_ parameters: UnsafeMutablePointer<Float>, from checkpoint: Checkpoint, as name: String) throws {
    try forEachParameter { key, _, offset, count in
      (parameters + offset).update(from: try checkpoint.floats("\(name).\(key)", count: count), count: count)
    }
  }

  /// The parameters that `save` wrote, as they lie in the stretch. Throws as `load` does.
  package func parameters(in checkpoint: Checkpoint, as name: String) throws -> [Float] {
    var parameters: [Float] = []
    parameters.reserveCapacity(parameterCount)
    try forEachParameter { key, _, _, count in
      parameters += try checkpoint.floats("\(name).\(key)", count: count)
    }
    return parameters
  }

  private func forEachParameter(
    _ body: (_ key: String, _ shape: [Int], _ offset: Int, _ count: Int) throws -> Void
  ) rethrows {
    for (index, layer) in layers.enumerated() {
      var offset = parameterOffsets[index]
      for (name, shape) in layer.parameterShapes {
        let count = shape.reduce(1, *)
        try body("\(index).\(name)", shape, offset, count)
        offset += count
      }
    }
  }
}
