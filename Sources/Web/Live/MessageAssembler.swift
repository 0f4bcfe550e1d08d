package import NIOCore
import NIOWebSocket

/// What a browser sent, once its frames are joined.
package enum SocketMessage: Sendable, Equatable {
    /// Valid UTF-8.
    case text(ByteBuffer)
    case binary(ByteBuffer)
}

/// The browser broke RFC 6455, and `code` is what to tell it (§7.4.1).
struct SocketViolation: Error, Equatable {
    let code: WebSocketErrorCode
}

/// Joins frames into messages. Pure: frames in, messages out, no channel.
struct MessageAssembler {
    enum Output: Equatable {
        case message(SocketMessage)
        case ping(ByteBuffer)
        case pong
        /// The browser's close code; nil when it gave none.
        case close(WebSocketErrorCode?)
    }

    private struct Partial {
        let opcode: WebSocketOpcode
        var body: ByteBuffer
    }

    private let limit: Int
    private var partial: Partial?

    /// - Parameter limit: most bytes of a joined message.
    init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next frame. Gives nil while a message is not complete.
    mutating func add(_ frame: WebSocketFrame) throws(SocketViolation) -> Output? {
        // §5.1: every frame from a browser is masked. §5.2: reserved bits are for extensions, and we accept none.
        guard frame.maskKey != nil, frame.reservedBits.isEmpty else { throw SocketViolation(code: .protocolError) }
        switch frame.opcode {
        case .ping: return .ping(frame.unmaskedData)
        case .pong: return .pong
        case .connectionClose: return .close(try Self.closeCode(frame.unmaskedData))
        case .text where partial == nil, .binary where partial == nil:
            return try take(Partial(opcode: frame.opcode, body: frame.unmaskedData), isLast: frame.fin)
        case .continuation:
            guard var joined = partial else { throw SocketViolation(code: .protocolError) }
            // Let go of the stored copy first, or every fragment would copy all those before it.
            partial = nil
            joined.body.writeImmutableBuffer(frame.unmaskedData)
            return try take(joined, isLast: frame.fin)
        default: throw SocketViolation(code: .protocolError)
        }
    }

    private mutating func take(_ joined: Partial, isLast: Bool) throws(SocketViolation) -> Output? {
        guard joined.body.readableBytes <= limit else { throw SocketViolation(code: .messageTooLarge) }
        guard isLast else {
            partial = joined
            return nil
        }
        guard joined.opcode == .text else { return .message(.binary(joined.body)) }
        guard Self.isUTF8(joined.body) else { throw SocketViolation(code: .dataInconsistentWithMessage) }
        return .message(.text(joined.body))
    }

    /// §7.4: a code that may be sent, then a reason in UTF-8, or nothing at all.
    private static func closeCode(_ payload: ByteBuffer) throws(SocketViolation) -> WebSocketErrorCode? {
        guard payload.readableBytes > 0 else { return nil }
        var reason = payload
        guard let number = reason.readInteger(as: UInt16.self), maySend(number) else { throw SocketViolation(code: .protocolError) }
        guard isUTF8(reason) else { throw SocketViolation(code: .dataInconsistentWithMessage) }
        return WebSocketErrorCode(codeNumber: Int(number))
    }

    private static func maySend(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    private static func isUTF8(_ buffer: ByteBuffer) -> Bool {
        buffer.withUnsafeReadableBytes { bytes in
            // An all-ASCII text, which JSON mostly is, needs no decoding to be known valid.
            bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
        }
    }
}
