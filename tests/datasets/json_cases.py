"""What JSON is and is not, case by case: yes, no, and what RFC 8259 leaves to the reader, with our answer."""

from __future__ import annotations

BOM = b"\xef\xbb\xbf"

# Values that can stand in a line, in place of a content too.
YES = {
    # numbers
    "zero": b"0", "minus zero": b"-0", "one": b"1", "minus one": b"-1", "many digits": b"123456789", "decimal": b"0.5",
    "minus decimal": b"-0.5", "trailing zeros": b"1.000", "small": b"0.0000001", "exponent": b"1e5", "capital": b"1E5",
    "plus exponent": b"1e+5", "minus exponent": b"1e-5", "zero exponent": b"0e0", "leading zeros in exponent": b"1e007",
    "all of a number": b"-12.50E-07", "zero to a power": b"0E+10", "close to one": b"0.99999999999999999999",
    # words
    "true": b"true", "false": b"false", "null": b"null",
    # strings
    "empty string": b'""', "space": b'" "', "ascii": b'"asd"', "quote": rb'"\""', "backslash": rb'"\\"',
    "solidus": rb'"\/"', "plain solidus": b'"/"', "all escapes": rb'"\b\f\n\r\t"', "escaped letter": rb'"\u0061"',
    "escaped nul": rb'"\u0000"', "escaped newline": rb'"\u000A"', "escaped quote": rb'"\u0022"',
    "two bytes": '"é"'.encode(), "escaped backslash": rb'"\u005C"', "mixed case": rb'"\uAbCd"',
    "three bytes": '"中文"'.encode(), "four bytes": '"😀"'.encode(), "pair": rb'"\ud83d\ude00"',
    "capital pair": rb'"\uD83D\uDE00"', "first pair": rb'"\ud800\udc00"', "last pair": rb'"\udbff\udfff"',
    "pairs in a row": rb'"\ud83d\ude00\ud83d\ude00"', "below the surrogates": rb'"\ud7ff"', "above them": rb'"\ue000"',
    "raw delete": b'"\x7f"', "raw C1": b'"\xc2\x80"', "raw U+2028": b'"\xe2\x80\xa8"', "raw U+2029": b'"\xe2\x80\xa9"',
    "raw U+0085": b'"\xc2\x85"', "raw byte order mark": b'"' + BOM + b'"', "no character": b'"\xef\xbf\xbf"',
    "escaped one": rb'"\uffff"', "last code point": b'"\xf4\x8f\xbf\xbf"', "replacement": b'"\xef\xbf\xbd"',
    "backslashes then u": rb'"\\u0041"', "slash and u": rb'"\\ud800"', "comment inside": b'"/* // # */"',
    "brackets inside": b'"[{]}"', "word inside": b'"NaN"', "quote at the end": rb'"a\""',
    "backslash at the end": rb'"a\\"', "right to left": b'"\xe2\x80\xae"', "zero width": b'"\xe2\x80\x8b"',
    "escaped bell": rb'"\u0007"',
    # arrays and objects
    "empty array": b"[]", "space in an array": b"[ ]", "one element": b"[1]",
    "elements": b'[1, "a", null, true, [], {}]', "nested": b"[[[[]]]]", "space before a comma": b"[1 ,2]",
    "tabs": b"[\t1\t,\t2\t]", "returns": b"[\r1\r]", "empty object": b"{}", "one member": b'{"a": 1}',
    "empty key": b'{"": 1}', "members": b'{"a": 1, "b": [], "c": {"a": 2}}', "space before a colon": b'{"a" : 1}',
    "same key apart": b'[{"a": 1}, {"a": 1}]', "same key within": b'{"a": {"a": {"a": 1}}}',
    "escaped key": rb'{"\u0061b\n": 1}', "long key": b'{"' + b"k" * 5000 + b'": 1}',
    "key in Chinese": '{"键": 1}'.encode(), "keys by case": b'{"a": 1, "A": 2}',
    "keys by form": '{"é": 1, "e\u0301": 2}'.encode(), "nul key": rb'{"\u0000": 1, "": 2}',
}  # fmt: skip

# What RFC 8259 lets a reader take or refuse, and is taken here.
TAKEN = {
    "beyond a float": b"1e999", "beyond it below": b"-1e999", "a huge exponent": b"1e" + b"9" * 30,
    "nearly nothing": b"1e-999", "a huge integer": b"9" * 5000, "a huge negative": b"-" + b"9" * 5000,
    "a long fraction": b"0." + b"3" * 5000, "beyond 64 bits": b"18446744073709551616",
    "90 arrays": b"[" * 90 + b"]" * 90, "90 objects": b'{"a":' * 90 + b"1" + b"}" * 90,
}  # fmt: skip

# What it lets a reader take or refuse, and is refused here.
REFUSED = {
    "high alone": rb'"\ud800"', "low alone": rb'"\udc00"', "turned round": rb'"\ude00\ud83d"',
    "two highs": rb'"\ud800\ud800"', "high then letter": rb'"\ud800a"', "high then escape": rb'"\ud800\n"',
    "high then letter escape": rb'"\ud800\u0061"', "pair then high": rb'"\ud83d\ude00\ud83d"',
    "high then capital U": rb'"\ud83d\Ude00"', "high as a key": rb'{"\ud800": 1}',
    "101 arrays": b"[" * 101 + b"]" * 101, "a bomb": b"[" * 100_000, "a closed bomb": b"[" * 5000 + b"]" * 5000,
    "a bomb of objects": b'{"a":' * 50_000, "mixed bomb": b'[{"":' * 50_000, "bomb behind a value": b'["a",' * 5000,
}  # fmt: skip

NO = {
    # numbers
    "leading zero": b"01", "minus leading zero": b"-01", "two zeros": b"00", "plus": b"+1", "plus plus": b"++1",
    "minus": b"-", "minus minus": b"--1", "minus space": b"- 1", "point first": b".5", "minus point": b"-.5",
    "point last": b"1.", "two points": b"1.2.3", "point then e": b"1.e5", "e last": b"1e", "e plus last": b"1e+",
    "e e": b"1ee2", "e point": b"1e2.5", "two signs": b"1e+-5", "e first": b"e5", "hex": b"0x1F", "octal": b"0o7",
    "binary": b"0b1", "separator": b"1_000", "comma": b"1,000", "space inside": b"1 000", "letter behind": b"1a",
    "word behind": b"1true", "NaN": b"NaN", "nan": b"nan", "-NaN": b"-NaN", "Infinity": b"Infinity",
    "-Infinity": b"-Infinity", "+Infinity": b"+Infinity", "inf": b"inf", "-inf": b"-inf",
    "full width digit": "１".encode(), "Arabic digit": "١".encode(), "Devanagari digit": "१२".encode(),
    "superscript": "²".encode(), "long": b"1L", "fraction": b"1/2", "minus sign of print": "\u22121".encode(),
    "percent": b"5%", "dollar": b"$1", "zero letter": b"0a", "minus zero zero": b"-00",
    # words
    "True": b"True", "FALSE": b"FALSE", "None": b"None", "nul": b"nul", "nulll": b"nulll", "tru": b"tru",
    "truefalse": b"truefalse", "undefined": b"undefined", "word": b"hello", "a star": b"*", "dots": b"...",
    "function": b"Date(1)", "yes": b"yes",
    # strings
    "single quotes": b"'a'", "backticks": b"`a`", "typographic": "“a”".encode(), "guillemets": "«a»".encode(),
    "no end": b'"abc', "no end behind an escape": rb'"abc\"', "backslash alone": b'"\\', "one quote": b'"',
    "two strings": b'"a" "b"', "string then word": b'"a"b', "quote inside": b'"a"b"', "escaped x": rb'"\x41"',
    "escaped a": rb'"\a"', "escaped v": rb'"\v"', "escaped zero": rb'"\0"', "escaped single quote": rb"""'"\'"'""",
    "escaped U": rb'"\U0041"', "three digits": rb'"\u004"', "no digits": rb'"\u"', "wrong digit": rb'"\u004G"',
    "space in digits": rb'"\u 041"', "sign in digits": rb'"\u+041"', "full width in digits": '"\\u００４１"'.encode(),
    "underscore in digits": rb'"\u0_41"', "braces": rb'"\u{41}"', "escaped space": rb'"\ "', "escaped tab": b'"\\\t"',
    "raw nul": b'"\x00"', "raw tab": b'"\t"', "raw return": b'"\r"', "raw bell": b'"\x07"', "raw escape": b'"\x1b[31m"',
    "raw unit separator": b'"\x1f"', "raw vertical tab": b'"\x0b"', "raw form feed": b'"\x0c"',
    "escape outside": rb"\u0022a\u0022", "escaped newline outside": rb"[1\n]",
    # arrays
    "opened": b"[", "closed": b"]", "trailing comma": b"[1,]", "leading comma": b"[,1]", "comma only": b"[,]",
    "two commas": b"[1,,2]", "no comma": b"[1 2]", "semicolon": b"[1;2]", "colon": b"[1:2]", "not closed": b"[1",
    "not closed behind a comma": b"[1,", "wrong bracket": b"[1}", "round": b"(1)", "closed twice": b"[1]]",
    "inner not closed": b"[[1]", "two arrays": b"[][]", "comma behind": b"[1],", "star": b"[*]",
    "full width comma": "[1，2]".encode(), "ideographic comma": "[1、2]".encode(),
    "no value between brackets": b"[\xc2\xa0]",
    # objects
    "opened object": b"{", "closed object": b"}", "trailing comma in an object": b'{"a": 1,}',
    "leading comma in one": b'{,"a": 1}', "comma in one": b"{,}", "two commas in one": b'{"a": 1,,"b": 2}',
    "no comma in one": b'{"a": 1 "b": 2}', "no colon": b'{"a" 1}', "two colons": b'{"a":: 1}', "equals": b'{"a" = 1}',
    "arrow": b'{"a" => 1}', "no value": b'{"a":}', "no key": b"{: 1}", "key only": b'{"a"}', "bare key": b"{a: 1}",
    "number as key": b"{1: 1}", "null as key": b"{null: 1}", "array as key": b"{[]: 1}",
    "single-quoted key": b"{'a': 1}", "object not closed": b'{"a": 1', "closed by a bracket": b'{"a": 1]',
    "closed too often": b'{"a": 1}}', "two objects": b"{}{}", "two objects and a comma": b"{},{}", "set": b'{"a", "b"}',
    "full width colon": '{"a"：1}'.encode(), "spread": b'{...{"a": 1}}',
    # around
    "comment behind": b"1 // one", "comment inside": b"[1, /* two */ 3]", "hash": b"1 # one",
    "HTML comment": b"<!-- --> 1", "tag": b"<null>", "no break space": b"\xc2\xa01",
    "ideographic space": "\u30001".encode(), "byte order mark behind": b"1" + BOM, "mark before": BOM + b"1",
    "mark in an array": b"[" + BOM + b"1]", "U+2028 before": b"\xe2\x80\xa81", "U+0085 behind": b"1\xc2\x85",
    "form feed before": b"\x0c1", "vertical tab behind": b"1\x0b", "nul behind": b"1\x00", "nul before": b"\x001",
    "zero width before": b"\xe2\x80\x8b1", "end of file sign": b"1\x1a", "word joiner": b"\xe2\x81\xa01",
    "record separator": b"\x1e1", "two values": b"1 2", "values and a comma": b"1, 2", "semicolon behind": b"1;",
}  # fmt: skip

# No UTF-8: the line is told of its bytes, not of its JSON.
NOT_UTF_8 = {
    "lone continuation": b'"\x80"', "two bytes cut": b'"\xc3"', "three bytes cut": b'"\xe4\xb8"',
    "four bytes cut": b'"\xf0\x9f\x98"', "overlong solidus": b'"\xc0\xaf"', "overlong nul": b'"\xc0\x80"',
    "overlong in three": b'"\xe0\x80\xaf"', "overlong in four": b'"\xf0\x80\x80\xaf"',
    "high as three bytes": b'"\xed\xa0\x80"', "low as three bytes": b'"\xed\xb0\x80"',
    "a pair so": b'"\xed\xa0\xbd\xed\xb8\x80"', "beyond the last": b'"\xf4\x90\x80\x80"',
    "five bytes": b'"\xf8\x88\x80\x80\x80"', "FE": b'"\xfe"', "FF": b'"\xff"', "Latin-1": b'"caf\xe9"',
    "GBK": '"中文"'.encode("gbk"), "Shift JIS": '"日本"'.encode("shift_jis"), "outside a string": b"\xff1",
    "in a key": b'{"\xff": 1}', "behind all": b"1\xff", "half a mark": b"\xef\xbb1",
}  # fmt: skip
