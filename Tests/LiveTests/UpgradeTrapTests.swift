import Foundation
import TestKit
import Testing

@testable import Web

/// What NIO's upgrade handler would get wrong by itself.
@Suite struct UpgradeTrapTests {
    private func withNode(_ change: (inout LiveNode.Plan) -> Void = { _ in }, _ body: (LiveNode) async throws -> Void) async throws {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        change(&plan)
        let node = try await LiveNode.start(plan)
        try await body(node)
        try await node.stop()
    }

    private func status(_ node: LiveNode, _ change: (inout FakeBrowser.Address) -> Void) async throws -> Int {
        do {
            _ = try await node.open("Ana", change)
            return 101
        } catch let refused as FakeBrowser.Refused {
            return refused.status
        }
    }

    @Test func whoeverMayNotOpenASocketGetsAnAnswer() async throws {
        try await withNode { node in
            let changes: [(Int, (inout FakeBrowser.Address) -> Void)] = [
                (403, { $0.origin = "https://evil.test" }), (403, { $0.origin = nil }), (404, { $0.path = "/elsewhere" }),
                (404, { $0.path = "/live/more" }), (101, { $0.path = "/live?from=here" }),
            ]
            for (expected, change) in changes {
                let status = try await status(node, change)
                #expect(status == expected)
            }
        }
    }

    private static let request = "GET /live HTTP/1.1\r\nHost: sotto.test\r\nOrigin: http://sotto.test\r\nCookie: __Host-session=Ana\r\n"

    @Test(arguments: [
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n",
    ])
    func aHandshakeWithoutAKeyOrOfAnotherVersionIsABadRequest(rest: String) async throws {
        try await withNode { node in
            let connection = try await RawConnection(port: node.port)
            connection.send(Self.request + rest)
            #expect(try await connection.untilClosed().hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func aProgramThatOffersHTTP2IsAnsweredAsIfItHadNot() async throws {
        try await withNode { node in
            let connection = try await RawConnection(port: node.port)
            let offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n"
            connection.send("GET /nothing HTTP/1.1\r\nHost: sotto.test\r\n" + offer)
            try await Eventually.holds { connection.text.hasPrefix("HTTP/1.1 404") }
            connection.close()
        }
    }

    @Test func aSocketOnAConnectionThatWasUsedBeforeIsToldToComeOnANewOne() async throws {
        try await withNode { node in
            let connection = try await RawConnection(port: node.port)
            connection.send("GET /nothing HTTP/1.1\r\nHost: sotto.test\r\n\r\n")
            try await Eventually.holds { connection.text.contains("HTTP/1.1 404") }
            connection.send(
                Self.request
                    + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            )
            #expect(try await connection.untilClosed().contains("HTTP/1.1 503"))
        }
    }

    @Test func aConnectionThatSaysNothingIsClosed() async throws {
        try await withNode { plan in
            plan.limits.socket.headPatience = .milliseconds(200)
        } _: { node in
            let mute = try await RawConnection(port: node.port)
            #expect(try await mute.untilClosed().isEmpty)
            let slow = try await RawConnection(port: node.port)
            slow.send("GET /live HT")
            #expect(try await slow.untilClosed().isEmpty)
        }
    }

    @Test func whoeverIsSignedOutIsToldSoInAWayAPageCanRead() async throws {
        try await withNode { node in
            let stranger = try await node.open(nil)
            let goodbye = try await stranger.next("goodbye")
            #expect(goodbye.advice == "sign-in")
            #expect(try await stranger.closeCode() == 4001)
        }
    }

    @Test func beforeTheDoorOpensBrowsersAreAskedToComeBack() async throws {
        let link = try await LiveNode.start(.fresh(on: .sqlite))
        try await link.stop()
        await #expect(throws: (any Error).self) { try await link.open("Ana") }
    }

    @Test func aPlainPageOnTheSamePortIsServedAsEver() async throws {
        try await withNode { node in
            let connection = try await RawConnection(port: node.port)
            for _ in 0..<3 { connection.send("GET /nothing HTTP/1.1\r\nHost: sotto.test\r\n\r\n") }
            try await Eventually.holds { connection.text.components(separatedBy: "HTTP/1.1 404").count == 4 }
            connection.close()
        }
    }
}
