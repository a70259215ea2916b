# The image that deploy/ names. Both stages are Debian 12, so that the libraries that the program was linked with are those
# that it runs with. It writes nothing: run it with a read-only root.
FROM debian:12-slim AS build
WORKDIR /src
COPY tools/packages-build.txt tools/
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive xargs -a tools/packages-build.txt apt-get install -y --no-install-recommends \
 && rm -rf /var/lib/apt/lists/*
COPY . .
RUN make build && strip build/release/k8s-aws-operator

FROM debian:12-slim
COPY tools/packages-runtime.txt /tmp/
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive xargs -a /tmp/packages-runtime.txt apt-get install -y --no-install-recommends \
 && rm -rf /var/lib/apt/lists/* /tmp/packages-runtime.txt
COPY --from=build /src/build/release/k8s-aws-operator /usr/local/bin/
USER 65532:65532
# metrics; health and readiness
EXPOSE 8080 8081
ENTRYPOINT ["/usr/local/bin/k8s-aws-operator"]
