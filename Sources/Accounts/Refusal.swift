package import Web

/// A form that cannot be granted as it was filled in: it is shown again, as typed, with a text beside the field.
package struct Refusal: Error, Equatable, Sendable {
    /// The field's name; nil when the text belongs to the form as a whole.
    package let field: String?
    /// Key of the text in the catalogue.
    package let key: String
    package let values: [String: String]

    package init(_ key: String, field: String? = nil, values: [String: String] = [:]) {
        self.key = key
        self.field = field
        self.values = values
    }
}

extension Submission {
    /// Notes the refusal beside its field, or above the form when the form has no such field.
    package mutating func refuse(_ refusal: Refusal) {
        if let field = refusal.field, form.fields.contains(where: { $0.name == field }) {
            refuse(field, refusal.key, refusal.values)
        } else {
            refuse(refusal.key, refusal.values)
        }
    }
}
