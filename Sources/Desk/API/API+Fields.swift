import Conversations
import HTTPTypes
import Storage
import Vocabulary
import Web

/// A field of visitors' cards, as programs make it.
struct FieldWish: APIShape {
    let name: String
    let kind: CardField.Kind
    /// Of a choice.
    let options: [String]?

    static var limits: [String: APISchema] {
        [
            "name": .text(longest: CardField.longestName, shortest: 1, pattern: APISchema.line),
            "options": .list(
                .text(longest: CardField.longestValue, shortest: 1, pattern: APISchema.line), longest: CardField.mostOptions),
        ]
    }
}

struct FieldShape: APIShape {
    let id: ID<CardField>
    let name: String
    let kind: CardField.Kind
    let options: [String]

    init(_ field: CardField) { (id, name, kind, options) = (field.id, field.name, field.kind, field.options) }
}

/// What is filled in; without it the field is emptied.
struct ValueShape: APIShape {
    let value: String?

    static var limits: [String: APISchema] { ["value": .text(longest: CardField.longestValue)] }
}

extension CardField.Kind: APIWord, Codable {}

extension Desk {
    /// The team's fields of visitors' cards, and what is filled in. What stands in them is read with `readVisitor`.
    var fieldOperations: [APIOperation] {
        [
            .get("/fields", "listFields", .readSites, "Lists the fields of visitors' cards that the team fills in.") { _ in
                try await ground.database.read { APIPage(try $0.cardFields().map(FieldShape.init)) }
            },
            .change(
                .post, "/fields", "makeField", .writeSites, "Makes a field of visitors' cards. Its name stays as it is.", or: Self.runners,
                status: .created
            ) { (_, wish: FieldWish) in
                let field = CardField(id: .init(at: ground.clock.now), name: wish.name, kind: wish.kind, options: wish.options ?? [])
                guard field.isSound else { throw Problem.apiBody("#/options") }
                guard try await make(field) else { throw Problem.nameTaken }
                return FieldShape(field)
            }
            .with(example: ["name": "Customer number", "kind": "number"]),
            .act(.delete, "/fields/{field}", "removeField", .writeSites, "Removes a field of visitors' cards.", or: Self.runners) { call in
                let id: ID<CardField> = try call.parameter("field")
                guard try await ground.database.write({ try $0.remove(id) }) else { throw Problem.notFound }
            },
            .change(
                .put, "/enquiries/{enquiry}/fields/{field}", "fillField", .writeConversations,
                "Fills in a field of the visitor's card, or empties it. The team sees that it was done, and by whom."
            ) { (call, wish: ValueShape) in
                let id: ConversationID = try call.parameter("enquiry")
                try await read(id, by: call)
                try await fill(try call.parameter("field"), of: id, with: wish.value, by: try await doer(of: call))
                return ValueShape(value: try await filled(try call.parameter("field"), of: id))
            }
            .with(example: ["value": "10443"]),
        ]
    }
}
