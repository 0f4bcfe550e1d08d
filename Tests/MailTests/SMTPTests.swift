import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Mail

/// What goes over the wire to a real mail server (C57, VEL-41).
@Suite(.timeLimit(.minutes(2))) struct SMTPTests {
    private let composer = Composer(
        from: EmailAddress("sotto@example.org")!, siteName: "Harbour Café", origin: "https://talk.example.org",
        controller: "Harbour Club, 1 Quay")

    private func mail(to address: String = "ana@example.org", from sender: String = "sotto@example.org") -> Mail {
        let letter = Letter(
            LetterTemplate("test", .essential, purpose: "a test"), to: EmailAddress(address)!, in: .english,
            subject: "Confirm your address",
            body: "Hello Ana,\n\n.\n\nopen https://talk.example.org/confirm-email/abc")
        let composed = composer.compose(
            letter, id: ID(at: .init(milliseconds: 1_800_000_000_000)), at: .init(milliseconds: 1_800_000_000_000))
        return Mail(sender: sender, recipient: composed.recipient, text: composed.text)
    }

    private func client(_ url: String, _ authority: TestAuthority?) throws -> SMTPClient {
        SMTPClient(try #require(MailServer(url, authority: authority?.certificate)), connectSeconds: 5, totalSeconds: 10)
    }

    @Test("VEL-41 a mail goes out after STARTTLS with a proved certificate, and arrives as it was written")
    func mailGoesOutAfterSTARTTLS() async throws {
        let authority = try await TestAuthority()
        let server = try await TestMailServer(.startTLS, certificate: authority.certificate(for: ["IP:127.0.0.1"]))
        let client = try client("smtp://127.0.0.1:\(server.port)", authority)
        let mail = mail()
        #expect(await client.deliver(mail) == .accepted)
        let received = try #require(await server.next())
        #expect(received.encrypted)
        #expect(received.sender == "sotto@example.org")
        #expect(received.recipients == ["ana@example.org"])
        #expect(received.text == Data(mail.text))
    }

    @Test("VEL-41 a mail goes out over TLS from the first byte")
    func mailGoesOutOverImplicitTLS() async throws {
        let authority = try await TestAuthority()
        let server = try await TestMailServer(.implicit, certificate: authority.certificate(for: ["IP:127.0.0.1"]))
        let client = try client("smtps://127.0.0.1:\(server.port)", authority)
        #expect(await client.deliver(mail()) == .accepted)
        #expect(await client.deliver(mail(to: "ben@example.org")) == .accepted)
        #expect(await server.next()?.encrypted == true)
    }

    @Test("VEL-41 a server without encryption gets nothing")
    func aPlainServerGetsNothing() async throws {
        let server = try await TestMailServer(.plain)
        #expect(await try client("smtp://127.0.0.1:\(server.port)", nil).deliver(mail()) == .unusable(.unencrypted))
        #expect(await server.next(within: .milliseconds(300)) == nil)
    }

    @Test("VEL-41 a certificate of an unknown authority is refused, and so is one for another name")
    func aBadCertificateIsRefused() async throws {
        let (authority, stranger) = (try await TestAuthority(), try await TestAuthority())
        let unknown = try await TestMailServer(.startTLS, certificate: stranger.certificate(for: ["IP:127.0.0.1"]))
        #expect(await try client("smtp://127.0.0.1:\(unknown.port)", authority).deliver(mail()) == .unusable(.untrusted))
        let misnamed = try await TestMailServer(.implicit, certificate: authority.certificate(for: ["DNS:other.example.org"]))
        #expect(await try client("smtps://127.0.0.1:\(misnamed.port)", authority).deliver(mail()) == .unusable(.untrusted))
        #expect(await unknown.next(within: .milliseconds(300)) == nil)
        #expect(await misnamed.next(within: .milliseconds(300)) == nil)
    }

    @Test func theServerIsToldWhoWeAreAndAWrongPasswordIsTold() async throws {
        let authority = try await TestAuthority()
        let server = try await TestMailServer(
            .startTLS, certificate: authority.certificate(for: ["IP:127.0.0.1"]), user: "sotto@example.org", password: "p/w%@")
        let address = "127.0.0.1:\(server.port)"
        #expect(await try client("smtp://sotto%40example.org:p%2Fw%25%40@\(address)", authority).deliver(mail()) == .accepted)
        #expect(await server.next()?.user == "sotto@example.org")
        #expect(await try client("smtp://sotto%40example.org:wrong@\(address)", authority).deliver(mail()) == .unusable(.denied))
    }

    @Test func theServersAnswersAreToldApart() async throws {
        let authority = try await TestAuthority()
        let server = try await TestMailServer(.startTLS, certificate: authority.certificate(for: ["IP:127.0.0.1"]))
        let client = try client("smtp://127.0.0.1:\(server.port)", authority)
        #expect(await client.deliver(mail(to: "refused@example.org")) == .refused(code: 550))
        #expect(await client.deliver(mail(to: "later@example.org")) == .postponed(code: 451))
        #expect(await client.deliver(mail(to: "toobig@example.org")) == .refused(code: 552))
        #expect(await client.deliver(mail(from: "stranger@example.org")) == .unusable(.sender(code: 553)))
        #expect(await client.deliver(mail()) == .accepted)
    }

    @Test func aServerThatIsAwayIsToldAndFoundAgain() async throws {
        let authority = try await TestAuthority()
        let certificate = try await authority.certificate(for: ["IP:127.0.0.1"])
        let server = try await TestMailServer(.startTLS, certificate: certificate)
        let client = try client("smtp://127.0.0.1:\(server.port)", authority)
        #expect(await client.deliver(mail()) == .accepted)
        await server.stop()
        #expect(await client.deliver(mail()) == .unusable(.unreachable))
        let again = try await TestMailServer(.startTLS, certificate: certificate, port: server.port)
        #expect(await client.deliver(mail()) == .accepted)
        #expect(await again.next() != nil)
    }

    @Test func aProbeSaysWhetherTheServerCanBeUsedAndSendsNothing() async throws {
        let authority = try await TestAuthority()
        let server = try await TestMailServer(.startTLS, certificate: authority.certificate(for: ["IP:127.0.0.1"]))
        #expect(await try client("smtp://127.0.0.1:\(server.port)", authority).probe(as: "sotto@example.org") == nil)
        #expect(await try client("smtp://127.0.0.1:\(server.port)", nil).probe(as: "sotto@example.org") == .untrusted)
        #expect(await server.next(within: .milliseconds(300)) == nil)
    }

    @Test func cancellingStopsAtOnce() async throws {
        // Nobody ever answers here: a listening socket whose connections are not accepted.
        let silent = try SilentListener()
        let client = SMTPClient(try #require(MailServer("smtp://127.0.0.1:\(silent.port)")), connectSeconds: 60, totalSeconds: 60)
        let mail = mail()
        let began = ContinuousClock.now
        let delivery = Task { await client.deliver(mail) }
        delivery.cancel()
        #expect(await delivery.value == .interrupted)
        // Far below the 60 seconds it would have waited, also on a busy machine.
        #expect(ContinuousClock.now - began < .seconds(30))
    }
}

/// Takes connections into its backlog and never says a word.
private struct SilentListener {
    let port: Int
    private let socket: FileHandle

    init() throws {
        let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        socket = FileHandle(fileDescriptor: number, closeOnDealloc: true)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(number, $0, length)
                _ = getsockname(number, $0, &length)
            }
        }
        #expect(listen(number, 8) == 0)
        port = Int(UInt16(bigEndian: address.sin_port))
    }
}
