/// Everything a training needs to go on, as named tensors and texts; stored as safetensors.
public struct Checkpoint: Sendable {}
