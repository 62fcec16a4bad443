# The console is built in a first stage, so that the image holds no bundler.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
COPY web/package.json web/
COPY examples/package.json examples/
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production PORTICO_HOST=0.0.0.0 PORTICO_DATA_DIR=/data
# The account below may not write to /app, and a start without compiled code takes twice as long.
ENV NODE_COMPILE_CACHE=/data/.cache/node
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --workspaces=false && npm cache clean --force
COPY bin bin
COPY src src
COPY --from=build /app/web/dist web/dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the process that gets SIGTERM.
CMD ["node", "bin/portico.js", "serve"]
