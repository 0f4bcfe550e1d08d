import Foundation
package import Server

/// One node of a Sotto as a process of its own, at an address that it keeps over kills and starts.
package actor ProcessNode {
    package nonisolated let port: Int
    private let settings: [String: String]
    private var process: ServerProcess?

    package init(_ settings: Settings, _ more: [String: String] = [:]) async throws {
        port = FreePort.lasting()
        var texts = [
            "port": "\(port)", "data.directory": settings.dataDirectory, "keys.root": settings.rootKey,
            "browser.directory": settings.browserDirectory, "limits.socketsPerAddress": "100000", "limits.socketsPerPerson": "1000",
        ]
        if !settings.databaseURL.isEmpty { (texts["database.url"], texts["keys.url"]) = (settings.databaseURL, settings.keysURL) }
        self.settings = texts.merging(more) { $1 }
        try await start()
    }

    package func start() async throws {
        process = try await ServerProcess(settings)
    }

    package func kill9() async {
        await process?.kill9()
        process = nil
    }

    /// Stops it as an operator would.
    @discardableResult
    package func stop() async -> Int32 {
        defer { process = nil }
        return await process?.stop() ?? 0
    }

    /// Where this person's page connects.
    package nonisolated func address(_ lodger: Lodger) -> FakeBrowser.Address {
        var address = FakeBrowser.Address(port: port, session: lodger.session)
        address.origin = "http://localhost:\(port)"
        return address
    }

    /// Opens a page of this person and waits for its welcome.
    package nonisolated func enter(_ lodger: Lodger, from positions: [String: Int] = [:]) async throws -> FakeBrowser {
        let browser = try await FakeBrowser.open(address(lodger))
        try await browser.greet(positions)
        return browser
    }
}
