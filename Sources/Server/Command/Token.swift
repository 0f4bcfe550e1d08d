import ArgumentParser
import Desk
import Vocabulary

/// `sotto token`: lets a program use the API, for whoever runs the machine and sets programs up without a browser.
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print a new token for a program that uses the API, once.",
        discussion: "Scopes: \(APIToken.Scope.allCases.map(\.rawValue).joined(separator: ", ")). It is listed under Administration.")

    @Argument(help: "What the team and visitors call the program.") var name: String
    @Argument(help: "What it may do; nothing else.") var scopes: [String]
    @ArgumentParser.Option(help: "How many days it is good for.") var days = 90

    @OptionGroup var arguments: SettingsArguments

    func validate() throws {
        guard !name.isEmpty, name.count <= APIToken.nameLength else {
            throw ValidationError("A name has 1 to \(APIToken.nameLength) characters.")
        }
        guard (1...730).contains(days) else { throw ValidationError("A token is good for 1 to 730 days.") }
        if let unknown = scopes.first(where: { APIToken.Scope(rawValue: $0) == nil }) {
            throw ValidationError("There is no scope \(unknown).")
        }
    }

    func run() async throws {
        try await orExit {
            let settings = try await arguments.load()
            do {
                let house = try await House.build(settings, logger: settings.logger)
                let made = try await house.desk.makeToken(
                    named: name, scopes: Set(scopes.compactMap(APIToken.Scope.init)), days: days, by: nil)
                await house.close()
                print(made.secret)
            } catch {
                throw Failure(starting: error, settings)
            }
        }
    }
}
