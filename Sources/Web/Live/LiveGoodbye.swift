package import NIOWebSocket

/// Why the server ends a connection, and what the browser should do next.
package enum LiveGoodbye: UInt8, Sendable, CaseIterable {
    /// The node restarts: come back.
    case restart
    /// The session ended: go to the sign-in page.
    case signedOut
    /// The browser was too slow: come back and catch up.
    case slow
    /// The account or the address has too many connections: come back later.
    case connections
    /// Too many commands: come back later.
    case rate
    /// The browser broke the protocol of `/live`: do not come back.
    case violation

    /// The close code: docs/protocol.md lists them.
    package var code: WebSocketErrorCode {
        switch self {
        case .restart: .goingAway
        case .signedOut: .unknown(4001)
        case .slow: .unknown(4000)
        case .connections: .unknown(4002)
        case .rate: .unknown(4003)
        case .violation: .policyViolation
        }
    }

    package var advice: String {
        switch self {
        case .restart, .slow, .connections, .rate: "reconnect"
        case .signedOut: "sign-in"
        case .violation: "stop"
        }
    }

    /// The shortest wait before coming back, in milliseconds.
    package var wait: Int {
        switch self {
        case .restart, .slow, .signedOut, .violation: 0
        case .connections: 15_000
        case .rate: 10_000
        }
    }

    /// The `goodbye` message that goes before the close frame.
    /// - Parameter spread: milliseconds over which browsers that leave together are to come back.
    func frame(spread: Int = 0) -> LiveFrame {
        let after = wait + (spread > 0 ? Int.random(in: 0..<spread) : 0)
        return LiveFrame(json: Array(#"{"type":"goodbye","advice":"\#(advice)","after":\#(after)}"#.utf8))
    }
}
