# Belvedere in one image: Debian's Python, the locked wheels, no compiler, a user without rights.
#   docker build -t belvedere .
# What each setting does is in .env.example; docs/deploy.md has the whole way.

FROM debian:bookworm-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/belvedere
RUN python3 -m venv .venv
# The wheels come before the code, so that a change of the code does not fetch them again.
COPY requirements/run.txt requirements/run.txt
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY connectors connectors
COPY warehouse warehouse
COPY looker_templates looker_templates
COPY apps_script apps_script
COPY api api
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --no-deps --no-index --no-build-isolation --editable . \
    && .venv/bin/python -m compileall -q schemas connectors warehouse looker_templates api \
    && .venv/bin/python -m pip uninstall -y pip setuptools

FROM debian:bookworm-slim
# Pango sets the type of PDFs; the typefaces bring Chinese and serifs. Inter comes with Belvedere.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates fontconfig fonts-dejavu-core fonts-noto-cjk \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/belvedere --shell /usr/sbin/nologin belvedere \
    && install -d -o belvedere -g belvedere -m 0700 /var/lib/belvedere
COPY --from=build /opt/belvedere /opt/belvedere
ENV PATH=/opt/belvedere/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    BELVEDERE_DATA_DIR=/var/lib/belvedere \
    BELVEDERE_HOST=0.0.0.0 \
    BELVEDERE_PORT=8000
WORKDIR /var/lib/belvedere
USER belvedere
VOLUME /var/lib/belvedere
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=90s --retries=3 \
    CMD ["python3", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['BELVEDERE_PORT']}/readyz\", timeout=5)"]
ENTRYPOINT ["belvedere"]
CMD ["serve"]
