package import NIOCore

/// What one socket may cost.
package struct SocketLimits: Sendable {
    /// Largest frame a browser may send, in bytes. Bigger content goes over an HTTP upload.
    package var frameBytes = 1 << 16
    /// Largest message once its fragments are joined, in bytes: a session description with many candidates is about 20 kB.
    package var messageBytes = 1 << 18
    /// Bytes waiting for one slow browser before it is cut off.
    package var backlogBytes = 1 << 20
    /// Silence after which the browser is asked for a sign of life. With `pongPatience` twice over, a dead link is known
    /// after at most 13 s, which leaves two of the 15 s within which presence must be true.
    package var silence: TimeAmount = .seconds(7)
    /// How long a sign of life may take before it counts as missed.
    package var pongPatience: TimeAmount = .seconds(3)
    /// Signs of life missed in a row after which the link is dead.
    package var misses = 2
    /// Time a new connection has to send its first request head.
    package var headPatience: TimeAmount = .seconds(20)
    /// Idle time after which a kept-alive HTTP connection is closed.
    package var idle: TimeAmount = .seconds(60)
    /// Time a browser has to answer our close frame and read what was sent before it.
    package var farewell: TimeAmount = .seconds(2)

    package init() {}
}
