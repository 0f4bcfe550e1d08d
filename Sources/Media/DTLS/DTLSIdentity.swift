internal import COpenSSL

/// The key and certificate by which this server proves itself to browsers: its own, and the same for all until it is made anew.
///
/// Who is behind it says the fingerprint in the description, which travels over HTTPS; so the certificate signs itself (RFC 8827 §6.5).
/// OpenSSL draws its own random numbers, here and in each handshake: the one exception to this target's rule.
package final class DTLSIdentity {
    /// How long it may be used before it is made anew.
    package static let lifetime: Duration = .seconds(30 * 24 * 3600)
    /// The clocks of browsers may be behind.
    private static let tolerance: Int64 = 24 * 3600

    /// Handshakes in either role are made in here.
    let context: OpaquePointer
    /// SHA-256 of the certificate (RFC 8122 §5).
    package let fingerprint: [UInt8]

    /// Nil when OpenSSL fails, for want of memory or of random numbers.
    package init?(secondsSince1970 now: Int64) {
        guard let key = Self.makeKey() else { return nil }
        defer { EVP_PKEY_free(key) }
        guard let certificate = Self.makeCertificate(of: key, at: now) else { return nil }
        defer { X509_free(certificate) }
        guard let fingerprint = Self.fingerprint(of: certificate), let context = Self.makeContext(key, certificate) else { return nil }
        self.fingerprint = fingerprint
        self.context = context
    }

    deinit {
        SSL_CTX_free(context)
    }

    /// As a description has it: `sha-256 AB:CD:…`.
    package var fingerprintText: String {
        "sha-256 " + fingerprint.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: ":")
    }

    private static func makeKey() -> OpaquePointer? {
        guard let generator = EVP_PKEY_CTX_new_id(NID_X9_62_id_ecPublicKey, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(generator) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(generator) == 1, EVP_PKEY_CTX_set_ec_paramgen_curve_nid(generator, NID_X9_62_prime256v1) == 1,
            EVP_PKEY_keygen(generator, &key) == 1
        else { return nil }
        return key
    }

    private static func makeCertificate(of key: OpaquePointer, at now: Int64) -> OpaquePointer? {
        guard let certificate = X509_new() else { return nil }
        let end = now + tolerance + lifetime.components.seconds
        let name = X509_get_subject_name(certificate)
        guard X509_set_version(certificate, 2) == 1, ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1,
            ASN1_TIME_set(X509_getm_notBefore(certificate), time_t(now - tolerance)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(certificate), time_t(end)) != nil,
            // The same for every server, so that a certificate tells nothing about who runs it.
            X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, "WebRTC", -1, -1, 0) == 1,
            X509_set_issuer_name(certificate, name) == 1, X509_set_pubkey(certificate, key) == 1,
            X509_sign(certificate, key, EVP_sha256()) > 0
        else {
            X509_free(certificate)
            return nil
        }
        return certificate
    }

    static func fingerprint(of certificate: OpaquePointer) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: CUnsignedInt = 0
        guard X509_digest(certificate, EVP_sha256(), &digest, &length) == 1, length == 32 else { return nil }
        return digest
    }

    private static func makeContext(_ key: OpaquePointer, _ certificate: OpaquePointer) -> OpaquePointer? {
        guard let context = SSL_CTX_new(DTLS_method()) else { return nil }
        let profiles = SRTPProfile.allCases.map(\.name).joined(separator: ":")
        // No tickets and no renegotiation: a connection has one handshake. The last is for memory, which knows no MTU.
        SSL_CTX_set_options(context, Option.noTicket | Option.noRenegotiation | Option.noQueryMTU)
        guard SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(DTLS1_2_VERSION), nil) == 1,
            SSL_CTX_set_cipher_list(context, ciphers) == 1, SSL_CTX_use_certificate(context, certificate) == 1,
            SSL_CTX_use_PrivateKey(context, key) == 1,
            // Room to write is made for that much; what is longer than a datagram is never written.
            SSL_CTX_ctrl(context, Option.setMaxSendFragment, 2 * DTLSSession.longest, nil) == 1,
            // This one answers 0 when it agrees.
            SSL_CTX_set_tlsext_use_srtp(context, profiles) == 0
        else {
            SSL_CTX_free(context)
            return nil
        }
        // Whoever it is must show a certificate. Which one is compared with the description afterwards.
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT) { _, _ in 1 }
        return context
    }

    private static let ciphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"

    /// Macros in OpenSSL's header which do not come over, as they have arguments or hide them.
    private enum Option {
        static let noQueryMTU: UInt64 = 1 << 12
        static let noTicket: UInt64 = 1 << 14
        static let setMaxSendFragment: CInt = 52
        static let noRenegotiation: UInt64 = 1 << 30
    }
}
