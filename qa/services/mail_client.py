"""One mail to one address, through the operator's own server (RFC 5321, RFC 5322).

No header can hold more than it was given for: the library refuses line ends in any of them.
"""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final

import gevent

from qa.config import Mail
from qa.services.webhook_client import NotDelivered

WITHIN_S: Final = 20.0
"""How long one mail may take."""

SENDER_NAME: Final = "Fair Hearing"


def compose(sender: str, receiver: str, subject: str, text: str, message_id: str) -> EmailMessage:
    """Return a mail. ``message_id`` is the same for every try, so that a copy can be told."""
    mail = EmailMessage()
    mail["From"] = Address(SENDER_NAME, addr_spec=sender)
    mail["To"] = Address(addr_spec=receiver)
    mail["Subject"] = " ".join(subject.split())
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
    mail.set_content(text)
    return mail


def send(server: Mail, mail: EmailMessage) -> None:
    """Hand a mail over to the server. Raises: NotDelivered, which names no address."""
    try:
        with gevent.Timeout(WITHIN_S, TimeoutError()), _connect(server) as connection:
            if server.scheme == "smtp":
                connection.starttls(context=ssl.create_default_context())
            if server.user is not None and server.password is not None:
                connection.login(server.user, server.password)
            connection.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        # What the library says may name the receiver.
        raise NotDelivered(f"The mail server: {type(error).__name__}.") from None


def _connect(server: Mail) -> smtplib.SMTP:
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=WITHIN_S, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=WITHIN_S)
