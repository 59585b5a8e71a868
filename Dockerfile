# One image for the worker, the API and every other command: `docker run dunning worker`.
FROM python:3.11-slim AS build
WORKDIR /src
# The pins without their hashes, as pip wants constraints; tools of development are pinned there too, but not installed.
COPY constraints.txt ./
RUN sed -e '/--hash=/d' -e 's/ \\$//' constraints.txt > pins.txt
COPY pyproject.toml LICENSE README.md ./
COPY dunning dunning
COPY workflows workflows
COPY activities activities
COPY adapters adapters
COPY worker worker
COPY api api
COPY cli cli
RUN python -m venv /opt/dunning && /opt/dunning/bin/pip install --no-cache-dir --constraint pins.txt '.[letters,oidc]'

FROM python:3.11-slim
# What letters are made with, and the font that they are set in.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
        fonts-liberation libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 dunning && install --directory --owner=dunning /data
COPY --from=build /opt/dunning /opt/dunning
ENV PATH=/opt/dunning/bin:$PATH DUNNING_DATA=/data PYTHONUNBUFFERED=1
USER dunning
WORKDIR /data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["dunning"]
