# greenops-trainer. Built in the root of the repository: podman build -f runtime/trainer.Dockerfile -t greenops-trainer .
#
# ACCELERATOR=cpu | cuda: which flavour of libtorch is packed. cuda needs a NuGet feed that carries
# libtorch-cuda-12.8-linux-x64 and a RUNTIME image with CUDA 12 and cuDNN 9; it has never been built here, where neither
# can be had, and the trainer computes on the processor with either flavour. x64 only: libtorch comes for no other Linux.
# SDK and RUNTIME may name a mirror.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK} AS build
ARG ACCELERATOR=cpu
WORKDIR /src
# The packages, 600 MB of them, stay in the cache until a project file changes.
COPY BannedSymbols.txt Directory.Build.props Directory.Packages.props .editorconfig ./
COPY runtime/GreenOps.Contract/GreenOps.Contract.csproj runtime/GreenOps.Contract/
COPY runtime/GreenOps.Artifacts/GreenOps.Artifacts.csproj runtime/GreenOps.Artifacts/
COPY runtime/GreenOps.Onnx/GreenOps.Onnx.csproj runtime/GreenOps.Onnx/
COPY runtime/GreenOps.Trainer/GreenOps.Trainer.csproj runtime/GreenOps.Trainer/
COPY runtime/GreenOps.Trainer/Build runtime/GreenOps.Trainer/Build
RUN dotnet restore runtime/GreenOps.Trainer/GreenOps.Trainer.csproj -p:Accelerator="$ACCELERATOR"
COPY runtime/GreenOps.Contract runtime/GreenOps.Contract
COPY runtime/GreenOps.Artifacts runtime/GreenOps.Artifacts
COPY runtime/GreenOps.Onnx runtime/GreenOps.Onnx
COPY runtime/GreenOps.Trainer runtime/GreenOps.Trainer
RUN dotnet publish runtime/GreenOps.Trainer/GreenOps.Trainer.csproj --no-restore -p:Accelerator="$ACCELERATOR" \
      -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false -o /app \
 # libtorch is nearly all of it and changes with its version only: a layer of its own, shared by the images of all releases.
 && mkdir /libtorch && find /app -maxdepth 1 -name 'lib*.so*' -exec mv -t /libtorch {} +

FROM ${RUNTIME}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="greenops-trainer" \
      org.opencontainers.image.description="Trains, compresses and measures models for GreenOps, one stage per run." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0 AND MIT"
# The diagnostics of .NET want a socket in /tmp, and the file system may be read-only.
ENV DOTNET_EnableDiagnostics=0 OMP_WAIT_POLICY=PASSIVE
COPY --from=build /libtorch /app
COPY tests/data/fashion-mnist /usr/share/greenops/datasets/fashion-mnist
COPY tests/data/tables /usr/share/greenops/datasets/tables
COPY tests/data/models /usr/share/greenops/models
COPY --from=build /app /app
COPY LICENSE /licenses/LICENSE
WORKDIR /app
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["dotnet", "/app/greenops-trainer.dll"]
