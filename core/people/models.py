"""User, role and API token. The same tables exist in each agency's schema and, for platform staff, in public."""

import hashlib
import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class Role(models.TextChoices):
    """What a person may do is decided by role alone (settings.ACCESS_TABLE); which stores, by assignment."""

    PLATFORM_ADMIN = "platform_admin", _("platform admin")
    OWNER = "owner", _("agency owner")
    LEAD = "lead", _("lead")
    OPERATOR = "operator", _("operator")
    CLIENT_ADMIN = "client_admin", _("client admin")
    CLIENT_VIEWER = "client_viewer", _("client viewer")


AGENCY_STAFF = frozenset({Role.OWNER, Role.LEAD, Role.OPERATOR})
CLIENT_ROLES = frozenset({Role.CLIENT_ADMIN, Role.CLIENT_VIEWER})


class UserManager(BaseUserManager["User"]):
    """Finds people by user name."""


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]  # knox's own manager, untyped
    """A person in one agency (or on the platform's staff). A credential of one schema is nothing in another."""

    class Language(models.TextChoices):
        BROWSER = "", _("as the browser says")
        ZH = "zh-hans", "简体中文"
        EN = "en", "English"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("user name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    # Of the token that signed the request: what it is narrowed to. None: not narrowed. Never stored with the person.
    token_scope: frozenset[uuid.UUID] | None = None

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    # Django admin asks for these two; what someone may do there is decided by core.people.access.
    @property
    def is_staff(self) -> bool:
        return self.role in AGENCY_STAFF or self.role == Role.PLATFORM_ADMIN

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def password_mark(self) -> str:
        """Changes with the password and tells nothing of it: SHA-256 of its salted hash."""
        return hashlib.sha256(self.password.encode()).hexdigest()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Nothing by default: an admin page that does not ask the access table shows nothing."""
        return False


class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """An opaque API token: only its hash is stored, it expires, and it lives in one schema."""

    name = models.CharField(_("name"), max_length=80, blank=True)
    # Of the password the token was made under: with another password, the token is nothing.
    password_mark = models.CharField(max_length=64, editable=False)
    # Ids of what the token is narrowed to; of what, the floors above know. NULL: all that its person sees.
    scope = ArrayField(models.UUIDField(), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.token_key}…"
