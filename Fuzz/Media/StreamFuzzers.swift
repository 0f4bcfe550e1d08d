import CLinux
@testable import Calls
import Glibc
@testable import Media

extension Fuzzer {
    /// The input as what comes on a TCP connection (RFC 4571), in pieces: bytes as they are, packets behind their length, and checks of
    /// somebody who belongs to the meeting.
    static let stream = Fuzzer(name: "stream") { bytes in
        guard let meeting = HostileMeeting(), let line = LoopbackLine() else { return }
        var input = FuzzInput(bytes)
        let queue = epoll_create1(CInt(EPOLL_CLOEXEC))
        defer { Glibc.close(queue) }
        let table = StreamTable(queue: queue)
        let descriptor = line.accepted
        table.add(descriptor, beginning: input.bytes(input.number() & 0x0F), meeting.engine, at: meeting.now)
        var answered = 0
        var isProved = false
        while let action = input.byte() {
            let piece = input.bytes(input.number() * (action & 0x80 == 0 ? 1 : 16))
            switch action & 7 {
            case 0: line.write(piece)
            case 1: line.write(Fuzzer.big(UInt16(piece.count)) + piece)
            case 2:
                let check = meeting.checkBytes(.mallory, draw: action)
                line.write(Fuzzer.big(UInt16(check.count)) + check)
                isProved = true
            case 3: line.write(Fuzzer.big(UInt16(action) << 8) + piece)
            default: break
            }
            table.happened(descriptor, meeting.engine)
            table.send(meeting.engine.outgoing)
            meeting.engine.outgoing.removeAll()
            let answers = line.read()
            precondition(isProved || answers.isEmpty, "somebody who proved nothing got an answer")
            answered += answers.count
            if table.count == 0 { break }
        }
        table.look(meeting.engine, at: meeting.now + StreamTable.patience + .seconds(1))
        precondition(isProved || table.count == 0, "a connection of nobody stayed")
        precondition(answered <= bytes.count * 100, "more went out than came in")
        meeting.close()
    }
}

/// Both ends of a connection through this machine's own network.
private final class LoopbackLine {
    private static let door: (descriptor: CInt, name: sockaddr_in)? = {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isOpen = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 4) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        return isOpen ? (descriptor, name) : nil
    }()

    private let own: CInt
    /// The server's end, which is closed by whoever takes it.
    let accepted: CInt

    init?() {
        guard let (door, bound) = Self.door else { return nil }
        var name = bound
        let own = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        // No port waits for what is still on its way: there are thousands of these in a second.
        var none = linger(l_onoff: 1, l_linger: 0)
        setsockopt(own, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
        let isThere = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(own, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        self.own = own
        accepted = isThere ? Glibc.accept(door, nil, nil) : -1
        guard accepted >= 0 else {
            Glibc.close(own)
            return nil
        }
    }

    deinit { Glibc.close(own) }

    func write(_ bytes: [UInt8]) { _ = send(own, bytes, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)) }

    /// What came, in whole packets.
    func read() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(own, &bytes, bytes.count, CInt(MSG_DONTWAIT))
        return Array(bytes.prefix(max(0, count)))
    }
}
