import ArgumentParser
import Foundation
import Kernels

/// The instruction set of the hot loops as the environment wants it.
enum InstructionSetChoice {
  static let variable = "REGIMEFOLIO_ISA"

  /// Uses the set that the environment names; a usage error where there is none of that name or the
  /// processor lacks it.
  static func apply() throws {
    guard let name = ProcessInfo.processInfo.environment[variable], !name.isEmpty else { return }
    if InstructionSet(rawValue: name)?.use() == true { return }
    let supported = InstructionSet.supported.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("\(variable)=\(name): this processor has \(supported)")
  }
}
