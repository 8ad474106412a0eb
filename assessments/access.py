"""The access table: permission → roles. Every view and admin page names one of these; there is no other list.

Which stores a person sees within a permission is decided in assessments/stores/queries.py (visible_to).
"""

from core.people.models import Role

PLATFORM = frozenset({Role.PLATFORM_ADMIN})
OWNERS = frozenset({Role.OWNER})
LEADS = OWNERS | {Role.LEAD}
STAFF = LEADS | {Role.OPERATOR}
CLIENTS = frozenset({Role.CLIENT_ADMIN, Role.CLIENT_VIEWER})
EVERYBODY = STAFF | CLIENTS

ACCESS: dict[str, frozenset[str]] = {
    # platform host
    "agencies.manage": PLATFORM,
    "staff.manage": PLATFORM,
    # everyone who can sign in, about themselves
    "me.view": EVERYBODY | PLATFORM,
    "me.tokens": EVERYBODY,
    # people of the agency
    "people.view": LEADS,
    "people.manage": OWNERS,
    # stores
    "stores.view": EVERYBODY,
    "stores.manage": LEADS,
    # Other words for stores in files; changed by whom may change stores.
    "aliases.view": STAFF,
    "clients.view": STAFF,
    "clients.manage": LEADS,
    # facts
    "metrics.view": EVERYBODY,
    "imports.view": STAFF,
    "imports.run": STAFF,
    "figures.push": STAFF,
    "coverage.view": STAFF,
    # Whose file is late is the agency's own business: clients never see it.
    "late_files.view": STAFF,
    "late_files.manage": LEADS,
    "tokens.issue": STAFF,
    # Forget what somebody said that files with certain headings are.
    "kinds.manage": LEADS,
    # rules
    "rulebooks.view": EVERYBODY,
    "rulebooks.lines": LEADS,
    "rulebooks.draft": LEADS,
    # Of a draft, by a second person: assessments/rulebooks/drafting.py says who that is.
    "rulebooks.approve": LEADS,
    "backtests.view": LEADS,
    "backtests.run": LEADS,
    # what the engine says
    "periods.view": EVERYBODY,
    "portfolio.view": EVERYBODY,
    "fees.view": EVERYBODY,
    "fees.manage": LEADS,
    "violations.view": EVERYBODY,
    "violations.manage": STAFF,
    # the machine room
    "work.view": OWNERS,
    "work.retry": OWNERS,
}

# What a token that is narrowed to some stores may be used for. Behind each of these every row is looked up through
# visible_to(), which knows the token's stores; whatever is not named here is refused to such a token.
WITH_A_NARROWED_TOKEN = frozenset(
    {
        "me.view",
        "me.tokens",
        "stores.view",
        "metrics.view",
        "figures.push",
        "coverage.view",
        "periods.view",
        "portfolio.view",
        "fees.view",
        "violations.view",
    }
)
