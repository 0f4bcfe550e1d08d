import Configuration
import Foundation
import SystemPackage

/// One place settings come from.
struct Source {
    /// What a source says about an option.
    enum Finding {
        case absent
        case value(any Sendable)
        /// Something that is not of the option's form; its text, when it has one.
        case malformed(String?)
    }

    let provider: any ConfigProvider
    private let nameOf: (any Declared) -> String

    /// How the person who wrote the setting calls it.
    func name(of option: any Declared) -> String { nameOf(option) }

    func look(up option: any Declared) -> Finding {
        let key = AbsoluteConfigKey(option.name.split(separator: ".").map(String.init))
        do {
            guard let found = try provider.value(forKey: key, type: option.type).value else { return .absent }
            if let value = option.value(of: found.content) { return .value(value) }
        } catch {}
        let raw = try? provider.value(forKey: key, type: .string).value?.content
        return .malformed(raw.flatMap { if case .string(let text) = $0 { text } else { nil } })
    }

    // MARK: - The three of them

    /// `name=value` as given to `--set`.
    static func commandLine(_ pairs: [String], _ problems: inout [String]) -> Source {
        var variables: [String: String] = [:]
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                problems.append("--set \(parts[0]): write it as --set \(parts[0])=VALUE.")
                continue
            }
            guard let option = Options.all.first(where: { $0.name == parts[0] }) else {
                problems.append("--set \(parts[0]): there is no such setting." + suggestion(for: parts[0], among: Options.all.map(\.name)))
                continue
            }
            variables[option.environmentName] = parts[1]
        }
        return Source(
            provider: EnvironmentVariablesProvider(environmentVariables: variables).prefixKeys(with: "sotto"),
            nameOf: { "--set \($0.name)" })
    }

    static func environment(_ variables: [String: String], _ problems: inout [String]) -> Source {
        let known = Set(Options.all.map(\.environmentName)).union(["SOTTO_SETTINGS"])
        // SOTTO_TEST_… tells the project's own tests where their servers are.
        for name in variables.keys.sorted() where name.hasPrefix("SOTTO_") && !name.hasPrefix("SOTTO_TEST_") && !known.contains(name) {
            problems.append("\(name): there is no such setting." + suggestion(for: name, among: Array(known)))
        }
        return Source(
            provider: EnvironmentVariablesProvider(environmentVariables: variables.filter { known.contains($0.key) }).prefixKeys(
                with: "sotto"),
            nameOf: { $0.environmentName })
    }

    /// Nil, with a problem, when the file cannot be read.
    static func file(_ path: String, _ problems: inout [String]) async -> Source? {
        guard let data = FileManager.default.contents(atPath: path) else {
            problems.append("\(path): the settings file cannot be read.")
            return nil
        }
        guard let object = try? JSONSerialization.jsonObject(with: data), let tree = object as? [String: Any],
            let provider = try? await FileProvider<JSONSnapshot>(filePath: FilePath(path))
        else {
            problems.append("\(path): the settings file is not a JSON object of texts, numbers, true, false and lists of texts.")
            return nil
        }
        let known = Options.all.map(\.name)
        for name in leaves(of: tree).sorted() where !known.contains(name) {
            problems.append("\(path): there is no setting \"\(name)\"." + suggestion(for: name, among: known))
        }
        return Source(provider: provider, nameOf: { "\(path): \"\($0.name)\"" })
    }

    /// Dotted names of everything in the tree that is not itself an object.
    private static func leaves(of tree: [String: Any], under prefix: String = "") -> [String] {
        tree.flatMap { name, value in
            if let branch = value as? [String: Any] { leaves(of: branch, under: prefix + name + ".") } else { [prefix + name] }
        }
    }

    // MARK: - Did you mean

    /// " Did you mean …?" when a known name is at most three letters away.
    private static func suggestion(for name: String, among known: [String]) -> String {
        let closest = known.sorted().map { (name: $0, distance: distance(name, $0)) }.min { $0.distance < $1.distance }
        guard let closest, closest.distance <= 3 else { return "" }
        return " Did you mean \(closest.name)?"
    }

    /// Letters to insert, remove or exchange to get from one to the other (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let exchanged = diagonal + (letter == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(exchanged, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
