# The product's image: web, workers, beat and migrations differ only in their command.

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements/base.txt requirements/base.txt
# Only wheels: the final image has no compiler, and a build that needs one should fail here.
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r requirements/base.txt
COPY . .
RUN for file in locale/*/LC_MESSAGES/django.po; do \
      [ ! -e "$file" ] || /venv/bin/python -m babel.messages.frontend --quiet compile -i "$file" -o "${file%.po}.mo" || exit 1; \
    done \
 && /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && /venv/bin/python -m compileall -q core tenants assessments tasks

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=core.settings
RUN groupadd --gid 10001 kaohe \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin kaohe
COPY --from=build /venv /venv
# Owned by root: a program that is broken into cannot rewrite itself.
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# WEB_CONCURRENCY sets the number of workers. A worker is replaced now and then: its database connection has
# touched many agencies' tables by then, and PostgreSQL remembers them all.
CMD ["gunicorn", "core.wsgi", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--max-requests", "2000", "--max-requests-jitter", "200", "--access-logfile", "-"]
