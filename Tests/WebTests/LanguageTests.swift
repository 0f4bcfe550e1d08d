import Foundation
import HTTPTypes
import TestKit
import Testing
import Vocabulary
import Web

@Suite struct LanguageTests {
    @Test(arguments: [
        ("", "en"), ("fr", "fr"), ("fr-CA,en;q=0.5", "fr"), ("de,ru;q=0.8,en;q=0.9", "en"), ("AR-eg", "ar"), ("en;q=0,ru", "ru"),
        ("zz,*;q=0.1", "en"), (";;;,,,q=", "en"), ("ru;q=abc", "ru"),
    ]) func theBrowsersWishIsMet(header: String, code: String) {
        #expect(Language(accepting: header).rawValue == code)
    }

    @Test func thePageSaysItsLanguageAndDirection() async throws {
        let (arabic, russian) = try await TestServer.run { server in
            let browser = TestBrowser(server)
            return (
                try await browser.get("/nowhere", [.acceptLanguage: "ar"]), try await browser.get("/nowhere", [.acceptLanguage: "ru"])
            )
        }
        #expect(arabic.text.contains("<html lang=\"ar\" dir=\"rtl\">"))
        #expect(russian.text.contains("<html lang=\"ru\" dir=\"ltr\">"))
        #expect(russian.headers[HTTPField.Name("Content-Language")!] == "ru")
    }

    @Test("VZO-26 nothing is remembered before the person chooses, and then what they chose wins") func aChoiceIsRemembered() async throws {
        let (before, cookies, answer, after) = try await TestServer.run { server in
            let ana = TestBrowser(server)
            let before = try await ana.get("/nowhere", [.acceptLanguage: "fr"])
            let cookies = ana.cookies
            let answer = try await ana.post("/settings/language", [("language", "ar"), ("return", "/nowhere")])
            return (before, cookies, answer, try await ana.get("/nowhere", [.acceptLanguage: "fr"]))
        }
        #expect(before.text.contains("lang=\"fr\""))
        #expect(cookies.isEmpty)
        #expect(answer.status == 303)
        #expect(
            answer.headers[.setCookie] == "__Host-language=ar; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000")
        #expect(after.text.contains("lang=\"ar\""))
    }

    @Test func aLanguageWeDoNotSpeakIsNotChosen() async throws {
        let answer = try await TestServer.run { try await TestBrowser($0).post("/settings/language", [("language", "tlh")]) }
        #expect(answer.status == 400)
    }

    @Test(arguments: [
        (Language.english, [0: "other", 1: "one", 2: "other", 21: "other"]),
        (.french, [0: "one", 1: "one", 2: "other", 1_000_000: "many", 2_000_000: "many", 1_000_001: "other"]),
        (
            .russian,
            [
                0: "many", 1: "one", 2: "few", 4: "few", 5: "many", 11: "many", 12: "many", 14: "many", 21: "one", 22: "few", 111: "many",
                101: "one",
            ]
        ),
        (
            .arabic,
            [
                0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many", 100: "other", 102: "other", 103: "few",
                111: "many",
            ]
        ),
    ]) func numbersTakeTheRightForm(language: Language, forms: [Int: String]) {
        for (count, form) in forms { #expect(language.plural(count).rawValue == form, "\(count)") }
    }

    @Test(arguments: [
        (Language.english, "Nov 21, 2026 at 5:07 AM GMT", "November 21, 2026"),
        (.french, "21 nov. 2026 à 05:07 UTC", "21 novembre 2026"),
        (.russian, "21 нояб. 2026 г., 05:07 GMT", "21 ноября 2026 г."),
        (.arabic, "21 نوفمبر، 2026، 5:07 ص غرينتش", "21 نوفمبر، 2026"),
    ]) func momentsAreWrittenAsTheLanguageDoes(language: Language, words: String, day: String) {
        let moment = Timestamp(milliseconds: 1_795_237_620_000)
        #expect(moment.machineText == "2026-11-21T05:07:00Z")
        // Which kind of space stands where differs between versions of the locale data.
        func plain(_ text: String) -> String { text.split(whereSeparator: { "\u{A0}\u{202F} ".contains($0) }).joined(separator: " ") }
        #expect(plain(moment.words(in: language)) == words)
        #expect(plain(moment.day(in: language)) == day)
    }

    @Test func numbersAreWrittenAsTheLanguageDoes() {
        #expect(Language.english.format(1_234_567) == "1,234,567")
        #expect(Language.french.format(1234) == "1\u{202F}234")
        #expect(Language.russian.format(-12345) == "-12\u{A0}345")
        #expect(Language.arabic.format(1234) == "1,234")
        #expect(Language.english.format(0) == "0")
        #expect(Language.english.format(999) == "999")
    }
}
