"""Settings of the tests: the real ones on private servers, with a quick password hash."""

from tests.servers import ensure_test_servers

ensure_test_servers()

from core.settings import *  # noqa: E402, F403

SECRET_KEY = "only-for-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = False
