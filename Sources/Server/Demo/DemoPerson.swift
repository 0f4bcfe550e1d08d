import Accounts

/// Somebody in the demo. The same people as in the project's tests and documents.
struct DemoPerson: Sendable {
    let name: String
    let about: String
    /// What they do here, for the list that is printed.
    let part: String
    var visibility: [ProfileField: Visibility] = [.name: .members, .about: .members]
    var isListed = true
    var age = AgeAnswer.adult

    var email: String { "\(name.split(separator: " ")[0].lowercased())@harbour.example" }

    static let hugo = DemoPerson(name: "Hugo Lindqvist", about: "Keeps the lights on at Harbour Books.", part: "owner")
    static let ana = DemoPerson(
        name: "Ana Sousa", about: "Cellist. Calls her brother every Sunday.", part: "member",
        visibility: [.name: .everyone, .about: .contacts, .email: .contacts])
    static let ben = DemoPerson(name: "Ben Sousa", about: "Bakes before dawn, so call me in the afternoon.", part: "member")
    static let dan = DemoPerson(name: "Dan Okafor", about: "Harbour Books, first floor: maps and travel.", part: "answers visitors")
    static let eve = DemoPerson(name: "Eve Марченко", about: "Harbour Books, ground floor. Русский, English.", part: "answers visitors")
    static let finn = DemoPerson(name: "Finn Ó Briain", about: "Looks after the shop floor.", part: "supervisor of those who answer")
    static let gita = DemoPerson(name: "Gita Rao", about: "Ask me what this server knows about you.", part: "privacy officer")
    static let ivy = DemoPerson(
        name: "Ivy Chen", about: "", part: "member, fifteen", visibility: [.name: .contacts], isListed: false, age: .minor)

    static let all = [hugo, ana, ben, dan, eve, finn, gita, ivy]
}
