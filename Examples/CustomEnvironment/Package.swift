// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "CustomEnvironment",
  dependencies: [.package(name: "rlrun", path: "../..")],
  targets: [
    .executableTarget(
      name: "CustomEnvironment",
      dependencies: [
        .product(name: "Training", package: "rlrun"),
        .product(name: "RLCore", package: "rlrun"),
        .product(name: "Randomness", package: "rlrun"),
        .product(name: "Environments", package: "rlrun"),
        .product(name: "Tracker", package: "rlrun"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
