import Drawing

// A wrapped environment looks like the one it wraps.

extension Drawable where Self: EnvironmentWrapper, Self.Base: Drawable {
  public var stepsPerSecond: Double { base.stepsPerSecond }
  public var actionNames: [String] { base.actionNames }
}

extension TimeLimit: Drawable where Base: Drawable {
  public func scene(of state: State, after action: [Float]?) -> Scene { base.scene(of: state, after: action) }
}

extension ClipAction: Drawable where Base: Drawable {
  public func scene(of state: State, after action: [Float]?) -> Scene {
    base.scene(of: state, after: action.map(map.mapped))
  }
}

extension RescaleAction: Drawable where Base: Drawable {
  public func scene(of state: State, after action: [Float]?) -> Scene {
    base.scene(of: state, after: action.map(map.mapped))
  }
}

extension FrameStack: Drawable where Base: Drawable {
  public func scene(of state: State, after action: [Float]?) -> Scene { base.scene(of: state.base, after: action) }
}

extension TimeAware: Drawable where Base: Drawable {
  public func scene(of state: State, after action: [Float]?) -> Scene { base.scene(of: state.base, after: action) }
}

extension ActionMap {
  /// The base's action `[A]`.
  fileprivate func mapped(_ action: [Float]) -> [Float] {
    withMapped(action.span) { mapped in mapped.indices.map { mapped[$0] } }
  }
}
