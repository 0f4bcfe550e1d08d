import Foundation
import TestKit
import Testing

@testable import Server

/// Encryption towards browsers (C57, VOC-33, VOC-34), seen by curl and openssl, which are not ours.
@Suite(.timeLimit(.minutes(2))) struct TLSTests {
    /// What `openssl s_client` says about a handshake.
    private func handshake(_ port: Int, _ options: String...) async throws -> String {
        try await Shell.run(
            "/bin/sh", ["-c", "openssl s_client -connect 127.0.0.1:\(port) \(options.joined(separator: " ")) </dev/null 2>&1 || true"])
    }

    /// The names in the certificate that is shown.
    private func names(_ port: Int) async throws -> String {
        let file = TemporaryFolder.path("shown.pem")
        try await handshake(port, "-showcerts").write(toFile: file, atomically: true, encoding: .utf8)
        return try await Shell.run("/usr/bin/openssl", ["x509", "-in", file, "-noout", "-ext", "subjectAltName"])
    }

    @Test("VOC-33 TLS 1.1 is refused, 1.2 and 1.3 are spoken, with forward secrecy only")
    func oldTLSIsRefused() async throws {
        try await TestHouse.run({ $0.set(\.tlsSelfSigned, to: true) }) { server async throws in
            #expect(try await handshake(server.port, "-tls1_3").contains("TLSv1.3, Cipher is TLS_"))
            #expect(try await handshake(server.port, "-tls1_2").contains("TLSv1.2, Cipher is ECDHE-"))
            for old in ["-tls1_1", "-tls1"] {
                #expect(try await handshake(server.port, old, "-cipher", "DEFAULT:@SECLEVEL=0").contains("Cipher is (NONE)"))
            }
            for weak in ["AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "AES128-GCM-SHA256"] {
                #expect(try await handshake(server.port, "-tls1_2", "-cipher", "\(weak):@SECLEVEL=0").contains("Cipher is (NONE)"))
            }
        }
    }

    @Test("VOC-33 every answer tells the browser to stay with HTTPS")
    func everyAnswerTellsTheBrowserToStayWithHTTPS() async throws {
        try await TestHouse.run({ $0.set(\.tlsSelfSigned, to: true) }) { server async throws in
            let certificate = server.settings.dataDirectory + "/tls/certificate.pem"
            for path in ["/health/live", "/nothing"] {
                let answer = try await Shell.run(
                    "/usr/bin/curl", ["-si", "--cacert", certificate, "https://localhost:\(server.port)\(path)"])
                #expect(answer.lowercased().contains("strict-transport-security: max-age=63072000"))
            }
            // The certificate is good for the addresses of the machine too, and for no other name.
            _ = try await Shell.run("/usr/bin/curl", ["-s", "--cacert", certificate, "https://127.0.0.1:\(server.port)/health/live"])
            await #expect(throws: Shell.Failed.self) {
                try await Shell.run(
                    "/usr/bin/curl",
                    [
                        "-s", "--cacert", certificate, "--resolve", "other.test:\(server.port):127.0.0.1",
                        "https://other.test:\(server.port)/",
                    ])
            }
        }
    }

    @Test("VOC-34 plain HTTP shows the way and reads no form")
    func plainHTTPShowsTheWay() async throws {
        let port = FreePort.any()
        try await TestHouse.run({
            $0.set(\.tlsSelfSigned, to: true)
            $0.set(\.redirectPort, to: port)
        }) { server async throws in
            let page = try await Shell.run("/usr/bin/curl", ["-si", "http://127.0.0.1:\(port)/people/x?y=z"])
            #expect(page.hasPrefix("HTTP/1.1 308"))
            #expect(page.lowercased().contains("location: \(server.origin)/people/x?y=z\r\n"))
            let form = try await Shell.run("/usr/bin/curl", ["-si", "-d", "password=x", "http://127.0.0.1:\(port)/sign-in"])
            #expect(form.hasPrefix("HTTP/1.1 403"))
            #expect(!form.lowercased().contains("location:"))
        }
    }

    @Test func aSelfSignedCertificateIsReadByOthersAndKept() async throws {
        var settings = try await TestHouse.settings()
        settings.set(\.tlsSelfSigned, to: true)
        let first = try await TestHouse(settings)
        let file = settings.dataDirectory + "/tls/certificate.pem"
        let text = try await Shell.run("/usr/bin/openssl", ["x509", "-in", file, "-noout", "-text"])
        #expect(text.contains("Version: 3 (0x2)"))
        #expect(text.contains("DNS:localhost"))
        #expect(text.contains("IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1"))
        #expect(text.contains("TLS Web Server Authentication"))
        #expect(text.contains("CA:FALSE"))
        let verified = try await Shell.run("/usr/bin/openssl", ["verify", "-CAfile", file, file])
        #expect(verified.contains("OK"))
        let print = try await Shell.run("/usr/bin/openssl", ["x509", "-in", file, "-noout", "-fingerprint", "-sha256"])
        #expect(print.contains(first.house.certificate?.fingerprint ?? "no certificate"))
        try await first.stop()
        let second = try await TestHouse(settings)
        #expect(second.house.certificate?.fingerprint == first.house.certificate?.fingerprint)
        try await second.stop()
    }

    @Test func aRenewedCertificateIsUsedWithoutARestart() async throws {
        let authority = try await TestAuthority()
        let (old, new) = (try await authority.certificate(for: ["DNS:old.test"]), try await authority.certificate(for: ["DNS:new.test"]))
        let (certificate, key) = (TemporaryFolder.path("c.pem"), TemporaryFolder.path("k.pem"))
        func install(_ pair: TestAuthority.Certificate) throws {
            try String(contentsOfFile: pair.certificate, encoding: .utf8).write(toFile: certificate, atomically: true, encoding: .utf8)
            try String(contentsOfFile: pair.key, encoding: .utf8).write(toFile: key, atomically: true, encoding: .utf8)
        }
        try install(old)
        var settings = ServerProcess.freshSettings()
        settings["tls.certificate"] = certificate
        settings["tls.key"] = key
        let server = try await ServerProcess(settings)
        let port = Int(server.origin.split(separator: ":").last ?? "") ?? 0
        #expect(try await names(port).contains("old.test"))
        // A pair that does not belong together changes nothing.
        try String(contentsOfFile: new.certificate, encoding: .utf8).write(toFile: certificate, atomically: true, encoding: .utf8)
        server.signal(SIGHUP)
        while !server.output.contains("the old certificate stays in use") { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await names(port).contains("old.test"))
        try install(new)
        server.signal(SIGHUP)
        while !server.output.contains("the new certificate is in use") { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await names(port).contains("new.test"))
        #expect(await server.stop() == 0)
    }

    @Test func filesThatAreNoCertificateStopTheStartWithALine() async throws {
        let empty = TemporaryFolder.path("empty.pem")
        try Data().write(to: URL(filePath: empty))
        var settings = try await TestHouse.settings()
        settings.set(\.tlsCertificate, to: empty)
        settings.set(\.tlsKey, to: empty)
        await #expect(throws: SettingsProblem(lines: ["tls.certificate: \(empty) holds no certificate that can be read (PEM)."])) {
            _ = try await TestHouse(settings)
        }
    }
}
