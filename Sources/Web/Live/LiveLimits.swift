package import NIOCore

/// What the live link may cost, and what one person may take of it.
package struct LiveLimits: Sendable {
    package var socket = SocketLimits()
    /// Connections of one person on this node: each tab of each device has one.
    package var perPerson = 24
    /// Connections from one household (an IPv4 address or a /64 of IPv6): a school may sit behind one.
    package var perHousehold = 512
    /// Commands a connection may send at once: a browser that comes back sends up to 256 again.
    package var commandBurst = 400
    /// Commands a second that it may go on with: a call sends a few tens of candidates and then falls silent.
    package var commandsPerSecond = 25
    /// All connections of a person, or of a household, may together send what one in so many of them could: people have many tabs and
    /// write in one, and of a school's classes few come back at the same moment.
    static let activeShare = 8
    /// Shared streams one connection may hear: an agent with many conversations side by side, each with its team's stream.
    package var sharedStreams = 64
    /// Browsers worked for at a time on their way in: enough to keep both cores busy, few enough that a turn of the loop stays short.
    package var arriving = 64
    /// Time a browser has to say where it was.
    package var greetingPatience: TimeAmount = .seconds(10)
    /// Seconds of silence after which the page asks for a sign of life, since a browser hides pings from it.
    package var pageHeartbeat = 20

    package init() {}
}
