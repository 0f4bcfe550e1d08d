internal import COpenSSL

/// One DTLS 1.2 handshake (RFC 6347) with the keys of SRTP as its result (RFC 5764), over memory instead of a socket.
///
/// **It is fed only what came on a way that ICE found good, and there is one for each peer connection**, so that nobody else can be first
/// with a ClientHello. After each call `takeDatagrams` is emptied. The time is ours, not OpenSSL's: what was sent is sent again as it was.
package final class DTLSSession {
    package enum Role: Sendable { case client, server }

    package enum State: Sendable {
        case handshaking
        case established(DTLSKeys)
        case ended(DTLSEnd)
    }

    /// The largest datagram that is written. Those of a handshake are few, so it need not be found out.
    static let longest = 1200
    /// OpenSSL waits a second, in which a person already wonders.
    static let firstPause: Duration = .milliseconds(100)
    static let mostTries = 8

    private let session: OpaquePointer
    /// What comes in and goes out; they belong to the session.
    private let input: OpaquePointer
    private let output: OpaquePointer
    private let role: Role
    /// SHA-256 of the certificate that the description announced.
    private let expected: [UInt8]
    package private(set) var state = State.handshaking

    /// What was sent last, and when it is sent again.
    private var flight: [[UInt8]] = []
    private var tries = 0
    private var due: Instant?
    private var waiting: [[UInt8]] = []

    /// Nil when there is no memory.
    package init?(_ role: Role, as identity: DTLSIdentity, expecting fingerprint: [UInt8]) {
        guard let session = SSL_new(identity.context) else { return nil }
        guard let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
            SSL_free(session)
            return nil
        }
        SSL_set_bio(session, input, output)
        SSL_ctrl(session, SSL_CTRL_SET_MTU, Self.longest, nil)
        // OpenSSL's own clock never gets to the end of its timer.
        DTLS_set_timer_cb(session) { _, _ in 0x7FFF_FFFF }
        if role == .server { SSL_set_accept_state(session) } else { SSL_set_connect_state(session) }
        self.session = session
        self.input = input
        self.output = output
        self.role = role
        expected = fingerprint
    }

    deinit {
        SSL_free(session)
    }
}

// MARK: - What goes in

extension DTLSSession {
    /// Begins as a client; a server waits to be spoken to.
    package func begin(at now: Instant) {
        guard role == .client, case .handshaking = state else { return }
        withBuffers { proceed(at: now) }
    }

    package func handle(_ datagram: RawSpan, at now: Instant) {
        if case .ended = state { return }
        guard let length = CInt(exactly: datagram.byteCount), length > 0 else { return }
        let written = datagram.withUnsafeBytes { BIO_write(input, $0.baseAddress, length) }
        guard written == length else { return end(.failed) }
        withBuffers {
            if case .established = state {
                listen(repeating: Self.handshakeTypes.contains(datagram.byte(at: 0)))
            } else {
                proceed(at: now)
            }
        }
    }

    /// Sends again what got no answer.
    package func poll(at now: Instant) {
        guard case .handshaking = state, let due, due <= now else { return }
        guard tries < Self.mostTries else { return end(.silence) }
        waiting += flight
        wait(from: now)
    }

    /// When `poll` has something to do.
    package var deadline: Instant? {
        if case .handshaking = state { due } else { nil }
    }

    /// Says goodbye, so that the browser does not show a connection that is none.
    package func close() {
        if case .ended = state { return }
        withBuffers { SSL_shutdown(session) }
        waiting += drain()
        end(.closed)
    }

    /// What is to be sent now, each in a datagram of its own.
    package func takeDatagrams() -> [[UInt8]] {
        defer { waiting = [] }
        return waiting
    }
}

// MARK: - What happens

extension DTLSSession {
    private func proceed(at now: Instant) {
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        let datagrams = drain()
        if !datagrams.isEmpty {
            (flight, tries) = (datagrams, 0)
            waiting += datagrams
            wait(from: now)
        }
        if result == 1 {
            establish()
        } else if SSL_get_error(session, result) != SSL_ERROR_WANT_READ {
            end(.failed)
        }
    }

    private func wait(from now: Instant) {
        due = now + Self.firstPause * (1 << tries)
        tries += 1
    }

    /// Data there is none: what is read is thrown away. But who had the last word says it again to whom did not hear it (RFC 6347 §4.2.4).
    private func listen(repeating isHandshake: Bool) {
        ERR_clear_error()
        var buffer = [UInt8](repeating: 0, count: 2048)
        let count = SSL_read(session, &buffer, CInt(buffer.count))
        let datagrams = drain()
        waiting += datagrams
        if role == .server, isHandshake, datagrams.isEmpty, tries < Self.mostTries {
            tries += 1
            waiting += flight
        }
        guard count <= 0 else { return }
        switch SSL_get_error(session, count) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: end(.closed)
        default: end(.failed)
        }
    }

    /// **Keys are made only for whom the description announced.**
    private func establish() {
        guard let certificate = SSL_get1_peer_certificate(session) else { return refuse() }
        defer { X509_free(certificate) }
        guard !expected.isEmpty, DTLSIdentity.fingerprint(of: certificate) == expected else { return refuse() }
        guard let keys = exportKeys() else { return refuse(.noSRTP) }
        state = .established(keys)
    }

    /// Room for a record in each direction, 20 kB in all, **which is there only while OpenSSL reads or writes**: of DTLS it gives nothing
    /// back by itself. Of a hundred who come at once each waits for the others most of the time, and whose handshake is done hardly has
    /// a word to say or to hear any more.
    private func withBuffers(_ body: () -> Void) {
        // Without them it would write to nowhere.
        guard SSL_alloc_buffers(session) == 1 else { return end(.failed) }
        body()
        // What was read of a record and not taken stands in there; OpenSSL before 3.0.14 would not look (CVE-2024-4741).
        if SSL_has_pending(session) == 0 { SSL_free_buffers(session) }
    }

    private func refuse(_ reason: DTLSEnd = .wrongCertificate) {
        SSL_shutdown(session)
        waiting += drain()
        end(reason)
    }

    private func end(_ reason: DTLSEnd) {
        // An alert that says why may be waiting.
        waiting += drain()
        state = .ended(reason)
    }

    private func exportKeys() -> DTLSKeys? {
        guard let chosen = SSL_get_selected_srtp_profile(session),
            let profile = SRTPProfile.allCases.first(where: { UInt(chosen.pointee.id) == UInt($0.rawValue) })
        else { return nil }
        let label: StaticString = "EXTRACTOR-dtls_srtp"
        var material = [UInt8](repeating: 0, count: 2 * (profile.keyLength + profile.saltLength))
        let isDone = label.withUTF8Buffer { label in
            label.withMemoryRebound(to: CChar.self) { label in
                SSL_export_keying_material(session, &material, material.count, label.baseAddress, label.count, nil, 0, 0)
            }
        }
        guard isDone == 1, let pair = SRTPMasterKey.pair(profile, exported: material) else { return nil }
        return role == .server ? DTLSKeys(ours: pair.server, theirs: pair.client) : DTLSKeys(ours: pair.client, theirs: pair.server)
    }

    /// What OpenSSL wrote, in datagrams. Memory keeps no borders, so they are found again at those of records (RFC 6347 §4.1).
    private func drain() -> [[UInt8]] {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        guard !bytes.isEmpty else { return [] }
        let count = BIO_read(output, &bytes, CInt(clamping: bytes.count))
        var datagrams: [[UInt8]] = []
        var rest = bytes.prefix(Int(max(0, count)))
        while rest.count >= Self.recordHead {
            let length = Self.recordHead + (Int(rest[rest.startIndex + 11]) << 8 | Int(rest[rest.startIndex + 12]))
            let record = rest.prefix(length)
            rest = rest.dropFirst(length)
            if let last = datagrams.indices.last, datagrams[last].count + record.count <= Self.longest {
                datagrams[last] += record
            } else {
                datagrams.append(Array(record))
            }
        }
        return datagrams
    }

    private static let recordHead = 13
    /// The change of ciphers, and all other words of a handshake (RFC 5246 §6.2.1).
    private static let handshakeTypes: Set<UInt8> = [20, 22]
}

/// The keys of both directions.
package struct DTLSKeys: Sendable {
    package let ours: SRTPMasterKey
    package let theirs: SRTPMasterKey
}

/// Why a session is over.
package enum DTLSEnd: UInt8, Error, CaseIterable, Sendable {
    case closed
    /// The certificate is not that of the description.
    case wrongCertificate
    /// No way of sealing that both know.
    case noSRTP
    case silence
    /// What OpenSSL refused.
    case failed
}
