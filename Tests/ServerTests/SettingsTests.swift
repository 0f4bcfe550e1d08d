import Foundation
import TestKit
import Testing

@testable import Server

/// Where settings come from, and what is said about mistakes in them.
@Suite struct SettingsTests {
    private func file(_ json: String) throws -> String {
        let path = TemporaryFolder.path("settings.json")
        try json.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func mistakes(_ environment: [String: String] = [:], file json: String = "{}", overrides: [String] = []) async throws
        -> [String]
    {
        let path = try file(json)
        do {
            _ = try await Settings.load(environment: environment, file: path, overrides: overrides)
            return []
        } catch {
            return error.lines.map { $0.replacingOccurrences(of: path, with: "FILE") }
        }
    }

    @Test func theCommandLineCountsBeforeTheEnvironmentBeforeTheFileBeforeTheDefault() async throws {
        let path = try file(
            #"{"port": 1, "address": "127.0.0.3", "site": {"name": "File"}, "turn": {"urls": ["turn:a", "turn:b"], "secret": "s"}}"#)
        let settings = try await Settings.load(
            environment: ["SOTTO_PORT": "2", "SOTTO_ADDRESS": "127.0.0.2", "SOTTO_TLS_SELF_SIGNED": "true", "PATH": "/bin"], file: path,
            overrides: ["port=3"])
        #expect(settings.port == 3)
        #expect(settings.address == "127.0.0.2")
        #expect(settings.siteName == "File")
        #expect(settings.tlsSelfSigned)
        #expect(settings.turnURLs == ["turn:a", "turn:b"])
        #expect(settings.connections == 12_000)
    }

    @Test func theFileMayBeNamedInTheEnvironment() async throws {
        let settings = try await Settings.load(environment: ["SOTTO_SETTINGS": file(#"{"port": 77}"#)])
        #expect(settings.port == 77)
    }

    @Test func anUnknownNameStopsTheStartAndIsToldWithTheOneThatWasMeant() async throws {
        #expect(try await mistakes(["SOTTO_PROT": "1"]) == ["SOTTO_PROT: there is no such setting. Did you mean SOTTO_PORT?"])
        #expect(
            try await mistakes(file: #"{"tls": {"certificat": "x"}, "port": 1}"#) == [
                "FILE: there is no setting \"tls.certificat\". Did you mean tls.certificate?"
            ])
        #expect(try await mistakes(overrides: ["colour=red"]) == ["--set colour: there is no such setting."])
        #expect(try await mistakes(["SOTTO_TEST_POSTGRES": "x"]) == [])
    }

    @Test func aMalformedValueStopsTheStartWithItsNameAndForm() async throws {
        #expect(
            try await mistakes(["SOTTO_PORT": "eighty"]) == ["SOTTO_PORT: \"eighty\" is not a whole number from 0 to 65535."])
        #expect(try await mistakes(["SOTTO_PORT": "70000"]) == ["SOTTO_PORT: \"70000\" is not a whole number from 0 to 65535."])
        #expect(try await mistakes(file: #"{"port": "80"}"#) == ["FILE: \"port\": \"80\" is not a whole number from 0 to 65535."])
        #expect(try await mistakes(file: #"{"tls": {"selfSigned": "yes"}}"#) == ["FILE: \"tls.selfSigned\": \"yes\" is not true or false."])
        #expect(
            try await mistakes(["SOTTO_REGISTRATION": "all"]) == [
                "SOTTO_REGISTRATION: \"all\" is not \"open\" or \"invitation\" or \"closed\"."
            ])
        #expect(
            try await mistakes(["SOTTO_MEDIA_CODECS": "VP8,H265"]) == [
                "SOTTO_MEDIA_CODECS: \"VP8,H265\" is not a list of codecs: VP8, VP9, AV1 or H264."
            ])
        #expect(try await mistakes(file: "not json").count == 1)
    }

    @Test func aSecretIsNeverRepeated() async throws {
        let lines = try await mistakes(["SOTTO_MAIL_URL": "http://user:marker-secret@host", "SOTTO_DATABASE_URL": "marker-secret"])
        #expect(lines.count == 2)
        #expect(!lines.joined().contains("marker-secret"))
        #expect(lines.contains("SOTTO_MAIL_URL: its value is not a URL that begins with smtp:// or smtps://."))
    }

    @Test func allMistakesAreToldAtOnce() async throws {
        #expect(try await mistakes(["SOTTO_PORT": "x", "SOTTO_HOST": "y"], overrides: ["limits.connections=0"]).count == 3)
    }

    @Test("C57 nobody is served without encryption beyond this machine")
    func nobodyIsServedWithoutEncryptionBeyondThisMachine() async throws {
        #expect(try await mistakes(overrides: ["address=0.0.0.0"]).count == 1)
        #expect(try await mistakes(overrides: ["address=192.0.2.1"]).count == 1)
        #expect(try await mistakes(overrides: ["address=0.0.0.0", "tls.selfSigned=true"]) == [])
        #expect(try await mistakes(overrides: ["address=0.0.0.0", "trustedProxies=10.0.0.0/8"]) == [])
        #expect(try await mistakes(overrides: ["origin=http://talk.example.org"]).count == 1)
        #expect(try await mistakes(overrides: ["origin=https://talk.example.org/"]).count == 1)
        #expect(try await mistakes(overrides: ["origin=https://talk.example.org"]) == [])
    }

    @Test("C58 keys and data are not kept in one place")
    func keysAndDataAreNotKeptInOnePlace() async throws {
        #expect(try await mistakes(overrides: ["data.directory=/srv/sotto", "keys.root=/srv/sotto/keys/../root.key"]).count == 1)
        #expect(try await mistakes(overrides: ["database.url=postgres://h/d", "keys.url=postgres://h/d"]).count == 1)
    }

    @Test func everyNameIsUniqueInTheFileAndInTheEnvironment() {
        #expect(Set(Options.all.map(\.name)).count == Options.all.count)
        #expect(Set(Options.all.map(\.environmentName)).count == Options.all.count)
        #expect(Options.all.count == Mirror(reflecting: Options()).children.count)
        #expect(Options.all.allSatisfy { $0.meaning.hasSuffix(".") })
    }

    @Test func theDocumentListsExactlyTheSettingsThereAre() throws {
        let text = try String(contentsOfFile: Repository.path + "/docs/operating.md", encoding: .utf8)
        let begin = try #require(text.range(of: "<!-- settings: written by `sotto settings --markdown` -->\n"))
        let end = try #require(text.range(of: "<!-- end of settings -->"))
        #expect(text[begin.upperBound..<end.lowerBound] == Settings.markdown, "put there what `sotto settings --markdown` prints")
    }
}
