"""The pages behind a mail's link: plain forms without a login, bound to the person's address."""

from web.answering.surroundings import Answering as Answering
