// An OpenID provider with one client, whose people are whoever they say they are. Prints its address
// and serves until its input ends. Knows nothing of the desk.

import { createRequire } from "node:module";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, redirect, way] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")).href);
for (const level of ["log", "info", "warn"]) console[level] = () => {};

const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: "lotse",
    client_secret: way === "none" ? undefined : "only for tests: a+b%c&d",
    token_endpoint_auth_method: way,
    redirect_uris: [redirect],
  }],
  clientAuthMethods: [way],
  findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
  pkce: { required: () => true },
  cookies: { keys: ["only for tests"] },
  ttl: { Session: 600, Interaction: 600, Grant: 600, IdToken: 600, AccessToken: 600 },
});
provider.on("server_error", (_, error) => process.stderr.write(`${error.stack}\n`));
server.on("request", provider.callback());

process.stdout.write(`${issuer}\n`);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
