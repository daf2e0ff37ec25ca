# The images of the three programs: docker buildx build --platform linux/amd64,linux/arm64 --target operator .
# Where these two images are not within reach, name others: any with Node.js 24 in /usr/local/bin, and any Debian 12 or
# later. hack/image makes the same images without a registry.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=debian:bookworm-slim

# The bundles are the same for every processor, so they are made on that of the builder.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /source
COPY package.json package-lock.json ./
COPY hack/codegen/package.json hack/codegen/
RUN npm ci --ignore-scripts
COPY . .
RUN node hack/build.ts && find dist -name '*.map' -delete

FROM ${NODE_IMAGE} AS node

FROM ${RUNTIME_IMAGE} AS runtime
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates libstdc++6 \
  && rm -rf /var/lib/apt/lists/*
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY LICENSE package.json /app/
ENV NODE_ENV=production
WORKDIR /app

FROM runtime AS operator
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="multi-eni-operator" \
  org.opencontainers.image.description="Gives Kubernetes nodes on AWS the network interfaces that NodeENIs ask for" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /source/dist/operator.js dist/
COPY --from=build /source/dist/chunks/operator-*.js dist/chunks/
HEALTHCHECK NONE
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/node", "/app/dist/operator.js"]

FROM runtime AS webhook
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="multi-eni-operator webhooks" \
  org.opencontainers.image.description="Defaults and validates NodeENIs for the API server" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /source/dist/webhook.js dist/
COPY --from=build /source/dist/chunks/webhook-*.js dist/chunks/
HEALTHCHECK NONE
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/node", "/app/dist/webhook.js"]

FROM runtime AS daemon
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="multi-eni-operator node daemon" \
  org.opencontainers.image.description="Configures the links of attached network interfaces on a node" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update \
  && apt-get install --yes --no-install-recommends iproute2 \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/dist/daemon.js dist/
COPY --from=build /source/dist/chunks/daemon-*.js dist/chunks/
HEALTHCHECK NONE
# It configures links of the host.
USER 0:0
ENTRYPOINT ["/usr/local/bin/node", "--lite-mode", "--max-semi-space-size=1", "/app/dist/daemon.js"]
