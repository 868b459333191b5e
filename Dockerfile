# One image for every part of Gatehouse: the command is web, worker, beat or migrate (see .docker/start).
FROM python:3.11-slim-bookworm

# The libraries that draw PDFs, and a user without rights who owns nothing but /data.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin gatehouse \
    && install --directory --owner gatehouse --group gatehouse --mode 700 /data

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.txt

COPY . .
ENV DATA_DIR=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/app/collected
# Collecting needs settings, none of which stays in the image.
RUN SECRET_KEY=only-while-building DATA_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build

USER gatehouse
VOLUME /data
EXPOSE 8000
ENTRYPOINT [".docker/start"]
CMD ["web"]
