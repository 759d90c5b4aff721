"""In which encoding a text file was saved: one place for every text that is taken in."""

import codecs

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHINESE = "gb18030"  # takes in GBK and GB2312


def text_encoding(content: bytes) -> str | None:
    """The codec that reads the whole of `content`, its byte order mark taken off: UTF-8, UTF-16
    where a mark says so, else GB18030. None where it is no text."""
    if content.startswith(_UTF_16):
        candidates = ["utf-16"]
    elif b"\0" in content:
        return None
    else:
        candidates = ["utf-8-sig", _CHINESE]
    for encoding in candidates:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None
