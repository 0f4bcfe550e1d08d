"""A real mail server for the tests: tells its port, then each mail it took, as lines of JSON.

    mail_server.py {starttls,implicit,plain} [--certificate FILE --key FILE] [--port N] [--user NAME --password TEXT]

A recipient that begins with `refused` gets 550, with `later` 451, with `toobig` 552 after the text; a sender that begins with
`stranger` 553.
"""

import argparse
import asyncio
import base64
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


def tell(**members):
    print(json.dumps(members), flush=True)


class Postman:
    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("stranger"):
            return "553 5.7.1 not for you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if any(address.startswith("toobig") for address in envelope.rcpt_tos):
            return "552 5.3.4 too big"
        tell(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            text=base64.b64encode(envelope.content).decode(),
            encrypted=session.ssl is not None or server.is_implicit,
            user=(session.auth_data.login.decode() if session.auth_data else None),
        )
        return "250 OK"


class Server(SMTP):
    is_implicit = False


def checker(user, password):
    def check(server, session, envelope, mechanism, data):
        good = data.login.decode() == user and data.password.decode() == password
        return AuthResult(success=good, handled=False, auth_data=data)

    return check


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["starttls", "implicit", "plain"])
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password")
    options = parser.parse_args()

    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
    settings = {"hostname": "mail.test", "loop": asyncio.get_running_loop()}
    if options.mode == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    if options.user:
        # With TLS from the first byte aiosmtpd does not notice it.
        settings |= {
            "authenticator": checker(options.user, options.password),
            "auth_required": True,
            "auth_require_tls": options.mode == "starttls",
        }

    def session():
        server = Server(Postman(), **settings)
        server.is_implicit = options.mode == "implicit"
        return server

    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", options.port, ssl=context if options.mode == "implicit" else None
    )
    tell(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
