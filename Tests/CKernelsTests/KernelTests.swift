import CKernels
import Testing

/// Everything that can be wrong with the present variant.
func allFailures() -> [String] {
  accuracyFailures(step: 400_009) + placementFailures() + sineCosineFailures() + softmaxFailures() + biasFailures()
    + layerNormFailures() + optimizerFailures() + bufferFailures() + randomFailures()
    + thinProductFailures() + productFailures() + gatherFailures() + neighbourFailures()
    + batchFailures()
}

/// For a process of its own: all checks with one variant, if the processor has it.
func check(_ variant: String) {
  guard rl_use_kernel_variant(variant) != 0 else { return }
  let failures = allFailures()
  if !failures.isEmpty { fatalError("\(String(cString: rl_kernel_variant())): \(failures.joined(separator: "; "))") }
}

@Suite struct KernelTests {
  @Test func accuracy() { #expect(accuracyFailures(step: 10_007) == []) }
  @Test func resultsDoNotDependOnPlaceOrLength() { #expect(placementFailures() == []) }
  @Test func doubleSineAndCosine() { #expect(sineCosineFailures() == []) }
  @Test func softmaxAndEntropy() { #expect(softmaxFailures() == []) }
  @Test func biasesActivationsAndColumnSums() { #expect(biasFailures() == []) }
  @Test func layerNorm() { #expect(layerNormFailures() == []) }
  @Test func optimizers() { #expect(optimizerFailures() == []) }
  @Test func reductionsAndAverages() { #expect(bufferFailures() == []) }
  @Test func randomNumbers() { #expect(randomFailures() == []) }
  @Test func thinProducts() { #expect(thinProductFailures() == []) }
  @Test func products() { #expect(productFailures() == []) }
  @Test func gatheredRows() { #expect(gatherFailures() == []) }
  @Test func nearestNeighbours() { #expect(neighbourFailures() == []) }
  @Test func countingAndLookingAtActions() { #expect(batchFailures() == []) }
}

/// The variant is global, so each has a process of its own.
@Suite struct VariantTests {
  @Test func baseline() async { await #expect(processExitsWith: .success) { check("baseline") } }
  @Test func avx2() async { await #expect(processExitsWith: .success) { check("avx2") } }
  @Test func avx512() async { await #expect(processExitsWith: .success) { check("avx512") } }

  /// What worlds compute does not depend on the processor.
  @Test func worldsHaveTheSameBits() async {
    await #expect(processExitsWith: .success) {
      let differences = variantDifferences()
      if !differences.isEmpty { fatalError(differences.joined(separator: "; ")) }
    }
  }

  @Test func aVariantThatDoesNotExistIsRefused() {
    #expect(rl_use_kernel_variant("mmx") == 0)
    #expect(["avx512", "avx2", "baseline"].contains(String(cString: rl_kernel_variant())))
  }
}
