import HTTPTypes
import TestKit
import Testing
import Web

@Suite struct AssetTests {
    private static let script = Array(String(repeating: "export const word = 1;\n", count: 100).utf8)
    private static let folder = BrowserFolder(
        files: Stage.templates.merging([
            "calls/call.js": script, "calls/call.test.js": script, "calls/secret.json": script, "text/en/calls.json": Array("{}".utf8),
            "design/mark.svg": Array("<svg/>".utf8), "notes.txt": script, "Makefile": script,
        ]) { $1 })
    private static let assets = Assets(folder)

    private static func get(_ paths: [String], _ headers: HTTPFields = [:]) async throws -> [TestBrowser.Answer] {
        var stage = Stage()
        stage.frontend = try Frontend(folder)
        return try await TestServer.run(stage) { server in
            var answers: [TestBrowser.Answer] = []
            for path in paths { answers.append(try await TestBrowser(server).get(path, headers)) }
            return answers
        }
    }

    @Test func filesComeWithTheirTypeForEver() async throws {
        let answers = try await Self.get(["calls/call.js", "text/en/calls.json", "design/mark.svg"].map { "\(Self.assets.prefix)/\($0)" })
        #expect(answers.map(\.status) == [200, 200, 200])
        #expect(
            answers.map { $0.headers[.contentType] } == [
                "text/javascript; charset=utf-8", "application/json; charset=utf-8", "image/svg+xml",
            ])
        #expect(answers[0].body == Self.script)
        #expect(answers.allSatisfy { $0.headers[.cacheControl] == "public, max-age=31536000, immutable" })
        #expect(answers.allSatisfy { $0.headers[.vary] == "Accept-Encoding" })
    }

    @Test func filesComeCompressedToWhoTakesIt() async throws {
        let path = "\(Self.assets.prefix)/calls/call.js"
        let (small, plain) = (
            try await Self.get([path], [.acceptEncoding: "br, gzip"])[0], try await Self.get([path], [.acceptEncoding: "gzip;q=0"])[0]
        )
        #expect(small.headers[.contentEncoding] == "gzip")
        #expect(small.body.count < 200)
        #expect(small.body.starts(with: [0x1F, 0x8B]))
        #expect(plain.headers[.contentEncoding] == nil)
    }

    @Test func templatesTestsAndStrangersAreNotServed() async throws {
        let paths = ["calls/call.test.js", "calls/secret.json", "design/layout.mustache", "notes.txt", "Makefile", "", "calls", "calls/"]
        #expect(try await Self.get(paths.map { "\(Self.assets.prefix)/\($0)" }).allSatisfy { $0.status == 404 })
    }

    @Test func aPageFromBeforeTheRenewalStillWorks() async throws {
        let answers = try await Self.get(["/assets/0123456789abcdef/calls/call.js", "/assets/0123456789abcdef/calls/gone.js"])
        #expect(answers.map(\.status) == [200, 404])
        #expect(answers[0].headers[.cacheControl] == "public, max-age=60")
    }

    @Test(arguments: ["", "x", "0123456789ABCDEF", "0123456789abcdeg", "..", "%2e%2e", "0123456789abcdef0"])
    func whatIsNoFingerprintLeadsNowhere(fingerprint: String) async throws {
        #expect(try await Self.get(["/assets/\(fingerprint)/calls/call.js"])[0].status == 404)
    }

    @Test func noPathLeadsOutOfTheFolder() async throws {
        let parts = [
            "..", "%2e%2e", "..%2f", "%2E%2E%2F", ".", "%2f", "//", "etc", "passwd", "calls", "call.js", "\\", "%5c", "%00", "design",
        ]
        var seeded = Seeded(42)
        let paths = (0..<300).map { _ in
            Self.assets.prefix + "/"
                + (0..<Int.random(in: 1...6, using: &seeded)).map { _ in parts.randomElement(using: &seeded) ?? "" }.joined(separator: "/")
        }
        for (path, answer) in zip(paths, try await Self.get(paths)) {
            let isExact = path == "\(Self.assets.prefix)/calls/call.js"
            #expect(answer.status == (isExact ? 200 : 404), "\(path)")
        }
    }

    @Test func anyChangeChangesTheFingerprint() {
        var files = Self.folder.files
        files["calls/call.js"]?.append(0x0A)
        #expect(Assets(BrowserFolder(files: files)).fingerprint != Self.assets.fingerprint)
        #expect(Assets(Self.folder).fingerprint == Self.assets.fingerprint)
    }
}
