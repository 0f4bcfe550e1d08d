import TestKit

@testable import Media

/// A browser's end of one peer connection as a media server sees it: it checks, shakes hands, and sends and reads sealed packets.
final class BrowserEnd {
    var path: Path
    private(set) var fragment: String
    private let dtls: DTLSSession
    private var checks: FullICEPeer?
    private var sender: SRTPSender?
    private var receiver: SRTPReceiver?
    private var nextCheck: Duration = .zero
    /// What it was sent, opened, in the order of arrival.
    var heard: [(bytes: [UInt8], isControl: Bool)] = []
    var waiting: [[UInt8]] = []
    /// What it sent in the last millisecond, as somebody on the way records it.
    var recorded: [[UInt8]] = []
    /// Whether it makes no checks, as one that was put to sleep.
    var isSilent = false
    /// Where its datagrams seem to come from, when that is not where it is.
    var pretends: Path?
    /// When it begins the handshake; at once if it does not say.
    var greetsAt: Duration = .zero

    /// - Parameter isPassive: whether it waits for the server to begin the handshake.
    init(_ identity: DTLSIdentity, server: DTLSIdentity, fragment: String, path: Path, isPassive: Bool = false) throws {
        guard let dtls = DTLSSession(isPassive ? .server : .client, as: identity, expecting: server.fingerprint) else {
            throw DTLSEnd.failed
        }
        self.dtls = dtls
        self.fragment = fragment
        self.path = path
    }

    var isConnected: Bool { sender != nil }
    var isEnded: Bool { if case .ended = dtls.state { true } else { false } }

    /// Learns where to by our description.
    func connect(_ description: String) {
        func value(_ name: String) -> String {
            description.split(separator: "\r\n").first { $0.hasPrefix("a=\(name):") }.map { String($0.dropFirst(name.count + 3)) } ?? ""
        }
        var peer = FullICEPeer(checking: ICECredentials(fragment: value("ice-ufrag"), password: value("ice-pwd")))
        (peer.fragment, peer.password) = (fragment, Meeting.password)
        checks = peer
    }

    /// Begins ICE anew under another name and from another address.
    func begin(_ fragment: String, at path: Path, _ description: String) {
        self.fragment = fragment
        self.path = path
        nextCheck = .zero
        connect(description)
    }

    func tick(_ elapsed: Duration) {
        guard checks != nil else { return }
        if nextCheck <= elapsed, !isSilent {
            nextCheck = elapsed + (isConnected ? .seconds(2) : .milliseconds(50))
            if let check = checks?.check(nominating: true) { waiting.append(check) }
        }
        if greetsAt <= elapsed { dtls.begin(at: .at(elapsed)) }
        dtls.poll(at: .at(elapsed))
        flush()
    }

    /// A check of this moment that chooses the way on which it comes.
    func nomination() -> [UInt8] { checks?.check(nominating: true) ?? [] }

    /// Its answer to a request of the server's.
    func answer(_ request: [UInt8]) -> [UInt8]? { checks?.answer(request) }

    /// Checks with the next tick.
    func hurry() { nextCheck = .zero }

    /// Its first check and its greeting, as somebody hands them over who pretends to be elsewhere.
    func opening(_ elapsed: Duration) -> [[UInt8]] {
        dtls.begin(at: .at(elapsed))
        return (checks?.check(nominating: true)).map { [$0] + dtls.takeDatagrams() } ?? []
    }

    func hear(_ bytes: [UInt8], _ elapsed: Duration) {
        switch Datagram(bytes.span.bytes) {
        case .dtls:
            dtls.handle(bytes.span.bytes, at: .at(elapsed))
            flush()
        case .rtp, .rtcp: open(bytes)
        case .stun: if let answer = answer(bytes) { waiting.append(answer) }
        case nil: break
        }
    }

    private func open(_ bytes: [UInt8]) {
        var packet = bytes
        var span = packet.mutableSpan
        var raw = span.mutableBytes
        let isControl = Datagram(raw.bytes) == .rtcp
        var length: Int?
        if isControl {
            length = try? receiver?.openControl(&raw)
        } else if let head = try? RTPHeader(parsing: raw.bytes) {
            length = try? receiver?.open(&raw, head: head)
        }
        if let length { heard.append((Array(packet[..<length]), isControl)) }
    }

    private func flush() {
        waiting += dtls.takeDatagrams()
        guard sender == nil, case .established(let keys) = dtls.state else { return }
        sender = SRTPSender(keys.ours)
        receiver = SRTPReceiver(keys.theirs)
    }

    /// Sends a packet whose head is this long.
    func send(_ packet: [UInt8], head: Int) {
        guard sender != nil else { return }
        let (head, payload) = (Array(packet[..<head]), Array(packet[head...]))
        waiting.append(
            written(capacity: 2000) { output in
                output.append(copying: head.span.bytes)
                _ = try? sender?.seal(payload.span.bytes, into: &output)
            })
    }

    func sendControl(_ write: (inout OutputRawSpan) -> Void) {
        guard sender != nil else { return }
        let packet = written(write)
        waiting.append(written(capacity: 2000) { _ = try? sender?.sealControl(packet.span.bytes, into: &$0) })
    }
}
