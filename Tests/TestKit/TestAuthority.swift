import Foundation

/// A certificate authority that lives as long as one test.
package struct TestAuthority: Sendable {
    package struct Certificate: Sendable {
        package let certificate: String
        package let key: String
    }

    /// The authority's own certificate: who trusts it trusts all it signs.
    package let certificate: String
    private let key: String
    private let folder: String

    package init() async throws {
        folder = TemporaryFolder.make()
        certificate = folder + "/authority.pem"
        key = folder + "/authority.key"
        try await openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
            "/CN=Test authority",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign", "-keyout", key, "-out", certificate)
    }

    /// Signs a certificate for these names: `IP:127.0.0.1`, `DNS:example.org`.
    package func certificate(for names: [String]) async throws -> Certificate {
        let own = TemporaryFolder.make()
        try await openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=test", "-keyout",
            own + "/key.pem",
            "-out", own + "/request.pem")
        try "subjectAltName=\(names.joined(separator: ","))\n".write(toFile: own + "/extensions", atomically: true, encoding: .utf8)
        try await openssl(
            "x509", "-req", "-in", own + "/request.pem", "-CA", certificate, "-CAkey", key, "-CAcreateserial", "-days", "2", "-extfile",
            own + "/extensions", "-out", own + "/certificate.pem")
        return Certificate(certificate: own + "/certificate.pem", key: own + "/key.pem")
    }

    private func openssl(_ arguments: String...) async throws {
        try await Shell.run("/usr/bin/openssl", arguments)
    }
}
