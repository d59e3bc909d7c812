# The platform on a TimescaleDB server. The embedded database is for laptops and is left out of this image.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json lean-install.mjs ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional

FROM node:24-slim
ENV NODE_ENV=production DATA_DIR=/data HTTP_HOST=0.0.0.0 MQTT_HOST=0.0.0.0
WORKDIR /app
COPY --from=build --chown=root:root /app /app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080 1883
HEALTHCHECK --interval=10s --timeout=3s CMD node -e "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "main.ts"]
