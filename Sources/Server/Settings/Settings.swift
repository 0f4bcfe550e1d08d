import Configuration
import Foundation
import SystemPackage

/// The settings this process runs with: from the command line, else the environment, else the settings file, else the default.
///
/// `settings.port` is the value of `Options.port`.
@dynamicMemberLookup
package struct Settings: Sendable {
    private static let options = Options()
    private var values: [String: any Sendable]

    package subscript<Value>(dynamicMember option: KeyPath<Options, Option<Value>>) -> Value {
        let option = Self.options[keyPath: option]
        return values[option.name] as? Value ?? option.fallback
    }

    /// Changes one setting in a program: what the flags of `sotto serve` and tests do.
    package mutating func set<Value>(_ option: KeyPath<Options, Option<Value>>, to value: Value) {
        values[Self.options[keyPath: option].name] = value
    }

    /// All defaults.
    package init() {
        values = [:]
    }

    /// Reads and checks all settings. Throws one line for every mistake.
    ///
    /// - Parameters:
    ///   - file: the settings file; nil for `SOTTO_SETTINGS` or, if it exists, `settings.json` in the standard folder.
    ///   - overrides: `name=value` from the command line.
    package static func load(
        environment: [String: String] = ProcessInfo.processInfo.environment, file: String? = nil, overrides: [String] = []
    ) async throws(SettingsProblem) -> Settings {
        var problems: [String] = []
        var sources: [Source] = []
        sources.append(.commandLine(overrides, &problems))
        sources.append(.environment(environment, &problems))
        let standard = StandardFolders.settings + "/settings.json"
        if let path = file ?? environment["SOTTO_SETTINGS"] ?? (FileManager.default.fileExists(atPath: standard) ? standard : nil),
            let source = await Source.file(StandardFolders.expand(path), &problems)
        {
            sources.append(source)
        }
        var settings = Settings()
        for option in Options.all {
            settings.values[option.name] = Self.value(of: option, from: sources, &problems)
        }
        problems += settings.contradictions
        guard problems.isEmpty else { throw SettingsProblem(lines: problems) }
        return settings
    }

    private static func value(of option: any Declared, from sources: [Source], _ problems: inout [String]) -> any Sendable {
        for source in sources {
            switch source.look(up: option) {
            case .absent: continue
            case .value(let value): return value
            case .malformed(let shown):
                let given = option.isSecret || shown == nil ? "its value" : "\"\(shown ?? "")\""
                problems.append("\(source.name(of: option)): \(given) is not \(option.form).")
                return option.fallbackValue
            }
        }
        return option.fallbackValue
    }
}
