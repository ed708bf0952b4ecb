"""Properties and items that we write, each named once (https://www.wikidata.org/wiki/Property:<id>).

No bare "P170" stands anywhere else. `LABELS` gives the English label that the live wiki must show for each property: labels do get
mislabelled in code, so a contract test compares them.
"""

from __future__ import annotations


class P:
    """Properties."""

    AFTER_A_WORK_BY = "P1877"
    APPLIES_TO_JURISDICTION = "P1001"
    ATTRIBUTION = "P8264"
    AUTHOR_NAME_STRING = "P2093"
    CIRCLE_OF = "P1776"
    COLLECTION = "P195"
    COORDINATES_OF_DEPICTED_PLACE = "P9149"
    COPYRIGHT_LICENSE = "P275"
    COPYRIGHT_STATUS = "P6216"
    CREATOR = "P170"
    DEPICTS = "P180"
    DESCRIBED_AT_URL = "P973"
    DETERMINATION_METHOD = "P459"
    DIGITAL_REPRESENTATION_OF = "P6243"
    EARLIEST_DATE = "P1319"
    FOLLOWER_OF = "P1775"
    IMAGE = "P18"
    INCEPTION = "P571"
    INVENTORY_NUMBER = "P217"
    LANGUAGE_OF_WORK = "P407"
    LATEST_DATE = "P1326"
    LOCATION_OF_CREATION = "P1071"
    MAIN_SUBJECT = "P921"
    MANNER_OF = "P1777"
    NATURE_OF_STATEMENT = "P5102"
    OBJECT_HAS_ROLE = "P3831"
    OPERATOR = "P137"
    PAGE = "P304"
    PART_OF_THE_SERIES = "P179"
    PUBLICATION_DATE = "P577"
    PUBLISHER = "P123"
    REFERENCE_URL = "P854"
    RETRIEVED = "P813"
    RIGHTS_STATEMENT = "P6426"
    SCHOOL_OF = "P1780"
    SERIES_ORDINAL = "P1545"
    SOURCE_OF_FILE = "P7482"
    SOURCING_CIRCUMSTANCES = "P1480"
    STATED_AS = "P1932"
    TITLE = "P1476"
    URL = "P2699"
    WORKSHOP_OF = "P1774"


class Q:
    """Items."""

    ANONYMOUS = "Q4233718"
    ATTRIBUTED_TO = "Q230768"
    CIRCA = "Q5727902"
    EARTH = "Q2"
    FILE_AVAILABLE_ON_THE_INTERNET = "Q74228490"
    GREGORIAN_CALENDAR = "Q1985727"
    JULIAN_CALENDAR = "Q1985786"


LABELS: dict[str, str] = {
    P.AFTER_A_WORK_BY: "after a work by",
    P.APPLIES_TO_JURISDICTION: "applies to jurisdiction",
    P.ATTRIBUTION: "attribution text",
    P.AUTHOR_NAME_STRING: "author name string",
    P.CIRCLE_OF: "circle of",
    P.COLLECTION: "collection",
    P.COORDINATES_OF_DEPICTED_PLACE: "coordinates of depicted place",
    P.COPYRIGHT_LICENSE: "copyright license",
    P.COPYRIGHT_STATUS: "copyright status",
    P.CREATOR: "creator",
    P.DEPICTS: "depicts",
    P.DESCRIBED_AT_URL: "described at URL",
    P.DETERMINATION_METHOD: "determination method or standard",
    P.DIGITAL_REPRESENTATION_OF: "digital representation of",
    P.EARLIEST_DATE: "earliest date",
    P.FOLLOWER_OF: "follower of",
    P.IMAGE: "image",
    P.INCEPTION: "inception",
    P.INVENTORY_NUMBER: "inventory number",
    P.LANGUAGE_OF_WORK: "language of work or name",
    P.LATEST_DATE: "latest date",
    P.LOCATION_OF_CREATION: "location of creation",
    P.MAIN_SUBJECT: "main subject",
    P.MANNER_OF: "manner of",
    P.NATURE_OF_STATEMENT: "nature of statement",
    P.OBJECT_HAS_ROLE: "object of statement has role",
    P.OPERATOR: "operator",
    P.PAGE: "page(s)",
    P.PART_OF_THE_SERIES: "part of the series",
    P.PUBLICATION_DATE: "publication date",
    P.PUBLISHER: "publisher",
    P.REFERENCE_URL: "reference URL",
    P.RETRIEVED: "retrieved",
    P.RIGHTS_STATEMENT: "RightsStatements.org statement according to source website",
    P.SCHOOL_OF: "school of",
    P.SERIES_ORDINAL: "series ordinal",
    P.SOURCE_OF_FILE: "source of file",
    P.SOURCING_CIRCUMSTANCES: "sourcing circumstances",
    P.STATED_AS: "object named as",
    P.TITLE: "title",
    P.URL: "URL",
    P.WORKSHOP_OF: "workshop of",
}
