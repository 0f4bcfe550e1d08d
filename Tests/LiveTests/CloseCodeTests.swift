import NIOCore
import NIOWebSocket
import TestKit
import Testing

@testable import Web

@Suite struct CloseCodeTests {
    private static func frame(_ opcode: WebSocketOpcode, _ bytes: [UInt8], fin: Bool = true, masked: Bool = true) -> WebSocketFrame {
        WebSocketFrame(fin: fin, opcode: opcode, maskKey: masked ? .random() : nil, data: ByteBuffer(bytes: bytes))
    }

    private struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let frames: [WebSocketFrame]
        let code: Int
    }

    private static let text = Array(#"{"type":"resume","streams":{}}"#.utf8)

    private static let cases: [Case] = [
        Case(testDescription: "not UTF-8", frames: [frame(.text, [0xC3, 0x28])], code: 1007),
        Case(testDescription: "unmasked", frames: [frame(.text, text, masked: false)], code: 1002),
        Case(testDescription: "a lone continuation", frames: [frame(.continuation, text)], code: 1002),
        Case(testDescription: "a fragmented ping", frames: [frame(.ping, [1], fin: false)], code: 1002),
        Case(testDescription: "binary", frames: [frame(.binary, [1, 2])], code: 1003),
        Case(
            testDescription: "a frame over 64 KiB", frames: [frame(.text, Array(repeating: 32, count: 1 << 16 | 1))], code: 1009),
        Case(
            testDescription: "a message over 256 KiB",
            frames: (0..<5).map { frame($0 == 0 ? .text : .continuation, Array(repeating: 32, count: 1 << 16), fin: false) }, code: 1009),
        Case(testDescription: "not JSON", frames: [frame(.text, Array("hello".utf8))], code: 1008),
        Case(
            testDescription: "a command before the greeting",
            frames: [frame(.text, Array(#"{"type":"ping","id":"00000000-0000-4000-8000-000000000001"}"#.utf8))], code: 1008),
        Case(testDescription: "two greetings", frames: [frame(.text, text), frame(.text, text)], code: 1008),
        Case(
            testDescription: "a command without an id", frames: [frame(.text, text), frame(.text, Array(#"{"type":"ping"}"#.utf8))],
            code: 1008),
        Case(
            testDescription: "a greeting with a position that is no number",
            frames: [frame(.text, Array(#"{"type":"resume","streams":{"notices":"all"}}"#.utf8))], code: 1008),
    ]

    @Test(arguments: cases) private func endsWithItsCode(wrong: Case) async throws {
        let node = try await LiveNode.start(.fresh(on: .sqlite))
        let mallory = try await node.open("Mallory")
        let ana = try await node.enter("Ana")
        for frame in wrong.frames { mallory.send(frame) }
        let code = try await mallory.closeCode()
        #expect(code == wrong.code)
        // One hostile peer harms only itself.
        ana.command("ping")
        _ = try await ana.next("ack")
        #expect(node.link.connectionCount == 1)
        try await node.stop()
    }

    @Test func aMessageInManyFragmentsWithAPingBetweenIsUnderstood() async throws {
        let node = try await LiveNode.start(.fresh(on: .sqlite))
        let ana = try await node.open("Ana")
        for (index, byte) in Self.text.enumerated() {
            ana.send(Self.frame(index == 0 ? .text : .continuation, [byte], fin: index == Self.text.count - 1))
            if index % 7 == 0 { ana.send(Self.frame(.ping, [UInt8(index)])) }
        }
        _ = try await ana.next("welcome")
        ana.close(4321)
        #expect(try await ana.closeCode() == 4321)
        try await node.stop()
    }

    @Test func aPageThatGreetsTooLateIsAskedToComeBack() async throws {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.limits.greetingPatience = .milliseconds(100)
        let node = try await LiveNode.start(plan)
        let silent = try await node.open("Ana")
        #expect(try await silent.closeCode() == 4000)
        try await node.stop()
    }

    @Test func aLinkThatNoLongerAnswersIsGivenUp() async throws {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        plan.limits.socket.silence = .milliseconds(100)
        plan.limits.socket.pongPatience = .milliseconds(100)
        let node = try await LiveNode.start(plan)
        let ana = try await node.enter("Ana")
        let ben = try await node.enter("Ben")
        ana.stopAnswering()
        #expect(try await ana.closeCode() == 1006)
        ben.command("ping")
        _ = try await ben.next("ack")
        try await node.stop()
    }

    @Test func aPersonWhoSignsOutIsSentToTheSignInPageOnAllTabsOfThatSession() async throws {
        let node = try await LiveNode.start(.fresh(on: .sqlite))
        let tabs = [try await node.enter("Ana"), try await node.enter("Ana")]
        let ben = try await node.enter("Ben")
        node.link.disconnect(.init(named: "Ana"), session: "another session", because: .signedOut)
        tabs[0].command("ping")
        _ = try await tabs[0].next("ack")
        node.link.disconnect(.init(named: "Ana"), session: "Ana", because: .signedOut)
        for tab in tabs {
            #expect(try await tab.next("goodbye").advice == "sign-in")
            #expect(try await tab.closeCode() == 4001)
        }
        ben.command("ping")
        _ = try await ben.next("ack")
        try await node.stop()
    }
}
