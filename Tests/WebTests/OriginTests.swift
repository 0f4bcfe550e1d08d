import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Web

/// Mallory has a site of her own and Ana's browser open on it.
@Suite struct OriginTests {
    private static let stage = Stage([
        Route(.post, "/contacts", .members, purpose: "Test.") { _, _ in Response(status: .ok) },
        Route(.get, "/contacts", .members, purpose: "Test.") { _, _ in Response(status: .ok) },
    ])

    @Test(
        arguments: [
            ("same-origin", "http://sotto.test", 200), ("none", "http://sotto.test", 200), ("same-origin", nil, 200),
            (nil, "http://sotto.test", 200),
            ("none", nil, 200), (nil, nil, 403), ("cross-site", nil, 403), ("same-site", nil, 403),
            ("cross-site", "http://sotto.test", 403),
            ("same-origin", "http://mallory.test", 403), (nil, "http://mallory.test", 403), (nil, "null", 403), (nil, "", 403),
            (nil, "https://sotto.test", 403), (nil, "http://sotto.test:81", 403), (nil, "http://sotto.test.mallory.test", 403),
            (nil, "http://sotto.test/", 403), ("SAME-ORIGIN", nil, 403),
        ] as [(String?, String?, Int)])
    func aChangeMustComeFromOurOwnPages(site: String?, origin: String?, status: Int) async throws {
        var headers: HTTPFields = [:]
        headers[TestBrowser.fetchSite] = site
        headers[.origin] = origin
        let asked = headers
        let answer = try await TestServer.run(Self.stage) {
            try await TestBrowser($0, as: "Ana").send(.post, "/contacts", asked, body: [0x61])
        }
        #expect(answer.status == status)
    }

    @Test func aLinkFromElsewhereMayLeadHere() async throws {
        let answer = try await TestServer.run(Self.stage) { server in
            try await TestBrowser(server, as: "Ana").get("/contacts", [TestBrowser.fetchSite: "cross-site"])
        }
        #expect(answer.status == 200)
    }

    @Test func aSocketMustNameOurOrigin() throws {
        let origins = OriginGuard(origins: ["https://talk.example.org"])
        try origins.checkSocket("https://talk.example.org")
        #expect(throws: Problem.foreignOrigin) { try origins.checkSocket("https://mallory.example") }
        #expect(throws: Problem.foreignOrigin) { try origins.checkSocket(nil) }
    }
}
