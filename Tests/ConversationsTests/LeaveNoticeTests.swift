import Conversations
import TestKit
import Testing

/// Links in messages lead away; the notice says whither (C16, VZO-15, VOC-36, VEL-13).
@Suite(.timeLimit(.minutes(1))) struct LeaveNoticeTests {
    @Test("C16: the notice names the host, leads nowhere by itself and hands nothing on")
    func notice() async throws {
        try await TestHouse.run { house in
            let browser = TestBrowser(house)
            let answer = try await browser.get("/leave?to=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1%26c")
            #expect(answer.status == 200 && answer.location == nil)
            #expect(answer.text.contains("<bdi dir=\"ltr\">example.org</bdi>"))
            #expect(answer.text.contains(#"href="https://example.org/a?b=1&amp;c" rel="noopener noreferrer nofollow""#))
            #expect(!answer.text.contains("http-equiv"))
            #expect(browser.cookies.isEmpty)
            #expect(try await browser.get("/leave?to=http%3A%2F%2Fexample.org").text.contains("not encrypted"))
        }
    }

    @Test(
        "C16: what a browser could take for something else is no address",
        arguments: [
            "javascript:alert(1)", "data:text/html,x", "//evil.example", "/people", "https://", "https:///x", "https:\\\\evil.example",
            "https://bank.example@evil.example/", "https://evil.example\u{9}/", "https://bank.example\\@evil.example", "https://a%2eb/",
            "https://bücher.example/", "ftp://example.org", "https://\"><script>", "https://.example.org", "",
        ])
    func refused(address: String) {
        #expect(LeaveNotice(address) == nil)
    }

    @Test("C16: the host is what stands between the slashes")
    func host() {
        #expect(LeaveNotice("https://Example.org:8443/x@y")?.host == "example.org:8443")
        #expect(LeaveNotice("http://[::1]?q=https://other.example")?.host == "[::1]")
    }
}
