"""From findings to the report: what is decided by the file as a whole."""

from __future__ import annotations

from itertools import chain
from typing import BinaryIO

from msgspec import structs

from datasets import duplicates
from datasets.codes import RANKS
from datasets.findings import Findings, Listing, Listings, OfFormat
from datasets.jsonfaults import Fault
from datasets.limits import HEAD_BYTES, MIN_EXAMPLES, SNIFF_BYTES, Limits
from datasets.linesets import spread
from datasets.report import Issue, Params, Report
from datasets.statistics import Tally
from datasets.strictjson import scan

ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\x1f\x8b")  # zip, which xlsx is too, and gzip
PARTS = 250  # of a file, in each of which its lines with errors are counted
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")  # UTF-32 little endian begins like UTF-16


def report(findings: Findings, limits: Limits, *, complete: bool = True, file: BinaryIO | None = None) -> Report:
    """The report on a file, or, if it is not `complete`, on what has come of it so far.

    A file that is no JSONL at all gets that as its only error, and no lines, for it has none. With the `file` at hand,
    lines that seem to be there twice are compared.
    """
    code = _whole_file(findings, limits, complete=complete)
    if code == "empty_file":
        return _only(code, {}, lines=findings.lines)
    if code is not None:
        return _only(code, {"limit": limits.file_bytes} if code == "file_too_large" else {})
    errors = _errors(findings, limits, complete=complete)
    repeated = _duplicates(findings, limits, file) if complete else Listing()
    warnings = _warnings(findings, repeated)
    counts, listed = _listed(errors)
    warning_counts, listed_warnings = _listed(warnings)
    return Report(
        lines=findings.lines,
        examples=_examples(findings),
        format=findings.first_format,
        errors=listed,
        warnings=listed_warnings,
        counts=counts,
        warning_counts=warning_counts,
        error_lines=findings.error_lines + sum(part.lines.count - part.flawed for part in _foreign(findings)),
        error_map=_error_map(findings),
        statistics=_tally(findings).statistics(repeated.count),
        truncated=sum(counts.values()) + sum(warning_counts.values()) > len(listed) + len(listed_warnings),
    )


def is_settled(findings: Findings, limits: Limits) -> bool:
    """Whether nothing that may still come can change the report, so that it need not be judged."""
    if len(findings.head) >= SNIFF_BYTES and _not_text(findings.head) is not None:
        return True
    first = findings.first_line
    begun = first is not None and (first.is_json or len(findings.head) >= HEAD_BYTES)
    return begun and findings.size > limits.file_bytes


def _whole_file(findings: Findings, limits: Limits, *, complete: bool) -> str | None:
    """The code of what makes the file no JSONL at all, if anything does."""
    if complete and not _examples(findings):
        return "empty_file"
    if (code := _not_text(findings.head)) is not None:
        return code
    too_large = findings.size > limits.file_bytes
    first = findings.first_line
    if first and first.opens_with == "[":
        alone = complete and not too_large and _examples(findings) == 1
        if alone or not first.is_json:
            return "json_array"
    if first and first.opens_with == "{" and not first.is_json and _opens_over_lines(findings.head):
        return "pretty_printed_json"
    return "file_too_large" if too_large else None


def _not_text(head: bytes) -> str | None:
    head = head[:SNIFF_BYTES]
    if head.startswith(ARCHIVES):
        return "binary_file"
    if head.startswith(WIDE_MARKS):
        return "utf16"
    if b"\x00" not in head:
        return None
    halves = head[0::2], head[1::2]
    nothing, something = (not any(half) for half in halves), (any(half) for half in halves)
    return "utf16" if any(nothing) and any(something) else "binary_file"


def _opens_over_lines(head: bytes) -> bool:
    """Whether the first object is complete within the file's beginning, but not on the line where it opens."""
    text = head.decode(errors="replace").removeprefix("\ufeff")
    try:
        value = scan(text).value
    except Fault:
        return False
    return "\n" in text[value.start : value.end]


def _errors(findings: Findings, limits: Limits, *, complete: bool) -> Listings:
    errors = dict(findings.errors)
    missing = MIN_EXAMPLES - _examples(findings)
    if complete and missing > 0:
        params: Params = {"examples": _examples(findings), "minimum": MIN_EXAMPLES, "missing": missing}
        errors["too_few_lines"] = Listing(1, [Issue("too_few_lines", params=params)])
    if foreign := _foreign(findings):
        named = [_with_other(part.lines, str(findings.first_format)) for part in foreign]
        errors["mixed_formats"] = _union([errors.get("mixed_formats", Listing()), *named], limits.listed)
    return errors


def _warnings(findings: Findings, repeated: Listing) -> Listings:
    """The warnings on the lines of the file's format; every other line is an error."""
    own = _own(findings)
    warnings = dict(own.warnings) if own else {}
    if repeated.count:
        warnings["duplicate_line"] = repeated
    if "text" in findings.formats:
        warnings["deprecated_format"] = Listing(1, [Issue("deprecated_format")])
    return warnings


def _duplicates(findings: Findings, limits: Limits, file: BinaryIO | None) -> Listing:
    own = _own(findings)
    if own is None:
        return Listing()
    found = duplicates.find(own.marks, limits.listed, file)
    first, last = ([_repeats(*pair) for pair in pairs] for pairs in (found.first, [found.last] if found.last else []))
    return Listing(found.total, first, last[0] if last else None)


def _repeats(line: int, first: int) -> Issue:
    return Issue("duplicate_line", line=line, params={"first": first})


def _tally(findings: Findings) -> Tally:
    own = _own(findings)
    return own.tally if own else Tally()


def _own(findings: Findings) -> OfFormat | None:
    """The lines of the file's own format."""
    return findings.formats.get(findings.first_format) if findings.first_format else None


def _examples(findings: Findings) -> int:
    return findings.lines - findings.blank


def _foreign(findings: Findings) -> list[OfFormat]:
    """The lines of other formats than the file's."""
    return [part for name, part in findings.formats.items() if name != findings.first_format]


def _error_map(findings: Findings) -> list[int]:
    """How many lines with errors stand where. Those of another format without an error of their own have marks."""
    foreign = (numbers for part in _foreign(findings) for numbers in part.marks.lines())
    counts = spread(chain(findings.bad.numbers(), foreign), findings.lines, PARTS)
    return counts if any(counts) else []


def _with_other(listing: Listing, other: str) -> Listing:
    def named(issue: Issue) -> Issue:
        return structs.replace(issue, params={**issue.params, "other": other})

    last = named(listing.last) if listing.last else None
    return Listing(listing.count, [named(issue) for issue in listing.first], last)


def _union(listings: list[Listing], keep: int) -> Listing:
    """Listings of one code over the same lines, as one."""
    issues = sorted((issue for listing in listings for issue in listing.issues()), key=lambda issue: issue.order)
    last = issues[-1] if len(issues) > keep else None
    return Listing(sum(listing.count for listing in listings), issues[:keep], last)


def _listed(listings: Listings) -> tuple[dict[str, int], list[Issue]]:
    """The exact counts, and all issues that are kept, in order."""
    counts = {code: listings[code].count for code in sorted(listings, key=RANKS.__getitem__)}
    issues = [issue for code in counts for issue in listings[code].issues()]
    return counts, sorted(issues, key=lambda issue: issue.order)


def _only(code: str, params: Params, lines: int = 0) -> Report:
    return Report(lines=lines, errors=[Issue(code, params=params)], counts={code: 1})
