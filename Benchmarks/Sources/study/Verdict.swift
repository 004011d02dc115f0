import Debugger

/// What a cell's seeds say beside its reference.
enum Verdict: String {
  case holds
  case fallsShort = "**falls short**"
  /// The interval has room for a difference of either kind.
  case cannotTell = "cannot tell"
  case noReference = "no reference"

  /// `low` and `high` bound (ours − a peer's); `scale` is what the peer is above a random policy.
  init(low: Double, high: Double, scale: Double) {
    self = low >= -0.05 * scale ? .holds : high < 0 ? .fallsShort : .cannotTell
  }
}
