import Storage
import Vocabulary
import Web

extension Transaction {
    /// Notes what somebody asked by address. Asking again changes nothing.
    func add(_ request: AddressRequest) throws {
        try checkRoomToAsk(request.asker)
        try run(
            """
            INSERT INTO address_request (id, asker_id, address_index, address, at)
            VALUES (\(request.id), \(request.asker), \(request.index), \(request.address), \(request.at))
            ON CONFLICT (asker_id, address_index) DO NOTHING
            """)
    }

    /// What a person asked by address, latest first.
    func addressRequests(by asker: PersonID) throws(StorageError) -> [AddressRequest] {
        var requests: [AddressRequest] = []
        for row in try rows("SELECT * FROM address_request WHERE asker_id = \(asker) ORDER BY at DESC, id DESC") {
            requests.append(
                AddressRequest(
                    id: try row["id"], asker: asker, index: try row["address_index"], address: try row["address"], at: try row["at"]))
        }
        return requests
    }

    /// Takes it back, and with it the request that whoever has the address may have seen.
    func withdraw(_ request: ID<AddressRequest>, by asker: PersonID) throws(StorageError) {
        let rows = try rows("DELETE FROM address_request WHERE id = \(request) AND asker_id = \(asker) RETURNING address_index")
        guard let index = try rows.first?.get("address_index", as: [UInt8].self) else { return }
        try run(
            """
            DELETE FROM contact_request WHERE asker_id = \(asker) AND by_address = 1
            AND asked_id IN (SELECT person_id FROM account WHERE email_index = \(index))
            """)
    }

    /// The two became contacts: nothing waits any more.
    func settleAddressRequests(between one: PersonID, and other: PersonID) throws(StorageError) {
        for (asker, asked) in [(one, other), (other, one)] {
            try run(
                """
                DELETE FROM address_request WHERE asker_id = \(asker)
                AND address_index IN (SELECT email_index FROM account WHERE person_id = \(asked))
                """)
        }
    }

    /// Nobody asks without end, by name or by address.
    func checkRoomToAsk(_ asker: PersonID) throws {
        let row = try first(
            """
            SELECT (SELECT COUNT(*) FROM contact_request WHERE asker_id = \(asker) AND by_address = 0)
            + (SELECT COUNT(*) FROM address_request WHERE asker_id = \(asker)) AS n
            """)
        guard let open = try row?.get("n", as: Int.self), open < Contact.mostAsked else {
            throw Problem(.conflict, "problem.tooManyAsked", values: ["limit": String(Contact.mostAsked)])
        }
    }
}
