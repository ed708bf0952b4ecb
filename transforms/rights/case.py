"""Everything that one decision rests on, gathered before any date enters."""

from __future__ import annotations

from glamflow.transforms.policy import ReviewedRule, RightsPolicy
from glamflow.transforms.record import AgentKind, MediaRef, Model, Record, Speaker
from glamflow.transforms.rights.agencies import agency_template
from glamflow.transforms.rights.decision import Kind
from glamflow.transforms.rights.kinds import decide_kind, object_types
from glamflow.transforms.rights.licences import Licence, free_licence
from glamflow.transforms.rights.rules import matching_rules
from glamflow.transforms.rights.said import Said, gather_statements
from glamflow.transforms.rights.work import Work, gather_work

FLICKR_ACCOUNT = "flickr:nsid"
"""Key of `Record.extra` (or scheme of an identifier) that names the Flickr account of a photograph."""


class Case(Model, frozen=True, kw_only=True):
    """The facts of one medium of one record. `declared` is the rule that names the partner as licensor."""

    record: Record
    medium: MediaRef | None
    policy: RightsPolicy
    said: Said
    kind: Kind
    work: Work
    rules: tuple[ReviewedRule, ...] = ()
    embedded: tuple[str, ...] = ()
    agency: str = ""
    specimen: bool = False

    @property
    def declared(self) -> ReviewedRule | None:
        """The reviewed rule by which the partner is the licensor of the work itself."""
        return next((r for r in self.rules if r.licensor == "partner" and r.verdict in (None, "publish")), None)

    @property
    def licence(self) -> Licence | None:
        """The licence that the statements give, not yet asked who gives it."""
        return free_licence(self.said.licence.uri) if self.said.licence else None

    @property
    def credit(self) -> str:
        """Whom a licence names: the partner's form, else the institution, else the partner."""
        return self.policy.attribution or self.record.institution or self.record.partner

    @property
    def work_licensed(self) -> bool:
        """A licence whose licensor for the work itself is shown (section 2, "Who is the licensor")."""
        reading = self.said.licence
        if reading is None or self.said.hedged:
            return False
        if self.said.flickr:
            return self.own_account and (self.declared is not None or _only_institution(self.record))
        return self.declared is not None

    @property
    def photo_licensed(self) -> bool:
        """A licence of the photographer or the institution for the reproduction."""
        return self.said.licence is not None and (
            self.work_licensed or (self.said.licence.image and self.licensor_known)
        )

    @property
    def licensor_known(self) -> bool:
        """The licence comes from the institution that holds the object, not from an aggregator or a stranger's account."""
        reading = self.said.licence
        if reading is None or (self.said.flickr and not self.own_account):
            return False
        return reading.speaker is Speaker.HOLDER or bool(self.record.institution)

    @property
    def own_account(self) -> bool:
        """The Flickr account is one that the partner file names as the partner's own."""
        return bool(set(_accounts(self.record)) & set(self.policy.flickr_accounts))


def gather_case(record: Record, medium: MediaRef | None, policy: RightsPolicy, embedded: tuple[str, ...]) -> Case:
    """The case of one medium (or of the record without media)."""
    said = gather_statements(record, medium, policy)
    kind = decide_kind(record, medium, policy)
    work = gather_work(record, policy)
    types = object_types(record)
    return Case(
        record=record,
        medium=medium,
        policy=policy,
        said=said,
        kind=kind,
        work=work,
        rules=matching_rules(record, policy, said, kind, work),
        embedded=embedded,
        agency=agency_template(record, medium, said),
        specimen=bool(types) and all(t.group == "specimen" for t in types),
    )


def _accounts(record: Record) -> tuple[str, ...]:
    named = tuple(i.value for i in record.identifiers if i.scheme == FLICKR_ACCOUNT)
    return (*record.extra.get(FLICKR_ACCOUNT, ()), *named)


def _only_institution(record: Record) -> bool:
    name = record.institution.casefold()
    return (
        bool(name)
        and bool(record.authors)
        and all(a.kind is AgentKind.CORPORATE and a.name.casefold() == name for a in record.authors)
    )
