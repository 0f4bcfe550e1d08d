package import NIOCore
import NIOWebSocket

/// One message in the form it has on the wire, ready for any number of browsers.
///
/// Frames from a server are not masked (RFC 6455 §5.1), so **a broadcast is encoded once** and every socket is handed the same bytes.
package struct LiveFrame: Sendable {
    package let bytes: ByteBuffer

    /// A text frame around JSON text.
    package init(json: some Collection<UInt8>) {
        self.init(.text, json)
    }

    /// A ping with nothing in it.
    static let ping = LiveFrame(.ping, [])

    static func pong(_ payload: ByteBuffer) -> LiveFrame {
        LiveFrame(.pong, payload.readableBytesView)
    }

    static func close(_ code: WebSocketErrorCode) -> LiveFrame {
        var payload = ByteBuffer()
        payload.write(webSocketErrorCode: code)
        return LiveFrame(.connectionClose, payload.readableBytesView)
    }

    /// RFC 6455 §5.2: a final frame, its length in 7, 16 or 64 bits.
    private init(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) {
        let count = payload.count
        var buffer = ByteBufferAllocator().buffer(capacity: count + 10)
        buffer.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        switch count {
        case ..<126: buffer.writeInteger(UInt8(count))
        case ..<65_536:
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(count))
        default:
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(count))
        }
        buffer.writeBytes(payload)
        bytes = buffer
    }
}
