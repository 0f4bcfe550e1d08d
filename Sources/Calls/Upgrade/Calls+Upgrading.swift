import Web

extension Calls {
    /// What the two of a call say when it is to become a group call. Who is added answers by `call.accept` and `call.decline`.
    var upgradeHandlers: [LiveHandler] {
        [
            LiveHandler("call.contacts", .members, isRemembered: false) { command in
                try await upgrades.contacts(of: try command.decode(CallWish.self).call, for: command.sender)
            },
            LiveHandler("call.add", .members) { command in
                try await upgrades.ask(try command.decode(), by: command.sender)
                return nil
            },
            LiveHandler("call.addAnswer", .members) { command in
                try await upgrades.answer(try command.decode(), by: command.sender)
                return nil
            },
            LiveHandler("call.addCancel", .members) { command in
                try await upgrades.cancel(try command.decode(), by: command.sender)
                return nil
            },
            LiveHandler("call.heard", .members) { command in
                let wish = try command.decode(CallWish.self)
                guard try await upgrades.hear(wish, by: command.sender) else { return nil }
                if let call = try await ground.database.read({ try $0.call(wish.call) }) { try await exchange.take(.upgrade, in: call) }
                return nil
            },
        ]
    }
}
