import Foundation

extension Settings {
    /// The settings with port and origin filled in where the operator left them to us.
    func placed() throws -> Settings {
        var settings = self
        if settings.port == 0 { settings.set(\.port, to: try FreePort.any(on: settings.address)) }
        if settings.origin.isEmpty { settings.set(\.origin, to: settings.ownOrigin) }
        return settings
    }

    /// The name or address by which browsers find the pages; nil on this machine alone.
    var publicHost: String? {
        guard let host = URLComponents(string: self.origin)?.host?.trimmingCharacters(in: ["[", "]"]), !Network.isLoopback(host) else {
            return nil
        }
        return host
    }

    /// Looks up where that leads; nil on this machine alone.
    var publicAddresses: (@Sendable () -> [String])? {
        guard let host = publicHost else { return nil }
        return { Resolver.addresses(of: host).filter { !Network.isLoopback($0) } }
    }

    private var ownOrigin: String {
        let scheme = speaksTLS ? "https" : "http"
        let isUsual = self.port == (speaksTLS ? 443 : 80)
        return "\(scheme)://\(ownHost)\(isUsual ? "" : ":\(self.port)")"
    }

    private var ownHost: String {
        if Network.isLoopback(self.address) { return "localhost" }
        guard self.address == "0.0.0.0" || self.address == "::" else {
            return self.address.contains(":") ? "[\(self.address)]" : self.address
        }
        return LocalAddresses.all.first { !$0.contains(":") } ?? "localhost"
    }

    /// The folder of pages, styles and scripts: as set, else in the current folder, beside the program, or above it in a build.
    func browserFolder() throws -> String {
        guard self.browserDirectory.isEmpty else { return self.browserDirectory }
        let program = (Bundle.main.executablePath.map { ($0 as NSString).resolvingSymlinksInPath } ?? "") as NSString
        var places = [FileManager.default.currentDirectoryPath + "/Browser"]
        var folder = program.deletingLastPathComponent as NSString
        for _ in 0..<4 {
            places += [folder.appendingPathComponent("Browser"), folder.appendingPathComponent("share/sotto/Browser")]
            folder = folder.deletingLastPathComponent as NSString
        }
        if let found = places.first(where: { FileManager.default.fileExists(atPath: $0 + "/design/layout.mustache") }) { return found }
        throw SettingsProblem(lines: ["browser.directory: the folder Browser that comes with the program was not found; say where it is."])
    }
}
