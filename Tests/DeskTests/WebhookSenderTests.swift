import TestKit
import Testing

@testable import Desk

/// What a request to a webhook is and where it goes, as those who are asked see it.
@Suite(.timeLimit(.minutes(2))) struct WebhookSenderTests {
    private func request(_ url: String) -> WebhookSender.Request {
        .init(url: url, headers: ["webhook-id: msg_1"], body: "{}")
    }

    @Test("The signature is the one of Standard Webhooks' own example") func signature() {
        #expect(
            Webhook.signature(
                of: #"{"test": 2432232314}"#, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: 1_614_265_330,
                under: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("A private address is asked for nothing, by whatever name, unless whoever runs the server allows it")
    func privateHost() async throws {
        let listener = WebhookListener()
        try await listener.open()
        let secret = listener.url.replacing("http:", with: "https:")
        for url in [secret, secret.replacing("127.0.0.1", with: "localhost"), secret.replacing("127.0.0.1", with: "[::1]")] {
            #expect(await WebhookSender(privateHosts: []).send(request(url)) == .failed("not a public address"), "\(url)")
        }
        #expect(await WebhookSender(privateHosts: []).send(request(listener.url)) == .failed("not https"))
        #expect(listener.heard.isEmpty)
        #expect(await WebhookSender(privateHosts: ["127.0.0.1"]).send(request(listener.url)) == .status(204))
        #expect(listener.heard.map(\.id) == ["msg_1"])
        try await listener.close()
    }

    @Test("The connection goes to the address that was looked up, whatever the name leads to a moment later")
    func rebinding() async throws {
        let inside = WebhookListener()
        try await inside.open()
        let url = inside.url.replacing("127.0.0.1", with: "hooks.invalid")
        let sender = WebhookSender(privateHosts: ["hooks.invalid"]) { _ in ["127.0.0.1"] }
        #expect(await sender.send(request(url)) == .status(204), "no resolver knows this name")
        // A name that leads inside by now, when another address was checked: nobody answers there, and nothing arrives here.
        let turned = WebhookSender(privateHosts: ["localhost"]) { _ in ["127.0.0.2"] }
        #expect(await turned.send(request(inside.url.replacing("127.0.0.1", with: "localhost"))) == .failed("no connection"))
        #expect(inside.heard.count == 1)
        try await inside.close()
    }

    @Test("A redirect is an answer and no way to somewhere else") func redirect() async throws {
        let inside = WebhookListener()
        try await inside.open()
        let outside = WebhookListener(redirectingTo: inside.url) { _, _ in 307 }
        try await outside.open()
        #expect(await WebhookSender(privateHosts: ["127.0.0.1"]).send(request(outside.url)) == .status(307))
        #expect(outside.heard.count == 1 && inside.heard.isEmpty)
        try await outside.close()
        try await inside.close()
    }
}
