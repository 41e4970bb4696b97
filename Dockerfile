# Ubuntu carries .NET 10 in its own archive, so no other package source is needed.
FROM ubuntu:26.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends dotnet-sdk-10.0 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/VisionMonitor -c Release -o /app

FROM ubuntu:26.04
RUN apt-get update && apt-get install -y --no-install-recommends aspnetcore-runtime-10.0 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home visionmonitor && mkdir /data && chown visionmonitor /data
WORKDIR /app
COPY --from=build /app .
USER visionmonitor
VOLUME /data
EXPOSE 5080
ENTRYPOINT ["dotnet", "visionmonitor.dll"]
