package import Vocabulary
import Web

extension People {
    /// The words for a person in a page: their name, or "Member" and a tag where the name is not for the viewer.
    package func label(_ card: Card?, _ person: PersonID, in language: Language) -> String {
        card?.name ?? ground.pages.text("people.nameless", ["tag": String(person.description.suffix(4))], in: language)
    }

    /// A person card of the templates: `id`, `name`, `initials`, `hue`, `url`,
    /// and `pictureURL`, `about`, `email` where they are for the viewer.
    func model(_ card: Card?, _ person: PersonID, in language: Language) -> [String: Any] {
        let name = label(card, person, in: language)
        var model: [String: Any] = [
            "id": person.description, "name": name, "initials": Face.initials(name), "hue": Face.hue(person), "url": "/people/\(person)",
        ]
        if let url = card?.pictureURL { model["pictureURL"] = url }
        if let about = card?.about { model["about"] = about }
        if let email = card?.email { model["email"] = email }
        return model
    }
}
