/// A form that cannot be granted as it was filled in: it is shown again, as typed, with a text beside the field.
package struct Refusal: Error, Equatable, Sendable {
    /// The field's name; nil when the text belongs to the form as a whole.
    package let field: String?
    /// Key of the text in the catalogue.
    package let key: String
    package let values: [String: String]
    /// The number that chooses the text's plural form, where it has one.
    package let count: Int?

    package init(_ key: String, field: String? = nil, values: [String: String] = [:], count: Int? = nil) {
        self.count = count
        self.key = key
        self.field = field
        self.values = values
    }
}
