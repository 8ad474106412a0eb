"""Every route of the API: who may call it, and what the answer is. A route without a row here fails the tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.rulebooks.services import SHIPPED
from tests.isolation.twins import DRAFT_DIGEST, FINGERPRINT, IDS, NUMBER, TOKEN_KEY

OWNER, LEADS = "O", "OL"
STAFF, EVERYBODY = "OLP", "OLPAV"  # P operator who looks after the store, A client admin, V client viewer
ANYONE = "anyone"

PEOPLE = {"O": "owner", "L": "lead", "P": "twin", "A": "twin_admin", "V": "twin_viewer"}
STORE = {
    "client": IDS["client"],
    "platform": "tmall",
    "shop_id": "123",
    "name": "new",
    "main_category": "x",
    "go_live_on": "2024-07-15",
}
ALIAS = {"store": IDS["store"], "name": "another word"}
LINE = {"programme": "tmall-daily", "track": "annual", "table": "score_line", "category": "x", "value": "4.3"}
ENROLMENT = {"store": IDS["store"], "programme": "tmall-daily", "track": "half-year"}
SHEET = "项目,数值表,类目,数值\ntmall-daily,score_line,sheet category,4.2\n".encode()
DRAFT = {
    "text": (SHIPPED / "tmall-daily-2025-annual.toml").read_text("utf-8").replace('"2025-annual"', '"2026-route"'),
    "reason": "new rules",
}
DRAFT_PATH = f"rulebook-drafts/{IDS['draft']}/"
WITHDRAWN_PATH = f"rulebook-drafts/{IDS['withdrawn']}/"
SHADOWED = {"draft": IDS["draft"]}
SHADOW_PATH = f"shadow-verdicts/{IDS['shadow_verdict']}/"
WHY = {"reason": "another reason"}
READ = {"digest": DRAFT_DIGEST}
PERSON = {"username": "newcomer", "password": "a-Long-enough-9", "role": "operator"}
AGREEMENT = {"store": IDS["store"], "year": 2025}
VIOLATION = {"store": IDS["store"], "occurred_on": "2024-05-01", "points": "2.0"}
TOKEN = {"name": "a program", "stores": [IDS["store"]]}
PUSH = {"observations": [{"store": IDS["store"], "day": "2025-03-01", "values": {"visitors": "7"}}]}
QUESTION = {"changes": [{"kind": "judge_on", "on": "2025-03-31"}]}
FEE_QUESTION = {"changes": [{"kind": "set_sales", "amount": "500000.00"}]}
RANGE = {"starts_on": "2025-02-01", "ends_before": "2025-03-01"}


@dataclass(frozen=True)
class Route:
    """`roles` are letters of PEOPLE. `shows`: whether the answer holds the agency's own words."""

    method: str
    name: str
    path: str
    roles: str
    status: int = 200
    body: Any = None
    params: Mapping[str, str] | None = None
    shows: bool = True
    # The answer to an operator who may do this, but not to this store.
    elsewhere: int = 200

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.name


def _get(name: str, path: str, roles: str, **more: Any) -> Route:
    return Route("get", name, path, roles, **more)


def _of(name: str, path: str, roles: str, **more: Any) -> Route:
    return _get(name, path, roles, elsewhere=404, **more)


ROUTES = [
    # oneself
    Route("post", "tokens", "tokens/", ANYONE, 201, {"username": "owner", "password": "a-Long-enough-1"}, shows=False),
    Route("delete", "token-current", "tokens/current/", EVERYBODY, 204, shows=False, elsewhere=204),
    _get("me", "me/", EVERYBODY, shows=False),
    # people
    _get("people-list", "people/", LEADS, elsewhere=403),
    _get("people-detail", f"people/{IDS['operator']}/", LEADS, elsewhere=403),
    Route("post", "people-list", "people/", OWNER, 201, PERSON, shows=False, elsewhere=403),
    # stores
    _get("clients-list", "clients/", STAFF),
    _of("clients-detail", f"clients/{IDS['client']}/", STAFF),
    Route("post", "clients-list", "clients/", LEADS, 201, {"name": "new"}, shows=False, elsewhere=403),
    Route("patch", "clients-detail", f"clients/{IDS['client']}/", LEADS, 200, {"note": "n"}, elsewhere=403),
    _get("stores-list", "stores/", EVERYBODY),
    _of("stores-detail", f"stores/{IDS['store']}/", EVERYBODY),
    Route("post", "stores-list", "stores/", LEADS, 201, STORE, elsewhere=403),
    Route("patch", "stores-detail", f"stores/{IDS['store']}/", LEADS, 200, {"shop_type": "other"}, elsewhere=403),
    _get("store-tokens-list", "store-tokens/", STAFF),
    Route("post", "store-tokens-list", "store-tokens/", STAFF, 201, TOKEN, shows=False, elsewhere=400),
    Route("delete", "store-tokens-detail", f"store-tokens/{TOKEN_KEY}/", STAFF, 204, shows=False, elsewhere=404),
    _get("store-aliases-list", "store-aliases/", STAFF),
    Route("post", "store-aliases-list", "store-aliases/", LEADS, 201, ALIAS, elsewhere=403, shows=False),
    Route("delete", "store-aliases-detail", f"store-aliases/{NUMBER}/", LEADS, 204, shows=False, elsewhere=403),
    # facts
    _get("coverage", "coverage/", STAFF, params=RANGE),
    _get("late-files", "late-files/", STAFF),
    _of("freshness", f"stores/{IDS['store']}/freshness/", EVERYBODY, shows=False),
    Route("post", "observations-bulk", "observations:bulk", STAFF, 200, PUSH, shows=False),
    _get("metrics", "metrics/", EVERYBODY, shows=False),
    _get("observations", f"stores/{IDS['store']}/observations/", EVERYBODY, params=RANGE, shows=False, elsewhere=404),
    _of("observation-sources", f"stores/{IDS['store']}/observations/2025-02-27/sources/", EVERYBODY, shows=False),
    _get("import-template", "templates/store-day.xlsx", STAFF, shows=False),
    _get("imports-list", "imports/", STAFF),
    _of("imports-detail", f"imports/{IDS['import']}/", STAFF),
    Route("post", "imports-list", "imports/", STAFF, 202, "a file", shows=False, elsewhere=202),
    Route("post", "imports-commit", f"imports/{IDS['import']}/commit/", STAFF, 202, elsewhere=404),
    Route("post", "imports-revert", f"imports/{IDS['taken']}/revert/", STAFF, 200, shows=False, elsewhere=404),
    _of("imports-rejections", f"imports/{IDS['import']}/rejections/", STAFF),
    _of("imports-conflicts", f"imports/{IDS['import']}/conflicts/", STAFF),
    _of("imports-errors", f"imports/{IDS['import']}/errors.xlsx", STAFF, shows=False),
    _get("remembered-kinds-list", "remembered-kinds/", STAFF),
    Route(
        "delete",
        "remembered-kinds-detail",
        f"remembered-kinds/{FINGERPRINT}/",
        LEADS,
        204,
        shows=False,
        elsewhere=403,
    ),
    # rules
    _get("rulebooks-list", "rulebooks/", EVERYBODY),
    _get("rulebooks-detail", f"rulebooks/{IDS['rulebook']}/", EVERYBODY),
    _get("rulebooks-prose", f"rulebooks/{IDS['rulebook']}/prose/", EVERYBODY),
    _get("rulebook-drafts-list", "rulebook-drafts/", LEADS, elsewhere=403),
    _get("rulebook-drafts-detail", DRAFT_PATH, LEADS, elsewhere=403),
    Route("post", "rulebook-drafts-list", "rulebook-drafts/", LEADS, 201, DRAFT, shows=False, elsewhere=403),
    Route("patch", "rulebook-drafts-detail", DRAFT_PATH, LEADS, 200, WHY, elsewhere=403),
    _get("rulebook-drafts-prose", f"{DRAFT_PATH}prose/", LEADS, elsewhere=403),
    _get("rulebook-drafts-difference", f"{DRAFT_PATH}difference/", LEADS, elsewhere=403),
    Route("post", "rulebook-drafts-approval", f"{DRAFT_PATH}approval/", LEADS, 200, READ, elsewhere=403),
    Route(
        "post",
        "rulebook-drafts-withdrawal",
        f"rulebook-drafts/{IDS['withdrawn']}/withdrawal/",
        LEADS,
        200,
        {},
        elsewhere=403,
    ),
    # what a draft would do
    _get("backtests-list", "backtests/", LEADS, shows=False, elsewhere=403),
    _get("backtests-detail", f"backtests/{IDS['backtest']}/", LEADS, shows=False, elsewhere=403),
    Route("post", "backtests-list", "backtests/", LEADS, 202, SHADOWED, shows=False, elsewhere=403),
    _get("flips-list", "flips/", LEADS, elsewhere=403),
    _get("flips-detail", f"flips/{IDS['flip']}/", LEADS, elsewhere=403),
    _get("flips-explanation", f"flips/{IDS['flip']}/explanation/", LEADS, shows=False, elsewhere=403),
    _get("shadows-list", "shadows/", LEADS, shows=False, elsewhere=403),
    _get("shadows-detail", f"shadows/{IDS['draft']}/", LEADS, shows=False, elsewhere=403),
    Route("post", "shadows-list", "shadows/", LEADS, 201, SHADOWED, shows=False, elsewhere=403),
    _get("shadow-verdicts-list", "shadow-verdicts/", LEADS, elsewhere=403),
    _get("shadow-verdicts-detail", f"{SHADOW_PATH}", LEADS, elsewhere=403),
    _get("shadow-verdicts-explanation", f"{SHADOW_PATH}explanation/", LEADS, shows=False, elsewhere=403),
    Route("post", "shadows-stop", f"shadows/{IDS['draft']}/stop/", LEADS, 204, shows=False, elsewhere=403),
    _get("category-lines-changes", f"category-lines/{NUMBER}/changes/", LEADS, elsewhere=403),
    Route("post", "category-lines-sheet", "category-lines/sheet/", LEADS, 200, "a sheet", shows=False, elsewhere=403),
    _get("category-lines-template", "templates/category-lines.xlsx", LEADS, shows=False, elsewhere=403),
    _get("category-lines-list", "category-lines/", LEADS, elsewhere=403),
    Route("post", "category-lines-list", "category-lines/", LEADS, 201, LINE, shows=False, elsewhere=403),
    _get("enrolments-list", "enrolments/", LEADS, shows=False, elsewhere=403),
    Route("post", "enrolments-list", "enrolments/", LEADS, 201, ENROLMENT, shows=False, elsewhere=403),
    # what the engine says
    _get("portfolio-list", "portfolio/", EVERYBODY),
    _get("periods-list", "periods/", EVERYBODY, shows=False),
    _of("periods-detail", f"periods/{IDS['period']}/", EVERYBODY, shows=False),
    _get("verdicts-list", "verdicts/", EVERYBODY, shows=False),
    _of("verdicts-detail", f"verdicts/{IDS['verdict']}/", EVERYBODY),
    _of("verdicts-explanation", f"verdicts/{IDS['verdict']}/explanation/", EVERYBODY),
    _of("verdicts-verification", f"verdicts/{IDS['verdict']}/verification/", EVERYBODY, shows=False),
    *(
        _of(f"verdicts-{name}", f"verdicts/{IDS['verdict']}/{name}/", EVERYBODY, shows=name == "comparison")
        for name in ("must-be-plan", "certainty", "clock", "intervals", "comparison", "levers")
    ),
    Route(
        "post",
        "verdicts-what-if",
        f"verdicts/{IDS['verdict']}/what-if/",
        EVERYBODY,
        200,
        QUESTION,
        elsewhere=404,
    ),
    # fees
    _get("fee-agreements-list", "fee-agreements/", EVERYBODY, shows=False),
    _of("fee-agreements-detail", f"fee-agreements/{IDS['agreement']}/", EVERYBODY, shows=False),
    Route("post", "fee-agreements-list", "fee-agreements/", LEADS, 201, AGREEMENT, shows=False, elsewhere=403),
    Route(
        "patch",
        "fee-agreements-detail",
        f"fee-agreements/{IDS['agreement']}/",
        LEADS,
        200,
        {"prepaid": "20000.00"},
        shows=False,
        elsewhere=403,
    ),
    _get("violations-list", "violations/", EVERYBODY),
    _of("violations-detail", f"violations/{IDS['violation']}/", EVERYBODY),
    _of("points", f"stores/{IDS['store']}/points/", EVERYBODY, shows=False),
    _of("base-fee", f"stores/{IDS['store']}/base-fee/", EVERYBODY, shows=False),
    Route("post", "violations-list", "violations/", STAFF, 201, VIOLATION, shows=False, elsewhere=400),
    Route(
        "patch",
        "violations-detail",
        f"violations/{IDS['violation']}/",
        STAFF,
        200,
        {"withdrawn": True},
        elsewhere=404,
    ),
    _get("refund-estimates-list", "refund-estimates/", EVERYBODY, shows=False),
    _of("refund-estimates-detail", f"refund-estimates/{IDS['estimate']}/", EVERYBODY),
    _of("refund-estimates-explanation", f"refund-estimates/{IDS['estimate']}/explanation/", EVERYBODY),
    _of("refund-estimates-verification", f"refund-estimates/{IDS['estimate']}/verification/", EVERYBODY, shows=False),
    _of("refund-estimates-steps", f"refund-estimates/{IDS['estimate']}/steps/", EVERYBODY, shows=False),
    _of("refund-estimates-exit-plan", f"refund-estimates/{IDS['estimate']}/exit-plan/", EVERYBODY, shows=False),
    Route(
        "post",
        "refund-estimates-what-if",
        f"refund-estimates/{IDS['estimate']}/what-if/",
        EVERYBODY,
        200,
        FEE_QUESTION,
        elsewhere=404,
    ),
    # for developers: the same for every agency, and open
    _get("schema", "schema/", ANYONE, shows=False),
    _get("docs", "docs/", ANYONE, shows=False),
]


def send(api: Any, route: Route) -> Any:
    """Make the route's call."""
    if route.body == "a sheet":
        return api.send_file("category-lines/sheet/", SHEET, "lines.csv")
    if route.body == "a file":
        return api.upload(b"x,y\n1,2\n", "any.csv")
    if route.method == "get":
        return api.get(route.path, **(route.params or {}))
    if route.method == "delete":
        return api.client.delete(f"/api/v1/{route.path}")
    return getattr(api, route.method)(route.path, route.body)
