# greenops-server. Built in the root of the repository: podman build -f runtime/server.Dockerfile -t greenops-server .
#
# ACCELERATOR=cpu | cuda: which build of ONNX Runtime is packed. cuda needs a NuGet feed that carries
# Microsoft.ML.OnnxRuntime.Gpu and a RUNTIME image with CUDA 12 and cuDNN 9 (x64 only); it has never been built here,
# where neither can be had. SDK and RUNTIME may name a mirror, or a smaller base such as aspnet:10.0-noble-chiseled.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK} AS build
ARG ACCELERATOR=cpu
ARG TARGETARCH=amd64
WORKDIR /src
# The packages stay in the cache until a project file changes.
COPY BannedSymbols.txt Directory.Build.props Directory.Packages.props .editorconfig ./
COPY runtime/GreenOps.Contract/GreenOps.Contract.csproj runtime/GreenOps.Contract/
COPY runtime/GreenOps.Artifacts/GreenOps.Artifacts.csproj runtime/GreenOps.Artifacts/
COPY runtime/GreenOps.Server/GreenOps.Server.csproj runtime/GreenOps.Server/
RUN dotnet restore runtime/GreenOps.Server/GreenOps.Server.csproj -a "$TARGETARCH" -p:Accelerator="$ACCELERATOR" -p:PublishReadyToRun=true
COPY runtime/GreenOps.Contract runtime/GreenOps.Contract
COPY runtime/GreenOps.Artifacts runtime/GreenOps.Artifacts
COPY runtime/GreenOps.Server runtime/GreenOps.Server
# Compiled ahead of time: a server that starts sooner takes load sooner.
RUN dotnet publish runtime/GreenOps.Server/GreenOps.Server.csproj --no-restore -a "$TARGETARCH" --self-contained false \
      -p:Accelerator="$ACCELERATOR" -p:PublishReadyToRun=true -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false -o /app

FROM ${RUNTIME}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="greenops-server" \
      org.opencontainers.image.description="Serves the variants of one model over the Open Inference Protocol v2." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
# The diagnostics of .NET want a socket in /tmp, and the file system may be read-only.
ENV DOTNET_EnableDiagnostics=0
COPY --from=build /app /app
COPY LICENSE /licenses/LICENSE
WORKDIR /app
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["dotnet", "/app/greenops-server.dll"]
