# One image for every app: edge, dispatcher, console, the command line, or all of them in one process, which is what it runs
# unless a command says otherwise. How to use it: docs/containers.md.

# Only npm is needed of this one; what runs in the end is the Node that the lockfile pins.
FROM node:24-bookworm-slim AS build
WORKDIR /opt/hookgate
COPY . .
# No package's script runs: what they would download is in the lockfile, or not needed.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM debian:bookworm-slim
RUN groupadd --system --gid 10001 hookgate \
    && useradd --system --uid 10001 --gid hookgate --no-create-home --home-dir /var/lib/hookgate --shell /usr/sbin/nologin hookgate \
    && install --directory --owner=hookgate --group=hookgate --mode=0700 /var/lib/hookgate
# Owned by root: the apps cannot change their own code.
COPY --from=build /opt/hookgate /opt/hookgate
ENV PATH=/opt/hookgate/node_modules/.bin:/usr/local/bin:/usr/bin:/bin \
    NODE_ENV=production \
    HOOKGATE_CONFIG=/etc/hookgate/hookgate.config.ts \
    DATA_DIR=/var/lib/hookgate
WORKDIR /opt/hookgate
USER 10001:10001
VOLUME /var/lib/hookgate
EXPOSE 8080 8081
# Each app stops on SIGTERM within five seconds and waits for its own children, so no init process is needed.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 CMD ["node", "tools/container/health.ts"]
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=100", "apps/cli/start/gateway_main.ts"]
