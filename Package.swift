// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "rlrun",
  products: [
    .executable(name: "rlrun", targets: ["rlrun"]),
    .library(name: "RLCore", targets: ["RLCore"]),
    .library(name: "Environments", targets: ["Environments"]),
    .library(name: "Tracker", targets: ["Tracker"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "BLASBridge", targets: ["BLASBridge"]),
    .library(name: "Learning", targets: ["Learning"]),
    .library(name: "Randomness", targets: ["Randomness"]),
    .library(name: "Telemetry", targets: ["Telemetry"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .target(name: "CKernels"),
    .target(name: "BLASBridge", dependencies: ["COpenBLAS", "CKernels"]),
    .target(name: "Randomness"),
    .target(name: "Telemetry"),
    .target(name: "Learning", dependencies: ["BLASBridge", "CKernels", "Randomness", "Telemetry"]),
    .target(name: "RLCore", dependencies: ["Learning", "BLASBridge", "CKernels", "Randomness", "Telemetry"]),
    .target(name: "Environments", dependencies: ["RLCore", "Randomness", "CKernels"]),
    .target(name: "Tracker", dependencies: ["Telemetry"]),
    .target(
      name: "Experiments",
      dependencies: ["RLCore", "Environments", "Tracker", "BLASBridge", "Telemetry", "Randomness", "Yams"],
      resources: [.embedInCode("Presets")]),
    .executableTarget(
      name: "rlrun",
      dependencies: [
        "Experiments", "Tracker", "Environments", "RLCore", "Telemetry",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
