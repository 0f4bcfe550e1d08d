import Crypto
import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Vocabulary

/// The certificate shown to browsers, read again when its files change, so that a renewal needs no restart.
final class ServerCertificate: Sendable {
    private struct Pair {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        let stamp: [Date?]
    }

    private let certificateFile: String
    private let keyFile: String
    private let current: Mutex<Pair>

    private init(certificateFile: String, keyFile: String) throws {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        current = Mutex(try Self.read(certificateFile, keyFile))
    }

    /// The certificate the settings name or ask to be made; nil when this process speaks no TLS.
    static func load(_ settings: Settings) throws -> ServerCertificate? {
        if !settings.tlsCertificate.isEmpty {
            return try ServerCertificate(certificateFile: settings.tlsCertificate, keyFile: settings.tlsKey)
        }
        return settings.tlsSelfSigned ? try selfSigned(in: settings.dataDirectory + "/tls", at: SystemClock().now) : nil
    }

    /// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption, nothing older (C57, VOC-33).
    var configuration: TLSConfiguration {
        let pair = current.withLock { $0 }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.chain.map { .certificate($0) }, privateKey: .privateKey(pair.key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { [self] _, promise in
            let pair = current.withLock { $0 }
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = pair.chain.map { .certificate($0) }
            override.privateKey = .privateKey(pair.key)
            promise.succeed(override)
        }
        return configuration
    }

    /// Reads the files again. A pair that is not good leaves the old one in use. True when there is a new one.
    func reload() throws -> Bool {
        let stamp = Self.stamp(certificateFile, keyFile)
        guard stamp != current.withLock({ $0.stamp }) else { return false }
        let pair = try Self.read(certificateFile, keyFile)
        current.withLock { $0 = pair }
        return true
    }

    /// SHA-256 of the certificate, as browsers show it.
    var fingerprint: String {
        let bytes = (try? current.withLock { $0.chain[0] }.toDERBytes()) ?? []
        return SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }.joined(separator: ":")
    }

    var expires: Timestamp { Timestamp(milliseconds: Int64(current.withLock { $0.chain[0].notValidAfter }) * 1000) }

    /// Whether the certificate is for this host (RFC 9525 §6.3): a wildcard stands for one label.
    func covers(_ host: String) -> Bool {
        let names = current.withLock { $0.chain[0] }._subjectAlternativeNames()
        let address = Self.bytes(host)
        return names.contains { name in
            switch name.nameType {
            case .ipAddress: address == Array(name.contents)
            case .dnsName: Self.matches(String(decoding: name.contents, as: UTF8.self).lowercased(), host.lowercased())
            default: false
            }
        }
    }

    private static func matches(_ pattern: String, _ host: String) -> Bool {
        guard pattern.hasPrefix("*.") else { return pattern == host }
        return host.drop { $0 != "." } == pattern.dropFirst()
    }

    // MARK: - Files

    private static func read(_ certificateFile: String, _ keyFile: String) throws -> Pair {
        let stamp = stamp(certificateFile, keyFile)
        guard let chain = try? NIOSSLCertificate.fromPEMFile(certificateFile), !chain.isEmpty else {
            throw SettingsProblem(lines: ["tls.certificate: \(certificateFile) holds no certificate that can be read (PEM)."])
        }
        guard let key = try? NIOSSLPrivateKey(file: keyFile, format: .pem) else {
            throw SettingsProblem(lines: ["tls.key: \(keyFile) holds no key that can be read (PEM, without a passphrase)."])
        }
        // Only a context finds out whether they belong together.
        let together = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        guard (try? NIOSSLContext(configuration: together)) != nil else {
            throw SettingsProblem(lines: ["tls.key: the key in \(keyFile) does not belong to the certificate in \(certificateFile)."])
        }
        return Pair(chain: chain, key: key, stamp: stamp)
    }

    private static func stamp(_ files: String...) -> [Date?] {
        files.map { (try? FileManager.default.attributesOfItem(atPath: $0))?[.modificationDate] as? Date }
    }

    // MARK: - Self-signed

    /// The certificate in this folder, made anew when it is missing, nearly over, or for other addresses: browsers remember it.
    private static func selfSigned(in folder: String, at now: Timestamp) throws -> ServerCertificate {
        let (certificateFile, keyFile) = (folder + "/certificate.pem", folder + "/key.pem")
        let addresses = ["127.0.0.1", "::1"] + LocalAddresses.all
        if let known = try? ServerCertificate(certificateFile: certificateFile, keyFile: keyFile), known.expires > now + .days(30),
            known.names(addresses)
        {
            return known
        }
        let made = try SelfSignedCertificate(
            names: ["localhost", ProcessInfo.processInfo.hostName].filter { !$0.isEmpty }, addresses: addresses.compactMap(bytes), at: now)
        try PrivateFile.makeFolder(folder)
        for (text, file) in [(made.certificate, certificateFile), (made.key, keyFile)] {
            try? FileManager.default.removeItem(atPath: file)
            try PrivateFile.write(text, to: file)
        }
        return try ServerCertificate(certificateFile: certificateFile, keyFile: keyFile)
    }

    private func names(_ addresses: [String]) -> Bool {
        let named = current.withLock { $0.chain[0] }._subjectAlternativeNames().filter { $0.nameType == .ipAddress }.map {
            Array($0.contents)
        }
        return addresses.compactMap(Self.bytes).allSatisfy(named.contains)
    }

    private static func bytes(_ address: String) -> [UInt8]? {
        switch try? SocketAddress(ipAddress: address, port: 0) {
        case .v4(let four): withUnsafeBytes(of: four.address.sin_addr, Array.init)
        case .v6(let six): withUnsafeBytes(of: six.address.sin6_addr, Array.init)
        default: nil
        }
    }
}
