"""The closed list of what a rights statement can mean."""

from __future__ import annotations

from enum import StrEnum


class Stance(StrEnum):
    """Meaning of one statement, before anybody asks whether it may say so."""

    LICENCE = "licence"  # CC BY, CC BY-SA, CC0
    PD = "pd"  # a claim of public domain without a reason
    DENIED = "denied"  # InC*, NC, ND, NoC-NC, NoC-CR, a flag that says "no"
    DENIAL_PHRASE = "denial_phrase"  # "all rights reserved"
    NOTICE = "notice"  # "© X"
    NOC_US = "noc_us"
    NKC = "nkc"
    FLICKR_COMMONS = "flickr_commons"  # "no known copyright restrictions" of a Flickr Commons member
    OTHER_LAW = "other_law"  # NoC-OKLR, heritage law
    UNDETERMINED = "undetermined"  # CNE, UND
    NO_VERSION = "no_version"  # a free licence without its version
    REVIEW = "review"  # GFDL, OGL and others that people must look at
    US_GOVERNMENT = "us_government"
    COURTESY = "courtesy"
    CULTURAL = "cultural"
    CREDIT = "credit"  # "Photo: X": neither free nor denied
    HEDGE = "hedge"  # "to the extent that we hold rights"
    LOOKALIKE = "lookalike"  # an address that only looks like a licence
    UNKNOWN_URI = "unknown_uri"
    UNKNOWN_TEXT = "unknown_text"
    CONTRACT = "contract"  # too long to be a statement: people must read it
    DOUBT = "doubt"  # a text that negates or narrows whatever stands beside it
