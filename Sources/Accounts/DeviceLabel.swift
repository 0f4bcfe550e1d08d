package import Vocabulary
package import Web

/// What is kept of a browser's own description: family and major version, family of the system (C38, VZO-10). Nothing else of it is stored.
package struct DeviceLabel: Equatable, Sendable {
    /// Nil when it is none of the known families.
    package let browser: String?
    package let version: Int?
    package let system: String?

    /// Reads a `User-Agent` (RFC 9110 §10.1.5), which lists every browser its own family once imitated: the most particular name counts.
    package init(userAgent: String) {
        let agent = String(userAgent.prefix(512))
        let browser = Self.browsers.first { agent.contains($0.mark) }
        self.browser = browser?.name
        version = browser.flatMap { Self.number(after: $0.versionMark, in: agent) }
        system = Self.systems.first { agent.contains($0.mark) }?.name
    }

    private static let browsers: [(mark: String, versionMark: String, name: String)] = [
        ("Edg/", "Edg/", "Edge"), ("EdgA/", "EdgA/", "Edge"), ("EdgiOS/", "EdgiOS/", "Edge"), ("OPR/", "OPR/", "Opera"),
        ("SamsungBrowser/", "SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "FxiOS/", "Firefox"), ("Firefox/", "Firefox/", "Firefox"),
        ("CriOS/", "CriOS/", "Chrome"), ("Chromium/", "Chromium/", "Chromium"), ("Chrome/", "Chrome/", "Chrome"),
        ("Safari/", "Version/", "Safari"),
    ]

    private static let systems: [(mark: String, name: String)] = [
        ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ]

    private static func number(after mark: String, in agent: String) -> Int? {
        guard let place = agent.range(of: mark) else { return nil }
        return Int(agent[place.upperBound...].prefix(4).prefix(while: \.isNumber))
    }

    // MARK: - As stored

    /// One line: browser, version and system, separated by `/`; what is not known stays empty.
    package var stored: String {
        [browser ?? "", version.map(String.init) ?? "", system ?? ""].joined(separator: "/")
    }

    package init(stored: String) {
        let parts = stored.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        browser = parts.first.flatMap { $0.isEmpty ? nil : $0 }
        version = parts.count > 1 ? Int(parts[1]) : nil
        system = parts.count > 2 && !parts[2].isEmpty ? parts[2] : nil
    }

    /// What makes two sign-ins come from "the same kind of device": versions change every month.
    var kind: String { "\(browser ?? "")/\(system ?? "")" }
}

extension Pages {
    /// The device in words: "Firefox 128 on Linux".
    package func text(for device: DeviceLabel, in language: Language) -> String {
        let browser = device.browser.map { name in device.version.map { "\(name) \($0)" } ?? name }
        return text(
            "device.label",
            [
                "browser": browser ?? text("device.unknownBrowser", [:], in: language),
                "system": device.system ?? text("device.unknownSystem", [:], in: language),
            ], in: language)
    }
}
