// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "rlrun", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    .target(name: "CAffinity"),
    .target(name: "CReference"),
    .executableTarget(
      name: "bench",
      dependencies: [
        "CAffinity", "CReference",
        .product(name: "Training", package: "rlrun"),
        .product(name: "Fitting", package: "rlrun"),
        .product(name: "Runs", package: "rlrun"),
        .product(name: "Environments", package: "rlrun"),
        .product(name: "RLCore", package: "rlrun"),
        .product(name: "Randomness", package: "rlrun"),
        .product(name: "Tracker", package: "rlrun"),
        .product(name: "Debugger", package: "rlrun"),
        .product(name: "Analysis", package: "rlrun"),
        .product(name: "Interchange", package: "rlrun"),
        .product(name: "Formats", package: "rlrun"),
        .product(name: "Settings", package: "rlrun"),
        .product(name: "BLASBridge", package: "rlrun"),
        .product(name: "Learning", package: "rlrun"),
        .product(name: "CKernels", package: "rlrun"),
        .product(name: "Telemetry", package: "rlrun"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "study",
      dependencies: [
        .product(name: "Training", package: "rlrun"),
        .product(name: "Fitting", package: "rlrun"),
        .product(name: "Runs", package: "rlrun"),
        .product(name: "Environments", package: "rlrun"),
        .product(name: "RLCore", package: "rlrun"),
        .product(name: "Tracker", package: "rlrun"),
        .product(name: "Debugger", package: "rlrun"),
        .product(name: "Analysis", package: "rlrun"),
        .product(name: "Interchange", package: "rlrun"),
        .product(name: "Formats", package: "rlrun"),
        .product(name: "Settings", package: "rlrun"),
        .product(name: "Randomness", package: "rlrun"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "corpus",
      dependencies: [
        .product(name: "Training", package: "rlrun"),
        .product(name: "Fitting", package: "rlrun"),
        .product(name: "Runs", package: "rlrun"),
        .product(name: "RLCore", package: "rlrun"),
        .product(name: "Learning", package: "rlrun"),
        .product(name: "Tracker", package: "rlrun"),
        .product(name: "Debugger", package: "rlrun"),
        .product(name: "Analysis", package: "rlrun"),
        .product(name: "Interchange", package: "rlrun"),
        .product(name: "Formats", package: "rlrun"),
        .product(name: "Settings", package: "rlrun"),
        .product(name: "Telemetry", package: "rlrun"),
        .product(name: "Randomness", package: "rlrun"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
