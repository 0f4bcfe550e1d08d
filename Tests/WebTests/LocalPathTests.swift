import Hummingbird
import TestKit
import Testing
import Web

/// Mallory would like our sign-in page to send people on to hers.
@Suite struct LocalPathTests {
    @Test(arguments: [
        "https://mallory.test/", "//mallory.test", "///mallory.test", "/\\mallory.test", "\\\\mallory.test", "/\t/mallory.test",
        "/\n/mallory.test",
        "\t//mallory.test", " //mallory.test", "javascript:alert(1)", "mallory.test", "", "/é", "/a b", "/a\r\nSet-Cookie: x=y", "/\u{0}",
        "/%0d%0a\\", "http:/mallory.test", "/" + String(repeating: "a", count: 2000),
    ]) func whatCouldLeadAwayIsNoPathOfOurs(text: String) {
        #expect(LocalPath(text) == nil)
        #expect(LocalPath(orHome: text) == .home)
    }

    @Test(arguments: ["/", "/contacts", "/directory?q=%C3%A9&page=2", "/a//b", "/@mallory.test", "/:80", "/%2F/mallory.test"])
    func anAddressHereStaysAsItIs(text: String) {
        #expect(LocalPath(text)?.description == text)
    }

    @Test func theLanguageFormLeadsBackOnlyHere() async throws {
        let places = ["/contacts?q=a", "//mallory.test", "https://mallory.test", "/\\mallory.test"]
        let locations = try await TestServer.run { server in
            var locations: [String?] = []
            for place in places {
                locations.append(
                    try await TestBrowser(server).post("/settings/language", [("language", "fr"), ("return", place)]).location)
            }
            return locations
        }
        #expect(locations == ["/contacts?q=a", "/", "/", "/"])
    }

    @Test func signingInNeverLeadsAway() {
        #expect(Mount.signIn(backTo: "//mallory.test").description == "/sign-in")
        #expect(Mount.signIn(backTo: "/").description == "/sign-in")
        #expect(Mount.signIn(backTo: "/people/1?a=b&c").description == "/sign-in?return=%2Fpeople%2F1%3Fa%3Db%26c")
    }
}
