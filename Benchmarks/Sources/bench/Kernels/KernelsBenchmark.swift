import ArgumentParser
import CKernels
import CReference
import Foundation

struct KernelsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "Each vector kernel beside libm's scalar loop and beside the speed of memory.",
    discussion: """
      2,048 numbers that stay in the first cache, and 8 million that do not; the kernel, the scalar loop and a loop that moves as
      much memory and does nothing else take turns, and a row is the median of the rounds. A kernel is as fast as it should
      be where it takes an eighth of the scalar loop's time, or at most a fifth longer than moving the memory takes.
      """)

  @Option(help: "How often each is measured.")
  var rounds = 7

  @Option(help: "Only kernels whose name contains this.")
  var only: String?

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  func validate() throws {
    if rounds < 1 { throw ValidationError("--rounds takes a whole number ≥ 1, not \(rounds)") }
  }

  func run() throws {
    let core = try keepOnOneCore(core)
    let (near, far, moving) = (
      KernelCase.Arrays(count: 2048), KernelCase.Arrays(count: 8 << 20), KernelCase.Arrays(count: 8 << 20)
    )
    var table = Table("", "ns", "scalar loop", "kernel is", "in memory", "ns", "of its speed", "")
    for kernel in KernelCase.all where only.map({ kernel.name.contains($0) }) ?? true {
      let (own, scalar) = medians(kernel.kernel, kernel.reference, near)
      let (large, moved) = medians(
        kernel.kernel, { _ in kernel.moveMemory(moving) }, far)
      let (ratio, share) = (scalar / own, moved / large)
      table.add(
        kernel.name, String(format: "%.3f", own), String(format: "%.2f", scalar), String(format: "%.1f×", ratio), "",
        String(format: "%.2f", large), String(format: "%.0f %%", 100 * share),
        ratio >= 8 || share >= 1 / 1.2 ? "" : "slow")
      near.refresh()
      far.refresh()
    }
    print("Vector kernels (\(String(cString: rl_kernel_variant()))), ns an element")
    print("core \(core), one thread, medians of \(rounds) interleaved rounds\n\n\(table.text)")
  }

  /// Nanoseconds an element of both, in turns.
  private func medians(
    _ first: KernelCase.Loop, _ second: KernelCase.Loop, _ arrays: KernelCase.Arrays
  ) -> (Double, Double) {
    func calls(_ loop: KernelCase.Loop) -> Int {
      loop(arrays)
      let seconds = timed { for _ in 0..<3 { loop(arrays) } }.seconds / 3
      return max(1, Int(0.02 / seconds))
    }
    let (many, more) = (calls(first), calls(second))
    var times: ([Double], [Double]) = ([], [])
    for _ in 0..<rounds {
      let one = timed { for _ in 0..<many { first(arrays) } }.cpuSeconds
      let other = timed { for _ in 0..<more { second(arrays) } }.cpuSeconds
      times.0.append(one / Double(many * arrays.count) * 1e9)
      times.1.append(other / Double(more * arrays.count) * 1e9)
    }
    return (median(times.0), median(times.1))
  }
}
