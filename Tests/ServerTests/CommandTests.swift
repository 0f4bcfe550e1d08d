import Foundation
import TestKit
import Testing

@testable import Server

/// The commands an operator types, as programs.
@Suite(.timeLimit(.minutes(3))) struct CommandTests {
    private let settings = ServerProcess.freshSettings()

    private func sotto(_ arguments: String...) async throws -> String {
        try await Shell.run(
            ServerProcess.program, arguments + settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] })
    }

    @Test("the command that people are told is the one they have, and says nothing of the machine")
    func whatIsTold() {
        #expect(Command.name(of: ".build/release/sotto") == ".build/release/sotto")
        #expect(Command.name(of: "/usr/local/bin/sotto") == "sotto" && Command.name(of: "sotto") == "sotto")
    }

    private struct DidNotFail: Error {}

    private func failure(_ arguments: String...) async throws -> Shell.Failed {
        do {
            _ = try await Shell.run(
                ServerProcess.program, arguments + settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] })
        } catch let failure as Shell.Failed {
            return failure
        }
        throw DidNotFail()
    }

    @Test func theOwnersLinkIsPrintedAtTheStartAndByCommand() async throws {
        let server = try await ServerProcess(settings)
        let link = try #require(await server.line(beginning: "  http")).drop { $0 == " " }
        #expect(link.hasPrefix(server.origin + "/owner/"))
        let status = try await Shell.run("/usr/bin/curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", String(link)])
        #expect(status == "200")
        #expect(try await sotto("owner", "--set", "origin=\(server.origin)").contains(server.origin + "/owner/"))
        // The new link ends the earlier one.
        let again = try await Shell.run("/usr/bin/curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", String(link)])
        #expect(again == "410")
        await server.stop()
    }

    @Test func aCopyGoesBackIntoAnEmptyPlaceOnlyAndWorks() async throws {
        let folder = TemporaryFolder.make()
        let server = try await ServerProcess(settings)
        #expect(try await sotto("backup", folder + "/data", "--keys", folder + "/keys").contains("was copied"))
        #expect(try await failure("backup", folder + "/data").output.contains("exists already"))
        await server.stop()
        #expect(
            try await failure("restore", folder + "/data", "--keys", folder + "/keys").output.contains(
                "exists already. Nothing was changed"))
        let home = settings["data.directory"] ?? ""
        try FileManager.default.moveItem(atPath: home, toPath: home + ".lost")
        #expect(try await sotto("restore", folder + "/data", "--keys", folder + "/keys").contains("The data is back."))
        let again = try await ServerProcess(settings)
        #expect(try await Shell.run("/usr/bin/curl", ["-s", again.origin + "/health/ready"]).contains("\"ready\""))
        await again.stop()
    }

    @Test func rootKeysRotateWhileTheServerRunsAndOldOnesGo() async throws {
        let server = try await ServerProcess(settings)
        let file = settings["keys.root"] ?? ""
        func ids() throws -> [Substring] { try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { $0.prefix(8) } }
        let old = try ids()
        #expect(try await sotto("keys", "rotate").contains("wrapped anew"))
        let both = try ids()
        #expect(both.count == 2 && both[1] == old[0])
        #expect(try await sotto("keys", "prune").contains("Only the newest"))
        #expect(try ids() == [both[0]])
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        #expect(try await Shell.run("/usr/bin/curl", ["-s", server.origin + "/health/ready"]).contains("\"ready\""))
        await server.stop()
        let again = try await ServerProcess(settings)
        await again.stop()
    }

    @Test func aMistakeInTheSettingsEndsWithItsLineAndStatus78() async throws {
        let failed = await #expect(throws: Shell.Failed.self) { try await Shell.run(ServerProcess.program, ["serve", "--set", "prot=1"]) }
        #expect(failed?.output == "--set prot: there is no such setting. Did you mean port?\n")
        #expect(failed?.status == 78)
    }

    @Test func migrateBringsAFreshPlaceUpToDateOnce() async throws {
        #expect(try await sotto("migrate").contains("brought up to date in"))
        #expect(try await sotto("migrate").contains("The database is up to date."))
    }

    /// Throw-away folders that are there: another run of the tests may have its own.
    private func demoFolders() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()).filter { $0.hasPrefix("sotto-demo-") })
    }

    @Test func theDemoIsFullOfPeopleAndLeavesNothing() async throws {
        let before = try demoFolders()
        let server = try await ServerProcess(["--demo", "--set", "port=0", "--set", "browser.directory=\(Repository.path)/Browser"])
        let line = try #require(await server.line(beginning: "Everybody's password"))
        let password = line.split(separator: " ").last.map(String.init) ?? ""
        #expect(server.output.contains("ana@harbour.example"))
        #expect(!server.output.contains("owner/"), "the demo has an owner")
        let jar = TemporaryFolder.path("jar")
        _ = try await Shell.run(
            "/usr/bin/curl",
            [
                "-s", "-c", jar, "-H", "Origin: \(server.origin)", "-d", "email=ana@harbour.example", "--data-urlencode",
                "password=\(password)", server.origin + "/sign-in",
            ])
        let cookie = try String(contentsOfFile: jar, encoding: .utf8).split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
        func page(_ path: String) async throws -> String {
            try await Shell.run(
                "/usr/bin/curl", ["-s", "-H", "Accept: text/html", "-H", "Cookie: __Host-session=\(cookie)", server.origin + path])
        }
        let people = try await page("/")
        for name in ["Ben Sousa", "Dan Okafor", "Gita Rao", "Eve Марченко"] { #expect(people.contains(name)) }
        let meetings = try await page("/meetings")
        for words in ["Every week", "The programme for spring", "Stays until you close it"] {
            #expect(meetings.contains(words), "\(words)")
        }
        #expect(await server.stop() == 0)
        #expect(try demoFolders().subtracting(before).isEmpty)
    }
}
