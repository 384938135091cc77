// A person on matrix-js-sdk with its Rust crypto, who gives keys only to devices that their owners
// have cross-signed, and reads nothing from others. One JSON object per line in and out; an answer
// carries the id of its question. Knows nothing of the bot.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, url, user, password] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

const sdk = await load("matrix-js-sdk");
const { logger } = await load("matrix-js-sdk/lib/logger.js");
const api = await load("matrix-js-sdk/lib/crypto-api/index.js");
logger.setLevel?.("silent");
for (const level of ["log", "debug", "info", "warn", "error"]) console[level] = () => {};

const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");

const door = sdk.createClient({ baseUrl: url });
const login = await door.login("m.login.password", {
  identifier: { type: "m.id.user", user },
  password,
});
const client = sdk.createClient({
  baseUrl: url,
  userId: login.user_id,
  deviceId: login.device_id,
  accessToken: login.access_token,
});
await client.initRustCrypto({ useIndexedDB: false });
const crypto = client.getCrypto();
crypto.setDeviceIsolationMode(new api.OnlySignedDevicesIsolationMode());
await crypto.bootstrapCrossSigning({
  authUploadDeviceSigningKeys: (upload) =>
    upload({
      type: "m.login.password",
      identifier: { type: "m.id.user", user },
      password,
    }),
});

const heard = [];
const note = (event) => {
  if (event.getType() !== "m.room.message" && !event.isDecryptionFailure()) return;
  heard.push({
    room: event.getRoomId(),
    id: event.getId(),
    sender: event.getSender(),
    body: event.getContent().body ?? null,
    encrypted: event.isEncrypted(),
    failure: event.isDecryptionFailure() ? String(event.decryptionFailureReason) : null,
  });
};
client.on("Room.timeline", (event) => {
  if (event.isEncrypted() && !event.getClearContent()) return;
  note(event);
});
client.on("Event.decrypted", note);

await client.startClient({ initialSyncLimit: 20 });
await new Promise((resolve) =>
  client.on("sync", (state) => (state === "PREPARED" || state === "SYNCING") && resolve()),
);

const actions = {
  async invite({ other }) {
    const { room_id } = await client.createRoom({
      invite: [other],
      is_direct: true,
      preset: "trusted_private_chat",
      initial_state: [
        {
          type: "m.room.encryption",
          state_key: "",
          content: { algorithm: "m.megolm.v1.aes-sha2" },
        },
      ],
    });
    return { room: room_id };
  },
  async say({ room, text }) {
    const { event_id } = await client.sendTextMessage(room, text);
    return { event: event_id };
  },
  async members({ room }) {
    const found = client.getRoom(room);
    return { joined: found ? found.getJoinedMembers().map((member) => member.userId) : [] };
  },
  async heard({ room }) {
    return { events: heard.filter((event) => event.room === room) };
  },
  async device({ other, device }) {
    const status = await crypto.getDeviceVerificationStatus(other, device);
    const devices = await crypto.getUserDeviceInfo([other], true);
    return {
      known: [...(devices.get(other)?.keys() ?? [])],
      signed: status?.signedByOwner ?? null,
    };
  },
};

say({ ready: login.device_id });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, action, ...rest } = JSON.parse(line);
  try {
    say({ id, ...(await actions[action](rest)) });
  } catch (error) {
    say({ id, error: String(error) });
  }
}
process.exit(0);
