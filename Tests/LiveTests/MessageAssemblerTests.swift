import NIOCore
import NIOWebSocket
import TestKit
import Testing

@testable import Web

private func frame(
    _ opcode: WebSocketOpcode, _ bytes: [UInt8] = [], fin: Bool = true, masked: Bool = true, reserved: Bool = false
) -> WebSocketFrame {
    var data = ByteBuffer(bytes: bytes)
    let key: WebSocketMaskingKey? = masked ? WebSocketMaskingKey([1, 2, 3, 4]) : nil
    if let key { data.webSocketMask(key) }
    var frame = WebSocketFrame(fin: fin, opcode: opcode, maskKey: key, data: data)
    frame.rsv1 = reserved
    return frame
}

@Suite struct MessageAssemblerTests {
    @Test(arguments: 0..<200)
    func aMessageIsTheSameHoweverItIsCutAndWhateverComesBetween(seed: UInt64) throws {
        var chance = Seeded(seed)
        let letters = ["a", "é", "я", "ش", "👋", "\n"]
        let text = (0..<Int.random(in: 0...200, using: &chance)).map { _ in letters.randomElement(using: &chance) ?? "" }.joined()
        var rest = Array(text.utf8)[...]
        var assembler = MessageAssembler(limit: 10_000)
        var opcode = WebSocketOpcode.text
        while true {
            if Bool.random(using: &chance) { #expect(try assembler.add(frame(.ping, [1])) == .ping(ByteBuffer(bytes: [1]))) }
            if Bool.random(using: &chance) { #expect(try assembler.add(frame(.pong)) == .pong) }
            // A cut may fall inside a character.
            let part = rest.prefix(Int.random(in: 0...7, using: &chance))
            rest = rest.dropFirst(part.count)
            let isLast = rest.isEmpty && Bool.random(using: &chance)
            let output = try assembler.add(frame(opcode, Array(part), fin: isLast))
            #expect(output == (isLast ? .message(.text(ByteBuffer(string: text))) : nil))
            opcode = .continuation
            if isLast { break }
        }
        #expect(try assembler.add(frame(.binary, [9])) == .message(.binary(ByteBuffer(bytes: [9]))))
    }

    @Test(arguments: 0..<100)
    func noSequenceOfFramesBreaksIt(seed: UInt64) {
        var chance = Seeded(seed)
        var assembler = MessageAssembler(limit: 50)
        for _ in 0..<100 {
            let opcode = WebSocketOpcode(encodedWebSocketOpcode: UInt8.random(in: 0...15, using: &chance)) ?? .text
            let bytes = (0..<Int.random(in: 0...60, using: &chance)).map { _ in UInt8.random(in: 0...255, using: &chance) }
            do throws(SocketViolation) {
                let output = try assembler.add(
                    frame(opcode, bytes, fin: .random(using: &chance), masked: Int.random(in: 0..<20, using: &chance) > 0))
                if case .message(.text(let text)) = output { #expect(text.readableBytes <= 50) }
            } catch {
                return
            }
        }
    }

    private struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let frames: [WebSocketFrame]
        let code: WebSocketErrorCode
    }

    private static let violations: [Case] = [
        Case(testDescription: "an unmasked frame", frames: [frame(.text, masked: false)], code: .protocolError),
        Case(testDescription: "a reserved bit", frames: [frame(.text, reserved: true)], code: .protocolError),
        Case(testDescription: "a lone continuation", frames: [frame(.continuation)], code: .protocolError),
        Case(
            testDescription: "a text inside a text", frames: [frame(.text, fin: false), frame(.text)], code: .protocolError),
        Case(testDescription: "half a character", frames: [frame(.text, [0xC3])], code: .dataInconsistentWithMessage),
        Case(
            testDescription: "a message one byte too long", frames: [frame(.text, Array(repeating: 97, count: 11))], code: .messageTooLarge),
        Case(
            testDescription: "fragments one byte too long",
            frames: [frame(.text, Array(repeating: 97, count: 10), fin: false), frame(.continuation, [97], fin: false)],
            code: .messageTooLarge),
        Case(testDescription: "a close code of one byte", frames: [frame(.connectionClose, [3])], code: .protocolError),
        Case(testDescription: "the close code 1005", frames: [frame(.connectionClose, [3, 237])], code: .protocolError),
        Case(testDescription: "the close code 999", frames: [frame(.connectionClose, [3, 231])], code: .protocolError),
        Case(
            testDescription: "a close reason that is no text", frames: [frame(.connectionClose, [3, 232, 0xFF])],
            code: .dataInconsistentWithMessage),
    ]

    @Test(arguments: violations)
    private func isRefusedWithItsCode(violation: Case) {
        var assembler = MessageAssembler(limit: 10)
        for frame in violation.frames.dropLast() { _ = try? assembler.add(frame) }
        #expect(throws: SocketViolation(code: violation.code)) { try assembler.add(violation.frames[violation.frames.count - 1]) }
    }

    @Test func aCloseFrameTellsItsCodeOrNone() throws {
        var assembler = MessageAssembler(limit: 10)
        #expect(try assembler.add(frame(.connectionClose)) == .close(nil))
        #expect(try assembler.add(frame(.connectionClose, [3, 232])) == .close(.normalClosure))
        #expect(try assembler.add(frame(.connectionClose, [0x0F, 0xA1, 0x68, 0x69])) == .close(.unknown(4001)))
    }

    @Test func aMessageOfExactlyTheLimitPasses() throws {
        var assembler = MessageAssembler(limit: 10)
        let bytes = [UInt8](repeating: 97, count: 10)
        #expect(try assembler.add(frame(.text, bytes)) == .message(.text(ByteBuffer(bytes: bytes))))
    }
}
